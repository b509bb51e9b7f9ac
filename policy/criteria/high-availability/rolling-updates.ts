/** HA-13: an update takes no more pods than a drain may, and what an interruption leaves goes on. */
import { type Finding, notJudged, type StackCriterion, violated } from "../../kernel/criterion";
import { unjudgedPods } from "../../engines/operated/made";
import { allWorkloads } from "../../engines/operated/workloads";
import { namespacesOf, tierOf } from "../../kubernetes/namespaces";
import type { WorkloadFact } from "../../kubernetes/scaling";
import { read, type Reading, showReading } from "../../kernel/tree";
import { judgeDeadlines } from "./cron-jobs";
import { type Budget, type Guarded, guardsOf, keeps, totalOf } from "./disruption-budgets";
import { judgeSharedVolumes } from "./shared-volumes";
import { hasStrategy, unavailable } from "./update-strategies";

function judgeUpdate({ fact, count }: Guarded, budgets: readonly Budget[]): Finding[] {
    const { kind } = fact.object;
    const budget = budgets.find(({ covers }) => covers.some((guarded) => guarded.fact === fact));
    // Too few or too many budgets are for HA-05 to say; operators update pods by their own rules.
    if (budget === undefined || !hasStrategy(kind)) {
        return [];
    }
    const total = totalOf(budget.covers);
    const kept = total === "unknown" ? undefined : keeps(budget.fact, total);
    if (count === "unknown" || kept === undefined) {
        return [notJudged(fact, `what ${budget.fact.key} keeps is known only at the update`)];
    }
    const away = unavailable(fact, count);
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
        "Checks that no rolling update goes below the PodDisruptionBudget or waits for a volume that another pod holds, that workloads of the platform have a priority class, and CronJobs a starting deadline.",
    severity: "medium",
    remediation:
        "Set `maxUnavailable` of the update strategy, `Recreate` or a claim for each pod, `priorityClassName` from components/base/priority.ts, and `startingDeadlineSeconds`.",
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
                ...judgeSharedVolumes(facts),
                ...judgeDeadlines(facts),
                ...byResource(workloads).flatMap((own) =>
                    judgePriorities(own, tiers.get(own[0]?.object.namespace ?? "")),
                ),
            ],
        };
    },
};
