/** HA-13: an update takes no more pods than a drain may, and the platform's pods go last. */
import { type Finding, notJudged, type StackCriterion, violated } from "../../kernel/criterion";
import { unjudgedPods } from "../../engines/operated/made";
import { allWorkloads } from "../../engines/operated/workloads";
import { namespacesOf, tierOf } from "../../kubernetes/namespaces";
import type { WorkloadFact } from "../../kubernetes/scaling";
import { read, type Reading, showReading } from "../../kernel/tree";
import { type Budget, type Guarded, guardsOf, keeps, totalOf } from "./disruption-budgets";

/** Where a kind says how it replaces its pods, and how many at once when it does not say. */
const STRATEGIES: Readonly<Record<string, { field: string; unavailable: number | string }>> = {
    Deployment: { field: "strategy", unavailable: "25%" },
    Rollout: { field: "strategy", unavailable: "25%" },
    StatefulSet: { field: "updateStrategy", unavailable: 1 },
};

/** Percentages are rounded down, as the Deployment controller does. */
function amount(value: unknown, total: number): number | undefined {
    const percent = /^(\d+)%$/.exec(String(value));
    const result =
        percent === null ? Number(value) : Math.floor((Number(percent[1]) * total) / 100);
    return Number.isInteger(result) ? result : undefined;
}

/** How many pods an update takes away at once. */
function unavailable({ inputs }: WorkloadFact, kind: string, total: number): Reading {
    const { field, unavailable: fallback } = STRATEGIES[kind] ?? {
        field: "strategy",
        unavailable: 0,
    };
    const type = read(inputs, ["spec", field, "type"]);
    if (type.state === "known" && type.value === "Recreate") {
        return { state: "known", value: total };
    }
    const maximum = read(inputs, ["spec", field, "rollingUpdate", "maxUnavailable"]);
    if (type.state === "unknown" || maximum.state === "unknown") {
        return { state: "unknown" };
    }
    const value = amount(maximum.state === "known" ? maximum.value : fallback, total);
    return value === undefined ? { state: "unknown" } : { state: "known", value };
}

function judgeUpdate({ fact, count }: Guarded, budgets: readonly Budget[]): Finding[] {
    const { kind } = fact.object;
    const budget = budgets.find(({ covers }) => covers.some((guarded) => guarded.fact === fact));
    // Too few or too many budgets are for HA-05 to say; operators update pods by their own rules.
    if (budget === undefined || !(kind in STRATEGIES)) {
        return [];
    }
    const total = totalOf(budget.covers);
    const kept = total === "unknown" ? undefined : keeps(budget.fact, total);
    if (count === "unknown" || kept === undefined) {
        return [notJudged(fact, `what ${budget.fact.key} keeps is known only at the update`)];
    }
    const away = unavailable(fact, kind, count);
    if (away.state !== "known") {
        return [notJudged(fact, "how it replaces its pods is known only at the update")];
    }
    const rest = Number(total) - Number(away.value);
    return rest >= kept
        ? []
        : [
              violated(
                  fact,
                  `an update leaves ${rest} of ${total} pods, and ${budget.fact.key} keeps ${kept}; lower maxUnavailable`,
              ),
          ];
}

/** What the workloads of one resource say of their priority: all parts with the same, together. */
function judgePriorities(own: readonly WorkloadFact[], tier: Reading | undefined): Finding[] {
    const [fact] = own;
    if (fact === undefined || (tier?.state === "known" && tier.value === "tenant")) {
        return [];
    }
    if (tier?.state === "unknown") {
        return [notJudged(fact, "the tier of its namespace is known only at the update")];
    }
    const readings = own.map(({ workload }) => ({
        workload,
        reading: read(workload.podSpec, ["priorityClassName"]),
    }));
    const isHidden = readings.some(
        ({ workload, reading }) => reading.state === "unknown" || workload.unread.length > 0,
    );
    if (isHidden) {
        return [notJudged(fact, "its priorityClassName is known only at the update")];
    }
    const without = readings.filter(
        ({ reading }) => reading.state !== "known" || reading.value === "",
    );
    const [first] = without;
    if (first === undefined) {
        return [];
    }
    const parts = [...new Set(without.flatMap(({ workload }) => workload.made?.part ?? []))];
    const of = parts.length > 0 ? `of ${parts.join(", ")} ` : "";
    return [
        violated(
            fact,
            `priorityClassName ${of}is ${showReading(first.reading)}, so tenants may push it out; name a class of components/base/priority.ts`,
        ),
    ];
}

function byResource(workloads: readonly WorkloadFact[]): WorkloadFact[][] {
    const groups = new Map<string, WorkloadFact[]>();
    for (const fact of workloads) {
        const own = groups.get(fact.urn) ?? [];
        groups.set(fact.urn, own);
        own.push(fact);
    }
    return [...groups.values()];
}

/** HA-13. */
export const rollingUpdates: StackCriterion = {
    id: "HA-13",
    name: "ha-13-rolling-updates",
    description:
        "Checks that no rolling update goes below the PodDisruptionBudget, and that workloads of the platform have a priority class.",
    severity: "medium",
    remediation:
        "Set `maxUnavailable` of the update strategy, and `priorityClassName` from components/base/priority.ts.",
    judgeStack: (facts) => {
        const { guarded, budgets } = guardsOf(facts);
        // Jobs of operators take the priority that their operator gives them.
        const workloads = allWorkloads(facts).filter(
            ({ workload: { made } }) => made?.passing !== true,
        );
        const tiers = new Map(
            namespacesOf(facts).map((namespace) => [namespace.name, tierOf(facts, namespace)]),
        );
        return {
            subjects: workloads.length,
            judged: workloads,
            findings: [
                ...unjudgedPods(facts),
                ...guarded.flatMap((subject) => judgeUpdate(subject, budgets)),
                ...byResource(workloads).flatMap((own) =>
                    judgePriorities(own, tiers.get(own[0]?.object.namespace ?? "")),
                ),
            ],
        };
    },
};
