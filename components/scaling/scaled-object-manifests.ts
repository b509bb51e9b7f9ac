/** What KEDA is told of a workload. Pure: no Pulumi. */
import type { Manifest } from "../base/object";
import type { Trigger } from "./triggers";

/** How far a workload is scaled, and by what. */
export interface Scaling {
    readonly deployment: string;
    readonly atLeast: number;
    readonly atMost: number;
    readonly trigger: Trigger;
}

const apiVersion = "keda.sh/v1alpha1";

/** What KEDA needs for measuring, from where it lies already. */
export function authentication(name: string, namespace: string, { secrets }: Trigger): Manifest {
    return {
        apiVersion,
        kind: "TriggerAuthentication",
        metadata: { name, namespace },
        spec: { secretTargetRef: secrets },
    };
}

/**
 * The workload and what waits for it. More pods come at once; fewer one after the other, when little
 * has waited for ten minutes.
 */
export function scaledObject(
    name: string,
    namespace: string,
    { deployment, atLeast, atMost, trigger }: Scaling,
): Manifest {
    return {
        apiVersion,
        kind: "ScaledObject",
        metadata: { name, namespace },
        spec: {
            scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: deployment },
            pollingInterval: 15,
            minReplicaCount: atLeast,
            maxReplicaCount: atMost,
            // When nothing can be measured.
            fallback: { failureThreshold: 4, replicas: atLeast },
            advanced: {
                horizontalPodAutoscalerConfig: {
                    name,
                    behavior: {
                        scaleDown: {
                            stabilizationWindowSeconds: 600,
                            policies: [{ type: "Pods", value: 1, periodSeconds: 120 }],
                        },
                    },
                },
            },
            triggers: [
                {
                    type: trigger.type,
                    metadata: trigger.metadata,
                    authenticationRef: { name },
                },
            ],
        },
    };
}
