/** What KEDA is told of a workload. Pure: no Pulumi. */
import type { Manifest } from "../base/object";

/** A list in Redis whose elements wait for somebody. */
export interface QueueOfRedis {
    /** Host and port of the master, as KEDA's operator reaches it. */
    readonly address: string;
    readonly list: string;
    /** So many waiting elements are enough for one more pod. */
    readonly perPod: number;
    /** Secret of the namespace with the `password`. */
    readonly credentials: string;
}

/** How far a workload is scaled, and by what. */
export interface Scaling {
    readonly deployment: string;
    readonly atLeast: number;
    readonly atMost: number;
    readonly queue: QueueOfRedis;
}

const apiVersion = "keda.sh/v1alpha1";

/** The password of the queue, from where it lies already. */
export function authentication(
    name: string,
    namespace: string,
    { credentials }: Pick<QueueOfRedis, "credentials">,
): Manifest {
    return {
        apiVersion,
        kind: "TriggerAuthentication",
        metadata: { name, namespace },
        spec: {
            secretTargetRef: [{ parameter: "password", name: credentials, key: "password" }],
        },
    };
}

/**
 * The workload and its queue (keda v2.20.2: pkg/scalers/redis_scaler.go, `redisMetadata`). More pods
 * come at once; fewer one after the other, when the queue has been short for ten minutes.
 */
export function scaledObject(
    name: string,
    namespace: string,
    { deployment, atLeast, atMost, queue }: Scaling,
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
            // When the queue cannot be measured.
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
                    type: "redis",
                    metadata: {
                        address: queue.address,
                        listName: queue.list,
                        listLength: String(queue.perPod),
                    },
                    authenticationRef: { name },
                },
            ],
        },
    };
}
