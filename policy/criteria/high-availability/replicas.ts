/** HA-04 and HA-06: enough replicas, and not all on one node. */
import { type Finding, notJudged, type StackCriterion, violated } from "../../kernel/criterion";
import type { Facts } from "../../kernel/facts";
import { operatedPods, unjudgedPods } from "../../engines/operated/made";
import { allWorkloads, countedAs, replicated } from "../../engines/operated/workloads";
import { leastReplicas, type WorkloadFact } from "../../kubernetes/scaling";
import { selects } from "../../kubernetes/selectors";
import { holdsUnknown, read, readList, readTree, show } from "../../kernel/tree";

const SERVING = 2;
const CRITICAL = 3;
const HOSTNAME = "kubernetes.io/hostname";

function judgeCount(facts: Facts, fact: WorkloadFact, critical: readonly unknown[]): Finding[] {
    const reading = leastReplicas(facts, fact);
    if (reading.state === "unknown") {
        return [notJudged(fact, "its replicas are known only at the update")];
    }
    const isCritical = critical.includes(fact.key);
    const wanted = isCritical ? CRITICAL : SERVING;
    if (reading.state === "known" && Number(reading.value) >= wanted) {
        return [];
    }
    const because = isCritical ? " because it is among the critical workloads" : "";
    return [
        violated(
            fact,
            `${countedAs(fact.workload)} is ${show(reading)}; run at least ${wanted}${because}`,
        ),
    ];
}

/** Entries of the list of critical workloads that name nothing: they would protect nothing. */
function judgeList(facts: Facts, critical: readonly unknown[]): Finding[] {
    const fact = facts.platform();
    if (fact === undefined) {
        return [];
    }
    const [incomplete] = facts.unrenderedCharts();
    const known = new Set<unknown>(
        [
            ...allWorkloads(facts),
            ...operatedPods(facts).unjudged.map(({ fact: hidden }) => hidden),
        ].map(({ key }) => key),
    );
    return critical
        .filter((key) => !known.has(key))
        .map((key) =>
            incomplete === undefined
                ? violated(fact, `criticalWorkloads names ${String(key)}, which is no workload`)
                : notJudged(
                      fact,
                      `criticalWorkloads names ${String(key)}, which may be in ${incomplete.key}, which was not rendered`,
                  ),
        );
}

/** HA-04. */
export const replicas: StackCriterion = {
    id: "HA-04",
    name: "ha-04-replicas",
    description:
        "Checks that serving workloads have at least 2 replicas and critical ones at least 3.",
    severity: "high",
    remediation:
        "Take the number from `settings.replicas(...)`; list critical workloads in the settings.",
    judgeStack: (facts) => {
        const subjects = replicated(facts);
        const critical = readList(facts.platform()?.inputs, "criticalWorkloads");
        const platform = facts.platform();
        const hidden =
            platform !== undefined && holdsUnknown(platform.inputs.criticalWorkloads)
                ? [notJudged(platform, "criticalWorkloads is known only at the update")]
                : [];
        return {
            subjects: subjects.length,
            judged: subjects,
            findings: [
                ...hidden,
                ...unjudgedPods(facts),
                ...judgeList(facts, hidden.length > 0 ? [] : critical),
                ...subjects.flatMap((fact) => judgeCount(facts, fact, critical)),
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
export const spread: StackCriterion = {
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
