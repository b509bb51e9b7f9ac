/** The stack as references and flows look at it. */
import { derived } from "../machinery/derived";
import { Inventory } from "./inventory";
import { Selector } from "./selecting";

/** What there is, and a way to select pods of it. */
export interface Scene {
    readonly inventory: Inventory;
    readonly selector: Selector;
}

/** Reads the whole stack, once for all criteria. */
export const sceneOf = derived((facts): Scene => {
    const inventory = new Inventory(facts);
    return { inventory, selector: new Selector(inventory) };
});
