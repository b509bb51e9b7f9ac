/** Label selectors and node selectors, compiled once and matched many times. Pure. */
import { isMet, type Requirement, requirementsOf, toRequirement } from "../../kubernetes/selectors";
import { isTree, read, readList } from "../../kernel/tree";

export type Labels = Readonly<Record<string, string>>;

/** A label selector; an empty one selects everything, an absent one nothing. */
export class LabelSelector {
    private constructor(
        private readonly requirements: readonly Requirement[] | undefined,
        /** Equal for selectors that say the same. */
        readonly id: string,
    ) {}

    static of(requirements: readonly Requirement[] | undefined): LabelSelector {
        return new LabelSelector(requirements, JSON.stringify(requirements ?? null));
    }

    /** Reads the selector at a path of a tree. */
    static read(tree: unknown, path: readonly string[]): LabelSelector {
        const reading = read(tree, path);
        if (reading.state !== "known" || !isTree(reading.value)) {
            return LabelSelector.of(undefined);
        }
        return LabelSelector.of(requirementsOf(reading.value));
    }

    /** Selects pods that carry all of the labels. */
    static exactly(labels: Labels): LabelSelector {
        return LabelSelector.of(
            Object.entries(labels).map(([key, value]) => ({
                key,
                operator: "In",
                values: [value],
            })),
        );
    }

    /** The same selector, which also asks for (or refuses) the pod's own values of some keys. */
    with(keys: readonly string[], operator: "In" | "NotIn", labels: Labels): LabelSelector {
        const added = keys.flatMap((key) => {
            const value = labels[key];
            return value === undefined ? [] : [{ key, operator, values: [value] }];
        });
        return this.requirements === undefined || added.length === 0
            ? this
            : LabelSelector.of([...this.requirements, ...added]);
    }

    /** Selects everything. */
    get isEmpty(): boolean {
        return this.requirements?.length === 0;
    }

    /** A label that everything it selects carries, if it names one: `key=value`. */
    get pair(): string | undefined {
        const exact = this.requirements?.find(
            ({ operator, values }) => operator === "In" && values.length === 1,
        );
        return exact && `${exact.key}=${exact.values[0] ?? ""}`;
    }

    matches(labels: Labels): boolean {
        return this.requirements?.every((requirement) => isMet(requirement, labels)) ?? false;
    }
}

/** What node selectors see of a node. */
export interface Selectable {
    readonly name: string;
    readonly labels: Labels;
}

/** Whether a term of a node selector selects the node; an empty term selects none. */
export function termSelects(term: unknown, node: Selectable): boolean {
    const expressions = readList(term, "matchExpressions").map(toRequirement);
    const fields = readList(term, "matchFields").map(toRequirement);
    return (
        expressions.length + fields.length > 0 &&
        expressions.every((requirement) => isMet(requirement, node.labels)) &&
        // The name is the only field that Kubernetes knows here.
        fields.every((requirement) => isMet(requirement, { "metadata.name": node.name }))
    );
}

/** Whether one of the terms of the node selector at a path selects the node; absent selects all. */
export function nodeSelectorSelects(
    tree: unknown,
    path: readonly string[],
    node: Selectable,
): boolean {
    const reading = read(tree, path);
    return (
        reading.state === "absent" ||
        (reading.state === "known" &&
            readList(reading.value, "nodeSelectorTerms").some((term) => termSelects(term, node)))
    );
}
