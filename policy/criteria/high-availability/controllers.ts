/**
 * HA-04 for workloads that only reconcile: one replica is upstream's design, and nothing waits on
 * it. What makes that true is judged: probes, a dead node left soon, no Service that others call.
 */
import { chartsOfKey, namesOfMissing } from "../../kernel/missing-charts";
import { type Finding, notJudged, violated } from "../../kernel/criterion";
import type { ControllerFact } from "../../kernel/declarations";
import type { Facts } from "../../kernel/facts";
import {
    holdsUnknown,
    read,
    readLabels,
    readList,
    readString,
    showReading,
} from "../../kernel/tree";
import type { WorkloadFact } from "../../kubernetes/scaling";

/** Seconds for which a controller may stay on a dead node. */
const MOST_SECONDS = 60;
/** What the API server adds where nothing is said (DefaultTolerationSeconds). */
const DEFAULT_SECONDS = 300;
const UNREACHABLE = "node.kubernetes.io/unreachable";
/** How ports are called on which only metrics are read. */
const METRICS = /(?:^|-)metrics(?:-|$)/;

function toleratesUnreachable(toleration: unknown): boolean {
    const key = readString(toleration, "key") ?? "";
    const effect = readString(toleration, "effect") ?? "NoExecute";
    return (key === UNREACHABLE || key === "") && effect === "NoExecute";
}

/** Seconds until its pod is evicted from a node that does not answer; infinite for good. */
function secondsOnDeadNode(podSpec: unknown): number {
    const seconds = readList(podSpec, "tolerations")
        .filter(toleratesUnreachable)
        .map((toleration) => {
            const reading = read(toleration, ["tolerationSeconds"]);
            return reading.state === "known" ? Number(reading.value) : Number.POSITIVE_INFINITY;
        });
    return seconds.length === 0 ? DEFAULT_SECONDS : Math.max(...seconds);
}

function judgeNode(fact: WorkloadFact): Finding[] {
    const { podSpec = {} } = fact.workload;
    if (holdsUnknown(podSpec.tolerations)) {
        return [notJudged(fact, "its tolerations are known only at the update")];
    }
    const seconds = secondsOnDeadNode(podSpec);
    const stays = Number.isFinite(seconds) ? `${seconds} s` : "for good";
    return seconds <= MOST_SECONDS
        ? []
        : [
              violated(
                  fact,
                  `it stays on a dead node ${stays}; a controller with one replica tolerates ${UNREACHABLE} for at most ${MOST_SECONDS} s`,
              ),
          ];
}

function judgeProbes(fact: WorkloadFact): Finding[] {
    return fact.workload.containers
        .filter(({ role }) => role === "main")
        .flatMap(({ name, tree }) =>
            ["readinessProbe", "livenessProbe"].flatMap((probe) => {
                const reading = read(tree, [probe]);
                return reading.state === "known"
                    ? []
                    : [
                          (reading.state === "unknown" ? notJudged : violated)(
                              fact,
                              `container ${name} of this controller: ${probe} is ${showReading(reading)}; nothing else notices that it hangs`,
                          ),
                      ];
            }),
        );
}

/** Services that lead to the pods, but for those that only offer metrics. */
function judgeServices(fact: WorkloadFact, facts: Facts): Finding[] {
    const { podLabels } = fact.workload;
    return facts
        .objects("", "Service")
        .filter(({ object, inputs }) => {
            const selector = Object.entries(readLabels(inputs, "spec", "selector"));
            return (
                object.namespace === fact.object.namespace &&
                selector.length > 0 &&
                selector.every(([key, value]) => podLabels[key] === value)
            );
        })
        .filter(
            ({ inputs }) =>
                !readList(inputs, "spec", "ports").every((port) =>
                    METRICS.test(readString(port, "name") ?? ""),
                ),
        )
        .map(({ key }) =>
            violated(fact, `${key} leads others to it, so it serves; run at least 2 replicas`),
        );
}

/** What is wrong with a controller. */
export function judgeController(fact: WorkloadFact, facts: Facts): Finding[] {
    return [...judgeProbes(fact), ...judgeNode(fact), ...judgeServices(fact, facts)];
}

/** Declared controllers that are no workload, or lack their reason. */
export function judgeDeclarations(
    controllers: readonly ControllerFact[],
    workloads: ReadonlySet<string>,
    facts: Facts,
): Finding[] {
    return controllers.flatMap(({ resource, reason, declaredBy }) => {
        if (!workloads.has(resource)) {
            const charts = chartsOfKey(facts, resource);
            return [
                charts.length === 0
                    ? violated(declaredBy, `its controller ${resource} is no workload`)
                    : notJudged(
                          declaredBy,
                          `its controller ${resource} may be in ${namesOfMissing(charts)}`,
                      ),
            ];
        }
        return reason.trim() === ""
            ? [
                  violated(
                      declaredBy,
                      `its controller ${resource} has no reason; say why one is enough`,
                  ),
              ]
            : [];
    });
}
