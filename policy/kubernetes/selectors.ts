/** Label selectors, as the API server evaluates them. */
import { holdsUnknown, isTree, readList, readString, readTree, type Reading } from "../kernel/tree";

type Labels = Readonly<Record<string, string>>;

/** One condition on a label, of `matchExpressions` or of a node selector. */
export interface Requirement {
    readonly key: string;
    readonly operator: string;
    readonly values: readonly string[];
}

/** Reads an element of `matchExpressions`. */
export function toRequirement(tree: unknown): Requirement {
    return {
        key: readString(tree, "key") ?? "",
        operator: readString(tree, "operator") ?? "",
        values: readList(tree, "values").map(String),
    };
}

/** Every condition of a selector, `matchLabels` as `In` with one value. */
export function requirementsOf(selector: unknown): Requirement[] {
    return [
        ...Object.entries(readTree(selector, "matchLabels")).map(([key, value]) => ({
            key,
            operator: "In",
            values: [String(value)],
        })),
        ...readList(selector, "matchExpressions").map(toRequirement),
    ];
}

/**
 * Whether labels meet a condition. `NotIn` is met where the label is absent; an operator that the
 * API server would refuse is met by nothing. `Gt` and `Lt` are those of node selectors.
 */
export function isMet({ key, operator, values }: Requirement, labels: Labels): boolean {
    const value = labels[key];
    switch (operator) {
        case "In":
            return value !== undefined && values.includes(value);
        case "NotIn":
            return value === undefined || !values.includes(value);
        case "Exists":
            return value !== undefined;
        case "DoesNotExist":
            return value === undefined;
        case "Gt":
        case "Lt": {
            const [found, bound] = [Number.parseInt(value ?? "", 10), Number(values[0])];
            return operator === "Gt" ? found > bound : found < bound;
        }
        default:
            return false;
    }
}

/** Whether a selector selects labels; of an unknown one nobody can say. */
export type SelectorTest = (labels: Labels) => boolean | "unknown";

/** Reads a selector once for many labels: an empty one selects everything, an absent one nothing. */
export function toTest(selector: Reading): SelectorTest {
    if (selector.state === "unknown") {
        return () => "unknown";
    }
    if (selector.state === "absent" || !isTree(selector.value)) {
        return () => false;
    }
    if (holdsUnknown(selector.value)) {
        return () => "unknown";
    }
    const requirements = requirementsOf(selector.value);
    return (labels) => requirements.every((requirement) => isMet(requirement, labels));
}

/** Whether a selector selects the labels. */
export function selects(selector: Reading, labels: Labels): boolean | "unknown" {
    return toTest(selector)(labels);
}

/** Whether a selector selects everything: present, or by default, and without any condition. */
export function selectsAll(selector: Reading): boolean {
    return (
        selector.state === "absent" ||
        (selector.state === "known" &&
            isTree(selector.value) &&
            Object.values(selector.value).every(
                (part) =>
                    part === null ||
                    part === undefined ||
                    (Array.isArray(part)
                        ? part.length === 0
                        : isTree(part) && Object.keys(part).length === 0),
            ))
    );
}
