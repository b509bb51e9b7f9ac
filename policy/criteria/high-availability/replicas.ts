/** HA-04 and HA-06: enough replicas, and not all on one node. */
import { type Finding, notJudged, type StackCriterion, violated } from "../../kernel/criterion";
import {
    controllersOf,
    type CriticalFact,
    criticalOf,
    hiddenDeclarations,
} from "../../kernel/declarations";
import type { Facts } from "../../kernel/facts";
import { operatedPods, unjudgedPods } from "../../engines/operated/made";
import { claimUses, isContended } from "../../engines/scheduling/shared-claims";
import { allWorkloads, countedAs, replicated } from "../../engines/operated/workloads";
import { leastReplicas, type WorkloadFact } from "../../kubernetes/scaling";
import { selects } from "../../kubernetes/selectors";
import { read, readList, readTree, showReading } from "../../kernel/tree";
import { judgeController, judgeDeclarations } from "./controllers";

const SERVING = 2;
const CRITICAL = 3;
const HOSTNAME = "kubernetes.io/hostname";

function judgeCount(facts: Facts, fact: WorkloadFact, isCritical: boolean): Finding[] {
    const reading = leastReplicas(facts, fact);
    if (reading.state === "unknown") {
        return [notJudged(fact, "its replicas are known only at the update")];
    }
    const wanted = isCritical ? CRITICAL : SERVING;
    const contended = claimUses(facts).find((use) => use.fact === fact && isContended(use));
    if (contended !== undefined) {
        return [
            violated(
                fact,
                `its ${countedAs(fact.workload)} share ${contended.claim}, so they start on one node only and count as 1; run at least ${wanted} with a volume each`,
            ),
        ];
    }
    if (reading.state === "known" && Number(reading.value) >= wanted) {
        return [];
    }
    const because = isCritical ? " because it is among the critical workloads" : "";
    return [
        violated(
            fact,
            `${countedAs(fact.workload)} is ${showReading(reading)}; run at least ${wanted}${because}`,
        ),
    ];
}

/** Declared critical workloads that name nothing: they would protect nothing. */
function judgeCritical(
    critical: readonly CriticalFact[],
    workloads: ReadonlySet<string>,
    incomplete: string | undefined,
): Finding[] {
    return critical
        .filter(({ resource }) => !workloads.has(resource))
        .map(({ resource, declaredBy }) =>
            incomplete === undefined
                ? violated(
                      declaredBy,
                      `among the critical workloads is ${resource}, which is no workload`,
                  )
                : notJudged(
                      declaredBy,
                      `among the critical workloads is ${resource}, which may be in ${incomplete}, which was not rendered`,
                  ),
        );
}

/** HA-04. */
export const replicas: StackCriterion = {
    id: "HA-04",
    name: "ha-04-replicas",
    description:
        "Checks that serving workloads have at least 2 replicas and critical ones at least 3; controllers with one are sound.",
    severity: "high",
    remediation:
        "Take the number from `site.replicas(...)`; a system declares what is critical and what only reconciles, the settings may add critical workloads.",
    judgeStack: (facts) => {
        const all = replicated(facts);
        const critical = criticalOf(facts);
        const controllers = controllersOf(facts);
        const workloads = new Set(
            [...allWorkloads(facts), ...operatedPods(facts).unjudged.map(({ fact }) => fact)].map(
                ({ key }) => key,
            ),
        );
        const [incomplete] = facts.unrenderedCharts();
        const isCritical = new Set(critical.map(({ resource }) => resource));
        const isController = new Set(controllers.map(({ resource }) => resource));
        // What is both is judged as what others need.
        const apart = all.filter(({ key }) => isController.has(key) && !isCritical.has(key));
        const subjects = all.filter((fact) => !apart.includes(fact));
        return {
            subjects: subjects.length,
            apart: { what: "controller", count: apart.length },
            judged: all,
            findings: [
                ...hiddenDeclarations(facts).map(({ fact, field }) =>
                    notJudged(fact, `${field} is known only at the update`),
                ),
                ...unjudgedPods(facts),
                ...judgeCritical(critical, workloads, incomplete?.key),
                ...judgeDeclarations(controllers, workloads, incomplete?.key),
                ...subjects.flatMap((fact) => judgeCount(facts, fact, isCritical.has(fact.key))),
                ...apart.flatMap((fact) => judgeController(fact, facts)),
            ],
        };
    },
};

