/** HA-15: autoscalers that can work, and never scale to a single pod. */
import { type Finding, notJudged, type StackCriterion, violated } from "../../kernel/criterion";
import type { Fact, Facts, ObjectOf } from "../../kernel/facts";
import { parseQuantity } from "../../kubernetes/quantities";
import { targets, type WorkloadFact } from "../../kubernetes/scaling";
import { profileOf } from "../../kernel/site";
import { isUnknown, read, readList, readString, showReading } from "../../kernel/tree";

const MINIMUM = 2;

function judgeMinimum(fact: Fact, facts: Facts): Finding[] {
    const profile = profileOf(facts);
    const reading = read(fact.inputs, ["spec", "minReplicas"]);
    if (profile.state !== "known" || reading.state === "unknown") {
        return [notJudged(fact, "its profile or minReplicas is known only at the update")];
    }
    // Absent is 1 by the API.
    return profile.value !== "prod" ||
        (reading.state === "known" && Number(reading.value) >= MINIMUM)
        ? []
        : [
              violated(
                  fact,
                  `minReplicas is ${showReading(reading)}; use at least ${MINIMUM} in prod`,
              ),
          ];
}

/** The resources whose use is compared with what the pods request. */
function comparedResources({ inputs }: Fact): readonly string[] | "unknown" {
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

function judgeRequests(fact: Fact, target: WorkloadFact): Finding[] {
    const compared = comparedResources(fact);
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

function judgeTarget(fact: ObjectOf, facts: Facts): Finding[] {
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
            return [...fixed, ...judgeRequests(fact, target)];
        });
}

/** HA-15. */
export const autoscaling: StackCriterion = {
    id: "HA-15",
    name: "ha-15-autoscaling",
    description:
        "Checks that a HorizontalPodAutoscaler keeps at least 2 pods in prod, has requests to compare with, and that its target fixes no replicas.",
    severity: "medium",
    remediation: "Set `minReplicas` and the requests, and drop `replicas` from the target.",
    judgeStack: (facts) => {
        const scalers = facts.objects("autoscaling", "HorizontalPodAutoscaler");
        return {
            subjects: scalers.length,
            judged: scalers,
            findings: scalers.flatMap((fact) => [
                ...judgeMinimum(fact, facts),
                ...judgeTarget(fact, facts),
            ]),
        };
    },
};
