/** HA-05: draining a node never takes too many pods of a workload, and is never impossible. */
import { minimumAvailable } from "../../../components/base/availability";
import { type Finding, notJudged, type StackCriterion, violated } from "../../kernel/criterion";
import type { Fact, Facts, ObjectOf } from "../../kernel/facts";
import { chartsThatMayBring, namesOfMissing } from "../../kernel/missing-charts";
import {
    type BudgetMade,
    operatedBudgets,
    operatedPods,
    unjudgedPods,
} from "../../engines/operated/made";
import { stackViewOf } from "../../engines/references/stack-view";
import { mayMake } from "../../engines/references/unknown-makers";
import { allWorkloads, countedAs } from "../../engines/operated/workloads";
import type { Workload } from "../../kubernetes/workloads";
import { leastReplicas, type WorkloadFact } from "../../kubernetes/scaling";
import { selects } from "../../kubernetes/selectors";
import { anyOf } from "../../kernel/ternary";
import { read, type Reading, showReading } from "../../kernel/tree";

/** A workload with what the budgets need of it. */
export interface Guarded {
    readonly fact: WorkloadFact;
    readonly count: number | "unknown";
}

/** A budget with the workloads whose pods it selects. */
export interface Budget {
    readonly fact: ObjectOf;
    readonly covers: readonly Guarded[];
    /** Workloads of which nobody can say whether it selects their pods. */
    readonly mayCover: readonly Guarded[];
}

/** Percentages are rounded up, as the disruption controller does. */
function portion(limit: unknown, total: number): number | undefined {
    const percent = /^(\d+)%$/.exec(String(limit));
    const value = percent === null ? Number(limit) : Math.ceil((Number(percent[1]) * total) / 100);
    return Number.isInteger(value) ? value : undefined;
}

function amount(reading: Reading, total: number): number | undefined {
    return reading.state === "known" ? portion(reading.value, total) : undefined;
}

/** How many of `total` pods the budget keeps, or undefined when it does not say. */
export function keeps({ inputs }: Fact, total: number): number | undefined {
    const maximum = read(inputs, ["spec", "maxUnavailable"]);
    if (maximum.state !== "absent") {
        const unavailable = amount(maximum, total);
        return unavailable === undefined ? undefined : Math.max(total - unavailable, 0);
    }
    return amount(read(inputs, ["spec", "minAvailable"]), total);
}

function isUnknownBudget({ inputs }: Fact): boolean {
    return ["minAvailable", "maxUnavailable", "selector"].some(
        (field) => read(inputs, ["spec", field]).state === "unknown",
    );
}

/** Pods of the covered workloads together; DaemonSets do not count, drains leave them. */
export function totalOf(covers: readonly Guarded[]): number | "unknown" {
    return covers
        .filter(({ fact }) => !fact.workload.perNode)
        .reduce<number | "unknown">(
            (sum, { count }) =>
                sum === "unknown" || count === "unknown" ? "unknown" : sum + count,
            0,
        );
}

function toBudget(fact: ObjectOf, workloads: readonly Guarded[]): Budget {
    const selector = read(fact.inputs, ["spec", "selector"]);
    const neighbours = workloads.filter(
        (guarded) => guarded.fact.object.namespace === fact.object.namespace,
    );
    const verdict = ({ fact: { workload } }: Guarded) =>
        workload.podLabelsUnknown || workload.unread.length > 0
            ? "unknown"
            : anyOf(
                  [{}, ...(workload.made?.variants ?? [])].map((more) =>
                      selects(selector, { ...workload.podLabels, ...more }),
                  ),
              );
    return {
        fact,
        covers: neighbours.filter((guarded) => verdict(guarded) === true),
        mayCover: neighbours.filter((guarded) => verdict(guarded) === "unknown"),
    };
}

/** Everything that runs until stopped, and every budget. */
export function guardsOf(facts: Facts): { guarded: Guarded[]; budgets: Budget[] } {
    const guarded = allWorkloads(facts)
        .filter(({ workload }) => workload.longRunning)
        .map((fact): Guarded => {
            const reading = leastReplicas(facts, fact);
            const count = reading.state === "known" ? Number(reading.value) : Number.NaN;
            return { fact, count: Number.isInteger(count) ? count : "unknown" };
        });
    const budgets = facts
        .objects("policy", "PodDisruptionBudget")
        .map((fact) => toBudget(fact, guarded));
    return { guarded, budgets };
}

function judgeEmpty({ fact, mayCover }: Budget, facts: Facts): Finding[] {
    const charts = chartsThatMayBring(facts, { namespace: fact.object.namespace });
    const isHidden = operatedPods(facts).unjudged.some(
        (hidden) => hidden.fact.object.namespace === fact.object.namespace,
    );
    if (charts.length > 0) {
        return [notJudged(fact, `which pods it selects depends on ${namesOfMissing(charts)}`)];
    }
    if (mayCover.length > 0 || isHidden || isUnknownBudget(fact)) {
        return [notJudged(fact, "which pods it selects is known only at the update")];
    }
    const maker = stackViewOf(facts).inventory.unknownMakers.find(
        "/Pod",
        fact.object.namespace ?? "",
    );
    return maker === undefined
        ? [violated(fact, "it selects no pods; correct its selector or remove it")]
        : [notJudged(fact, `it selects no pods so far; ${mayMake(maker)}`)];
}

