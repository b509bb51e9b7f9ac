/** Label selectors, as the API server evaluates them. */
import { holdsUnknown, isTree, read, readList, readString, type Reading } from "./tree";

type Labels = Readonly<Record<string, string>>;

function meets(requirement: unknown, labels: Labels): boolean {
    const key = readString(requirement, "key") ?? "";
    const value = labels[key];
    const values = readList(requirement, "values");
    switch (readString(requirement, "operator")) {
        case "In":
            return value !== undefined && values.includes(value);
        case "NotIn":
            return value === undefined || !values.includes(value);
        case "Exists":
            return value !== undefined;
        case "DoesNotExist":
            return value === undefined;
        default:
            return false;
    }
}

/**
 * Whether a selector (`matchLabels`, `matchExpressions`) selects the labels: an empty one selects
 * everything, an absent one nothing, and of an unknown one nobody can say.
 */
export function selects(selector: Reading, labels: Labels): boolean | "unknown" {
    if (selector.state === "unknown") {
        return "unknown";
    }
    if (selector.state === "absent" || !isTree(selector.value)) {
        return false;
    }
    if (holdsUnknown(selector.value)) {
        return "unknown";
    }
    const matchLabels = read(selector.value, ["matchLabels"]);
    const wanted =
        matchLabels.state === "known" && isTree(matchLabels.value) ? matchLabels.value : {};
    return (
        Object.entries(wanted).every(([key, value]) => labels[key] === value) &&
        readList(selector.value, "matchExpressions").every((item) => meets(item, labels))
    );
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
