/** Rules of roles: every verb, resource and path is named. */
import { type Finding, notJudged, violated } from "../../../kernel/criterion";
import type { Fact } from "../../../kernel/facts";
import { holdsUnknown, isUnknown, read, readList } from "../../../kernel/tree";

/** What counts as a wildcard, by field of a rule. */
const WILDCARDS: Readonly<Record<string, (value: unknown) => boolean>> = {
    verbs: (value) => value === "*",
    // `*/scale` is one part of every resource.
    resources: (value) => typeof value === "string" && (value === "*" || value.startsWith("*/")),
    nonResourceURLs: (value) => value === "*" || value === "/*",
};

function judgeRule(fact: Fact, rule: unknown): Finding[] {
    if (isUnknown(rule)) {
        return [notJudged(fact, "a rule is known only at the update")];
    }
    return Object.entries(WILDCARDS).flatMap(([field, isWildcard]): Finding[] => {
        const list = readList(rule, field);
        const found = list.find(isWildcard);
        if (found !== undefined) {
            const about = [...readList(rule, "resources"), ...readList(rule, "verbs")].join(", ");
            const message = `${field} of a rule has ${JSON.stringify(found)} (${about}); name each one`;
            return [violated(fact, message)];
        }
        return read(rule, [field]).state === "unknown" || holdsUnknown(list)
            ? [notJudged(fact, `${field} of a rule are known only at the update`)]
            : [];
    });
}

/** Wildcards in the rules of a Role or ClusterRole. */
export function judgeRole(fact: Fact): Finding[] {
    return read(fact.inputs, ["rules"]).state === "unknown"
        ? [notJudged(fact, "its rules are known only at the update")]
        : readList(fact.inputs, "rules").flatMap((rule) => judgeRule(fact, rule));
}
