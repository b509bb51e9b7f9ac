/** The stack as references and flows look at it. */
import type { Facts } from "../machinery/facts";
import { Inventory } from "./inventory";
import { Selector } from "./selecting";

/** What there is, and a way to select pods of it. */
export interface Scene {
    readonly inventory: Inventory;
    readonly selector: Selector;
}

/** Reads the whole stack, once for each criterion. */
export function sceneOf(facts: Facts): Scene {
    const inventory = new Inventory(facts);
    return { inventory, selector: new Selector(inventory) };
}
