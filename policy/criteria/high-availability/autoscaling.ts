/** HA-15: autoscalers that can work, and never scale to a single pod. */
import { type Finding, notJudged, type StackCriterion, violated } from "../../kernel/criterion";
import type { Fact, Facts, ObjectOf } from "../../kernel/facts";
import { parseQuantity } from "../../kubernetes/quantities";
import { targets, type WorkloadFact } from "../../kubernetes/scaling";
import { profileOf } from "../../kernel/site";
import { isUnknown, read, readList, readString, showReading } from "../../kernel/tree";

const MINIMUM = 2;

/** A kind of autoscaler. */
interface Scaling {
    readonly group: string;
    readonly kind: string;
    /** Field of the spec with the least number of pods. */
    readonly minimum: string;
    /** The resources whose use is compared with what the pods request. */
    readonly compared: (fact: Fact) => readonly string[] | "unknown";
}

function judgeMinimum(fact: Fact, facts: Facts, { minimum }: Scaling): Finding[] {
    const profile = profileOf(facts);
    const reading = read(fact.inputs, ["spec", minimum]);
    if (profile.state !== "known" || reading.state === "unknown") {
        return [notJudged(fact, `its profile or ${minimum} is known only at the update`)];
    }
    // Absent is 1 for a HorizontalPodAutoscaler and 0 for a ScaledObject.
    return profile.value !== "prod" ||
        (reading.state === "known" && Number(reading.value) >= MINIMUM)
        ? []
        : [
              violated(
                  fact,
                  `${minimum} is ${showReading(reading)}; use at least ${MINIMUM} in prod`,
              ),
          ];
}

function comparedByMetrics({ inputs }: Fact): readonly string[] | "unknown" {
    const metrics = read(inputs, ["spec", "metrics"]);
    if (metrics.state === "absent") {
        // The API's default: 80 % of the requested CPU.
        return ["cpu"];
    }
    const list = readList(inputs, "spec", "metrics");
    if (metrics.state === "unknown" || list.some(isUnknown)) {
        return "unknown";
    }
    return list.flatMap((metric) => {
        const source =
            readString(metric, "type") === "ContainerResource" ? "containerResource" : "resource";
        return readString(metric, source, "name") ?? [];
    });
}

/** KEDA compares with requests for these triggers alone (keda v2.20.2: cpu_memory_scaler.go). */
const COMPARING = ["cpu", "memory"];

function comparedByTriggers({ inputs }: Fact): readonly string[] | "unknown" {
    const triggers = read(inputs, ["spec", "triggers"]);
    const list = readList(inputs, "spec", "triggers");
    if (triggers.state === "unknown" || list.some(isUnknown)) {
        return "unknown";
    }
    const types = list.map((trigger) => read(trigger, ["type"]));
    return types.some(({ state }) => state === "unknown")
        ? "unknown"
        : COMPARING.filter((type) =>
              types.some((found) => found.state === "known" && found.value === type),
          );
}

const SCALINGS: readonly Scaling[] = [
    {
        group: "autoscaling",
        kind: "HorizontalPodAutoscaler",
        minimum: "minReplicas",
        compared: comparedByMetrics,
    },
    {
        group: "keda.sh",
        kind: "ScaledObject",
        minimum: "minReplicaCount",
        compared: comparedByTriggers,
    },
];

function judgeRequests(fact: Fact, target: WorkloadFact, scaling: Scaling): Finding[] {
    const compared = scaling.compared(fact);
    if (compared === "unknown" || target.workload.unread.length > 0) {
        return [notJudged(fact, "what it measures is known only at the update")];
    }
    return target.workload.containers
        .filter(({ role }) => role === "main" || role === "sidecar")
        .flatMap(({ name, tree }) =>
            compared.flatMap((resource): Finding[] => {
                const readings = ["requests", "limits"].map((field) =>
                    read(tree, ["resources", field, resource]),
                );
                if (readings.some(({ state }) => state === "unknown")) {
                    return [notJudged(fact, `what ${name} requests is known only at the update`)];
                }
                return readings.some(
                    (reading) =>
                        reading.state === "known" && (parseQuantity(reading.value) ?? 0) > 0,
                )
                    ? []
                    : [
                          violated(
                              fact,
                              `container ${name} of ${target.key} requests no ${resource} to compare with; set resources.requests.${resource}`,
                          ),
                      ];
            }),
        );
}

/** Whoever comes before it and is about the same workload. */
function judgeOthers(fact: ObjectOf, target: WorkloadFact, before: readonly ObjectOf[]): Finding[] {
    return before
        .filter((other) => targets(other, target))
        .map((other) =>
            violated(
                fact,
                `${target.key} is scaled by ${other.key} too, and each undoes what the other does; keep one`,
            ),
        );
}

function judgeTarget(
    fact: ObjectOf,
    facts: Facts,
    scaling: Scaling,
    before: readonly ObjectOf[],
): Finding[] {
    if (read(fact.inputs, ["spec", "scaleTargetRef", "name"]).state === "unknown") {
        return [notJudged(fact, "its target is known only at the update")];
    }
    return facts
        .workloads()
        .filter((workload) => targets(fact, workload))
        .flatMap((target) => {
            const replicas = read(target.inputs, ["spec", "replicas"]);
            const fixed =
                replicas.state === "absent"
                    ? []
                    : [
                          violated(
                              fact,
                              `${target.key} sets replicas to ${showReading(replicas)}, so each update undoes the scaling; leave it out`,
                          ),
                      ];
            return [
                ...fixed,
                ...judgeOthers(fact, target, before),
                ...judgeRequests(fact, target, scaling),
            ];
        });
}

/** HA-15. */
export const autoscaling: StackCriterion = {
    id: "HA-15",
    name: "ha-15-autoscaling",
    description:
        "Checks that a HorizontalPodAutoscaler or ScaledObject keeps at least 2 pods in prod, has requests to compare with, and that its target fixes no replicas and has no other autoscaler.",
    severity: "medium",
    remediation:
        "Set the least number of pods and the requests, and drop `replicas` from the target.",
    judgeStack: (facts) => {
        const found = SCALINGS.flatMap((scaling) =>
            facts.objects(scaling.group, scaling.kind).map((fact) => ({ scaling, fact })),
        );
        const scalers = found.map(({ fact }) => fact);
        return {
            subjects: scalers.length,
            judged: scalers,
            findings: found.flatMap(({ scaling, fact }, index) => [
                ...judgeMinimum(fact, facts, scaling),
                ...judgeTarget(fact, facts, scaling, scalers.slice(0, index)),
            ]),
        };
    },
};
