/** Rules of roles: every verb, resource and path is named, and none makes an administrator. */
import { trustedPowers } from "../../../../trust/access";
import { type Finding, notJudged, violated } from "../../../kernel/criterion";
import type { Fact, ObjectOf } from "../../../kernel/facts";
import { holdsUnknown, isUnknown, read, readList } from "../../../kernel/tree";
import { grantsOf, type Reach } from "./powers";

/** What counts as a wildcard, by field of a rule. */
const WILDCARDS: Readonly<Record<string, (value: unknown) => boolean>> = {
    verbs: (value) => value === "*",
    // `*/scale` is one part of every resource; a star elsewhere is a mistake of whoever wrote it.
    resources: (value) => typeof value === "string" && value.includes("*"),
    // A star at the end stands for whatever follows: the API itself is below /api and /apis.
    nonResourceURLs: (value) => typeof value === "string" && /^(?:\/?|\/apis?\/?)\*$/.test(value),
};

function hasWildcard(rule: unknown): boolean {
    return Object.entries(WILDCARDS).some(([field, isWildcard]) =>
        readList(rule, field).some(isWildcard),
    );
}

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

/** Rights that are as good as cluster-admin, each once, unless the role is trusted with them. */
function judgePowers(fact: Fact, rules: readonly unknown[], reach: Reach): Finding[] {
    const trusted = trustedPowers[fact.key]?.may ?? [];
    const grants = new Map(
        rules
            .flatMap((rule) => grantsOf(rule, reach))
            .filter(({ power }) => !trusted.includes(power))
            .map(({ power, says }) => [power, says] as const),
    );
    const mend = "name the objects, give it in single namespaces, or say why in trust/access.ts";
    return [...grants.values()].map((says) =>
        violated(fact, `it may ${says}, which is as good as cluster-admin; ${mend}`),
    );
}

/**
 * What the rules of a Role or ClusterRole give.
 *
 * @param reach where they hold
 */
export function judgeRole(fact: ObjectOf, reach: Reach): Finding[] {
    if (read(fact.inputs, ["rules"]).state === "unknown") {
        return [notJudged(fact, "its rules are known only at the update")];
    }
    const rules = readList(fact.inputs, "rules");
    return [
        ...rules.flatMap((rule) => judgeRule(fact, rule)),
        ...judgePowers(
            fact,
            // What has a wildcard is a violation already, and holds every right besides.
            rules.filter((rule) => !hasWildcard(rule)),
            reach,
        ),
    ];
}
