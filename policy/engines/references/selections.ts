/** What it means that a selector selects nothing. */
import { namesOfMissing } from "../../kernel/missing-charts";
import { type Finding, notJudged, violated } from "../../kernel/criterion";
import type { Fact } from "../../kernel/facts";
import { isTree, type Reading } from "../../kernel/tree";
import type { StackView } from "./stack-view";
import { mayMake } from "./unknown-makers";
import type { Selection } from "./selecting";

/** Whether a selector has a condition at all; without one it needs no pods to be right. */
export function isConditional(selector: Reading): boolean {
    return (
        selector.state === "known" &&
        isTree(selector.value) &&
        Object.values(selector.value).some((part) =>
            Array.isArray(part) ? part.length > 0 : isTree(part) && Object.keys(part).length > 0,
        )
    );
}

/** What a selector selects in several namespaces. */
export function selectIn(
    { selector: pods }: StackView,
    namespaces: readonly string[],
    selector: Reading,
): Selection {
    const selections = namespaces.map((name) => pods.pods(name, selector));
    return {
        pods: selections.flatMap((selection) => selection.pods),
        maybe: selections.flatMap((selection) => selection.maybe),
    };
}

/** On the network of its node a pod is the node to every policy. */
export function onPodNetwork({ pods, maybe }: Selection): Selection {
    return { pods: pods.filter(({ hostNetwork }) => !hostNetwork), maybe };
}

/** No finding when pods were selected; otherwise what is wrong, or why nobody can say. */
export function judgeSelection(
    { inventory, selector: pods }: StackView,
    fact: Fact,
    what: string,
    namespaces: readonly string[],
    selector: Reading,
    { pods: found, maybe }: Selection,
): Finding[] {
    if (found.length > 0) {
        return [];
    }
    const charts = inventory.unseen(...namespaces);
    if (charts.length > 0) {
        const message = `whether ${what} selects any pods depends on ${namesOfMissing(charts)}`;
        return [notJudged(fact, message)];
    }
    const [controller] = namespaces.flatMap(
        (name) => inventory.unknownMakers.find("/Pod", name) ?? [],
    );
    if (controller !== undefined) {
        return [notJudged(fact, `${what} selects no pods so far; ${mayMake(controller)}`)];
    }
    const tenant = namespaces.find((name) => inventory.tenants.has(name));
    if (tenant !== undefined) {
        return [notJudged(fact, `${what} selects no pods so far; people deploy into ${tenant}`)];
    }
    if (maybe.length > 0 || selector.state === "unknown") {
        return [notJudged(fact, `whether ${what} selects any pods is known only at the update`)];
    }
    return [violated(fact, `${what} selects no pods${pods.hint(namespaces, selector)}`)];
}