type Verdict = boolean | "unknown";

function any(verdicts: readonly Verdict[]): Verdict {
    return verdicts.includes(true) || (verdicts.includes("unknown") ? "unknown" : false);
}

/** Whether a term keeps the workload's own pods apart by node. */
function separates(term: unknown, { workload, object }: WorkloadFact): Verdict {
    const key = read(term, ["topologyKey"]);
    if (key.state !== "known" || key.value !== HOSTNAME) {
        return key.state === "unknown" ? "unknown" : false;
    }
    const namespaces = readList(term, "namespaces");
    const elsewhere = namespaces.length > 0 && !namespaces.includes(object.namespace);
    return !elsewhere && selects(read(term, ["labelSelector"]), workload.podLabels);
}

function spreads(fact: WorkloadFact, count: number): Verdict {
    const { podSpec = {}, podLabelsUnknown } = fact.workload;
    const affinity = readTree(podSpec, "affinity", "podAntiAffinity");
    if (
        podLabelsUnknown ||
        ["affinity", "topologySpreadConstraints"].some(
            (field) => read(podSpec, [field]).state === "unknown",
        ) ||
        read(podSpec, ["affinity", "podAntiAffinity"]).state === "unknown"
    ) {
        return "unknown";
    }
    const constraints = readList(podSpec, "topologySpreadConstraints").filter(
        // A skew as large as the replica count allows all of them on one node.
        (constraint) => Number(readTree(constraint).maxSkew ?? 1) < count,
    );
    const terms = [
        ...constraints,
        ...readList(affinity, "requiredDuringSchedulingIgnoredDuringExecution"),
        ...readList(affinity, "preferredDuringSchedulingIgnoredDuringExecution").map((preferred) =>
            readTree(preferred, "podAffinityTerm"),
        ),
    ];
    return any(terms.map((term) => separates(term, fact)));
}

function judgeSpread(fact: WorkloadFact, count: number): Finding[] {
    const { made, unread } = fact.workload;
    const verdict = unread.length > 0 ? "unknown" : spreads(fact, count);
    if (verdict === "unknown") {
        return [notJudged(fact, "how its pods are spread is known only at the update")];
    }
    return verdict
        ? []
        : [
              violated(
                  fact,
                  `nothing keeps its ${count} ${made === undefined ? "replicas" : made.part} on different nodes; add a topology spread constraint on ${HOSTNAME} whose selector matches its pods`,
              ),
          ];
}

/** HA-06. */
export const spreadOverNodes: StackCriterion = {
    id: "HA-06",
    name: "ha-06-spread-over-nodes",
    description:
        "Checks that the replicas of a workload are spread over nodes by topology constraints or anti-affinity.",
    severity: "high",
    remediation: "Pass `spread(labels)` of components/base/availability.ts to the workload.",
    judgeStack: (facts) => {
        const counted = replicated(facts).map((fact) => {
            const reading = leastReplicas(facts, fact);
            // Unknown may be many: judged like two.
            return { fact, count: reading.state === "known" ? Number(reading.value) : 2 };
        });
        const subjects = counted.filter(({ count }) => count >= 2);
        return {
            subjects: subjects.length,
            judged: subjects.map(({ fact }) => fact),
            findings: [
                ...unjudgedPods(facts),
                ...subjects.flatMap(({ fact, count }) => judgeSpread(fact, count)),
            ],
        };
    },
};