function judgeBudget(budget: Budget, facts: Facts): Finding[] {
    const { fact, covers } = budget;
    if (covers.length === 0) {
        return judgeEmpty(budget, facts);
    }
    if (covers.every((guarded) => guarded.fact.workload.perNode)) {
        return [];
    }
    const total = totalOf(covers);
    if (total === "unknown" || isUnknownBudget(fact)) {
        return [notJudged(fact, "what it keeps of how many pods is known only at the update")];
    }
    const names = covers.map((guarded) => guarded.fact.key).join(", ");
    if (total < 2) {
        return [violated(fact, `it guards a single replica of ${names}; remove it`)];
    }
    const kept = keeps(fact, total);
    if (kept === undefined) {
        const minimum = showReading(read(fact.inputs, ["spec", "minAvailable"]));
        return [violated(fact, `minAvailable is ${minimum}; set a number or a percentage`)];
    }
    return kept >= total
        ? [
              violated(
                  fact,
                  `it keeps ${kept} of ${total} pods of ${names} and so blocks every eviction; keep at most ${total - 1}`,
              ),
          ]
        : [];
}

function judgeKept(fact: WorkloadFact, kept: number, count: number, who: string): Finding[] {
    const wanted = minimumAvailable(count);
    if (kept >= count) {
        return [violated(fact, `${who} keeps ${kept} of ${count} pods and blocks every eviction`)];
    }
    return kept >= wanted
        ? []
        : [violated(fact, `${who} keeps ${Math.max(kept, 0)} of ${count} pods; keep ${wanted}`)];
}

/** Labels that pods carry, and how many of them do: one has the role that moves, all others not. */
function statesOf({ made, podLabels }: Workload, count: number) {
    const role = made?.role;
    return role === undefined
        ? [{ labels: podLabels, size: count }]
        : [
              { labels: { ...podLabels, [role.label]: role.holder }, size: 1 },
              { labels: { ...podLabels, [role.label]: role.other }, size: count - 1 },
          ];
}

/**
 * What the budgets of an operator keep of a workload, and how many of them select the same pod.
 * Where they tell the holder of a role from the others, the operator moves the role before a drain.
 */
function keptByOperator(
    { workload, object: { namespace = "default" } }: WorkloadFact,
    count: number,
    operated: readonly BudgetMade[],
): { budgets: number; kept: number } {
    const own = operated.filter((item) => item.namespace === namespace);
    const states = statesOf(workload, count);
    const covers = own.map(({ budget }) => ({
        budget,
        states: states.filter(({ labels }) =>
            Object.entries(budget.selector).every(([key, value]) => labels[key] === value),
        ),
    }));
    const kept = covers.map(({ budget: { minAvailable, maxUnavailable }, states: covered }) => {
        const size = covered.reduce((sum, state) => sum + state.size, 0);
        return maxUnavailable === undefined
            ? Math.min(portion(minAvailable, size) ?? 0, size === 0 ? 0 : Infinity)
            : size - (portion(maxUnavailable, size) ?? 0);
    });
    return {
        budgets: Math.max(
            ...states.map((state) => covers.filter((item) => item.states.includes(state)).length),
        ),
        kept: kept.reduce((sum, amount) => sum + Math.max(amount, 0), 0),
    };
}

function judgeWorkload(
    { fact, count }: Guarded,
    budgets: readonly Budget[],
    operated: readonly BudgetMade[],
): Finding[] {
    if (count === "unknown") {
        return [notJudged(fact, "its replicas are known only at the update")];
    }
    const covering = budgets.filter(({ covers }) => covers.some((item) => item.fact === fact));
    const own = keptByOperator(fact, count, operated);
    if (covering.length + own.budgets > 1) {
        const names = [
            ...covering.map((item) => item.fact.key),
            ...Array.from({ length: own.budgets }, () => "its operator's"),
        ];
        const message = `${names.length} budgets select its pods (${names.join(", ")}), so every eviction is refused; leave one`;
        return [violated(fact, message)];
    }
    if (own.budgets === 1) {
        return judgeKept(fact, own.kept, count, "its operator's budget");
    }
    const [budget] = covering;
    if (budget === undefined) {
        const maybe = budgets.some(({ mayCover }) => mayCover.some((item) => item.fact === fact));
        return maybe
            ? [notJudged(fact, "whether a budget selects its pods is known only at the update")]
            : [
                  violated(
                      fact,
                      `${count} ${countedAs(fact.workload)} have no PodDisruptionBudget; add one with minAvailable ${minimumAvailable(count)}, and unhealthyPodEvictionPolicy AlwaysAllow so that a crashing pod holds no drain up`,
                  ),
              ];
    }
    const total = totalOf(budget.covers);
    const kept = total === "unknown" ? undefined : keeps(budget.fact, total);
    // A budget that says nothing, or blocks, is a finding of its own.
    return total === "unknown" || kept === undefined || kept >= total
        ? []
        : // In the worst case all that may go are pods of this workload.
          judgeKept(fact, kept - (total - count), count, budget.fact.key);
}

/** HA-05. */
export const disruptionBudgets: StackCriterion = {
    id: "HA-05",
    name: "ha-05-pod-disruption-budget",
    description:
        "Checks that every workload with 2 or more replicas has one PodDisruptionBudget that keeps enough pods and still allows an eviction.",
    severity: "high",
    remediation:
        "Use `podDisruptionBudget(...)` of components/base/availability.ts, or the chart's own values with `minimumAvailable(replicas)`.",
    judgeStack: (facts) => {
        const { guarded, budgets } = guardsOf(facts);
        const subjects = guarded.filter(
            ({ fact, count }) => !fact.workload.perNode && (count === "unknown" || count >= 2),
        );
        return {
            subjects: subjects.length + budgets.length,
            judged: [...subjects, ...budgets].map(({ fact }) => fact),
            findings: [
                ...budgets.flatMap((budget) => judgeBudget(budget, facts)),
                ...unjudgedPods(facts),
                ...subjects.flatMap((subject) =>
                    judgeWorkload(subject, budgets, operatedBudgets(facts)),
                ),
            ],
        };
    },
};
