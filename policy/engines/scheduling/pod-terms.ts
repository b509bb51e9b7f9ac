/** Terms of pod affinity and anti-affinity, compiled. Pure. */
import { isTree, readList, readString } from "../../kernel/tree";
import { LabelSelector, type Labels } from "./label-selector";

/** Pods of some namespaces, selected by labels, counted by topology. */
export interface PodTerm {
    /** undefined for all namespaces. */
    readonly namespaces: ReadonlySet<string> | undefined;
    readonly selector: LabelSelector;
    readonly topologyKey: string;
    /** Equal for terms that say the same. */
    readonly id: string;
}

function termNamespaces(
    tree: unknown,
    own: string,
    namespaces: ReadonlyMap<string, Labels>,
): ReadonlySet<string> | undefined {
    const listed = readList(tree, "namespaces").map(String);
    const hasSelector = isTree(tree) && isTree(tree.namespaceSelector);
    if (!hasSelector) {
        return new Set(listed.length > 0 ? listed : [own]);
    }
    const selector = LabelSelector.read(tree, ["namespaceSelector"]);
    const selected = [...namespaces].filter(([, labels]) => selector.matches(labels));
    return selector.isEmpty ? undefined : new Set([...listed, ...selected.map(([name]) => name)]);
}

/**
 * Reads a term of a pod.
 *
 * @param known labels of all namespaces by name
 */
export function toTerm(
    tree: unknown,
    pod: { readonly namespace: string; readonly labels: Labels },
    known: ReadonlyMap<string, Labels>,
): PodTerm {
    const namespaces = termNamespaces(tree, pod.namespace, known);
    const keys = (field: string) => readList(tree, field).map(String);
    const selector = LabelSelector.read(tree, ["labelSelector"])
        .with(keys("matchLabelKeys"), "In", pod.labels)
        .with(keys("mismatchLabelKeys"), "NotIn", pod.labels);
    const topologyKey = readString(tree, "topologyKey") ?? "";
    const where = namespaces === undefined ? "*" : [...namespaces].sort().join(",");
    return { namespaces, selector, topologyKey, id: `${where}|${topologyKey}|${selector.id}` };
}

/** Whether a term is about the pods of a template. */
export function termMatches(
    { namespaces, selector }: PodTerm,
    { namespace, labels }: { readonly namespace: string; readonly labels: Labels },
): boolean {
    return (namespaces?.has(namespace) ?? true) && selector.matches(labels);
}
