/** The stack as references and flows look at it. */
import { ciliumSettings } from "../../kubernetes/cilium";
import { memoize } from "../../kernel/memoize";
import { readString } from "../../kernel/tree";
import { Inventory } from "./inventory";
import { Selector } from "./selecting";

/** What there is, and a way to select pods of it. */
export interface StackView {
    readonly inventory: Inventory;
    readonly selector: Selector;
    /** What Cilium calls the cluster; `default` unless its settings say otherwise. */
    readonly clusterName: string;
}

/** Reads the whole stack, once for all criteria. */
export const stackViewOf = memoize((facts): StackView => {
    const inventory = new Inventory(facts);
    const [settings] = ciliumSettings(facts);
    return {
        inventory,
        selector: new Selector(inventory),
        clusterName: readString(settings?.inputs, "data", "cluster-name") ?? "default",
    };
});
