/**
 * What all generated stacks share: namespaces, priorities, defaults and a runtime class. They are
 * made once, because the API server takes some time to know new ones.
 */
import type { Manifest } from "../../components/base/object";

/** Two namespaces with different labels, and one whose LimitRange completes its pods. */
export const NAMESPACES = ["agreement-a", "agreement-b", "agreement-limits"] as const;
/** Names of the priority classes; the last preempts nobody. */
export const PRIORITIES = ["low", "high", "high-without-preemption"] as const;
export const RUNTIME_CLASS = "with-overhead";

const priorityClass = (name: string, value: number, more: object = {}): Manifest => ({
    apiVersion: "scheduling.k8s.io/v1",
    kind: "PriorityClass",
    metadata: { name },
    value,
    ...more,
});

/** The objects. */
export const GROUND: readonly Manifest[] = [
    ...NAMESPACES.map((name, index) => ({
        apiVersion: "v1",
        kind: "Namespace",
        metadata: { name, labels: { team: index === 1 ? "blue" : "red" } },
    })),
    {
        apiVersion: "v1",
        kind: "LimitRange",
        metadata: { name: "defaults", namespace: NAMESPACES[2] },
        spec: {
            limits: [
                {
                    type: "Container",
                    defaultRequest: { cpu: "150m", memory: "96Mi" },
                },
            ],
        },
    },
    priorityClass(PRIORITIES[0], 100),
    priorityClass(PRIORITIES[1], 1000),
    priorityClass(PRIORITIES[2], 1000, { preemptionPolicy: "Never" }),
    {
        apiVersion: "node.k8s.io/v1",
        kind: "RuntimeClass",
        metadata: { name: RUNTIME_CLASS },
        handler: "runc",
        overhead: { podFixed: { cpu: "70m", memory: "48Mi" } },
    },
];
