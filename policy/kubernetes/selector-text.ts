/** Label selectors as texts, as `kubectl -l` and the API's query parameters have them. */
import type { Requirement } from "./selectors";

/** Commas inside of brackets part values, not conditions. */
function conditionsOf(text: string): string[] {
    return text
        .split(/,(?![^()]*\))/)
        .map((condition) => condition.trim())
        .filter((condition) => condition !== "");
}

function toRequirement(condition: string): Requirement | undefined {
    const set = /^(\S+)\s+(in|notin)\s*\(([^()]*)\)$/.exec(condition);
    if (set !== null) {
        const [, key = "", operator, values = ""] = set;
        return {
            key,
            operator: operator === "in" ? "In" : "NotIn",
            values: values.split(",").map((value) => value.trim()),
        };
    }
    const equality = /^([^\s!=]+)\s*(!=|==?)\s*(\S*)$/.exec(condition);
    if (equality !== null) {
        const [, key = "", operator, value = ""] = equality;
        return { key, operator: operator === "!=" ? "NotIn" : "In", values: [value] };
    }
    const presence = /^(!?)\s*([^\s!=(),]+)$/.exec(condition);
    return presence === null
        ? undefined
        : {
              key: presence[2] ?? "",
              operator: presence[1] === "!" ? "DoesNotExist" : "Exists",
              values: [],
          };
}

/**
 * The conditions of a selector, all of which must be met (k8s.io/apimachinery: pkg/labels/selector.go);
 * undefined when it is none.
 */
export function parseSelector(text: string): readonly Requirement[] | undefined {
    const found = conditionsOf(text).map(toRequirement);
    const read = found.filter((requirement) => requirement !== undefined);
    return read.length === found.length ? read : undefined;
}
