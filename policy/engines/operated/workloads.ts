/** Everything that makes pods: objects with a pod template, and parts of custom resources. */
import type { MadePods } from "../../../operators/behaviour";
import type { Facts } from "../../kernel/facts";
import { memoize } from "../../kernel/memoize";
import type { WorkloadFact } from "../../kubernetes/scaling";
import { readContainers, type Workload } from "../../kubernetes/workloads";
import { operatedPods } from "./made";

function toWorkload(made: MadePods): Workload {
    const { pod, labels, count, passing, perNode, local } = made;
    const { containers } = readContainers(pod);
    return {
        replicas: { state: "known", value: count },
        longRunning: passing !== true,
        // What belongs to its node neither moves nor has a second one elsewhere.
        perNode: perNode !== undefined || local === true,
        podLabels: labels,
        podLabelsUnknown: false,
        podSpec: pod,
        containers,
        unread: [],
        // The resource names them, once for all parts.
        images: [],
        made,
    };
}

/** The pods that operators make, as workloads; several for a resource with several parts. */
export const operatedWorkloads = memoize((facts): readonly WorkloadFact[] =>
    operatedPods(facts).made.map(({ fact, pods }) => ({ ...fact, workload: toWorkload(pods) })),
);

/** Every workload of the stack. */
export const allWorkloads = memoize((facts): readonly WorkloadFact[] => [
    ...facts.workloads(),
    ...operatedWorkloads(facts),
]);

/** Workloads that have replicas: they run until stopped, and not once on each node. */
export function replicated(facts: Facts): WorkloadFact[] {
    return allWorkloads(facts).filter(({ workload }) => workload.longRunning && !workload.perNode);
}

/** How messages call the number of pods, with the part where an operator makes several. */
export function countedAs({ made }: Workload): string {
    return made === undefined ? "replicas" : `replicas of ${made.part}`;
}
