import type * as pulumi from "@pulumi/pulumi";
import { podDisruptionBudget, spread } from "../base/availability";
import { patchPod } from "../base/containers";
import type { KubernetesObject, Manifest } from "../base/object";
import { priorities } from "../base/priority";
import { System, type SystemArgs } from "../base/system";
import { charts } from "../versions";

/** Arguments of {@link RedisOperator}. */
export interface RedisOperatorArgs extends SystemArgs {
    /** What pods of the operator need before they start: the PriorityClasses, the network. */
    readonly needs: readonly pulumi.Resource[];
}

/** Namespace of the operator; Redis pods let it in. */
export const redisOperatorNamespace = "redis-operator";

/** Ports of Redis and of its sentinels. */
export const redisPorts = { redis: 6379, sentinel: 26379 } as const;

/** Labels that the chart gives the operator's pods. */
const labels = { name: "redis-operator" };

/**
 * Its role may read every path of the API server, metrics and logs included, and joins Kubernetes'
 * own `admin`. What its client library asks for, `system:discovery` already gives to everybody.
 */
function withoutPaths(manifest: Manifest): Manifest {
    const { rules } = manifest;
    return manifest.kind === "ClusterRole" && Array.isArray(rules)
        ? { ...manifest, rules: rules.filter((rule: object) => !("nonResourceURLs" in rule)) }
        : manifest;
}

/** The operator of Redis, for all namespaces. */
export class RedisOperator extends System {
    /** What must run before a Redis is of any use: the operator. */
    readonly ready: readonly KubernetesObject[];
    /** The CRDs by `<group>/<Kind>`. */
    readonly definitions: ReadonlyMap<string, KubernetesObject>;

    constructor(
        name: string,
        { context, needs }: RedisOperatorArgs,
        opts: pulumi.ComponentResourceOptions,
    ) {
        super("data", "RedisOperator", name, { context }, opts);
        // One leads, the others wait (the chart always passes --leader-elect).
        const replicas = context.settings.replicas("serving");
        // Sentinels exist only where a Redis has replicas to fail over to.
        const hasSentinels = context.settings.replicas("critical") > 1;
        const watchedPorts = hasSentinels ? Object.values(redisPorts) : [redisPorts.redis];
        const namespace = this.namespace(redisOperatorNamespace, {
            tier: "platform",
            flows: [
                { name: "api-server-out", to: "api-server", ports: [context.apiServerPort] },
                { name: "redis", to: "cluster", ports: watchedPorts },
            ],
        });
        const chart = this.chart(name, {
            pin: charts.redisOperator,
            release: "redis-operator",
            namespace,
            needs,
            values: {
                replicas,
                redisOperator: {
                    imagePullPolicy: "IfNotPresent",
                    // It keeps masters and replicas of a RedisCluster apart; nothing here uses that kind.
                    webhook: false,
                    strategy: {
                        type: "RollingUpdate",
                        rollingUpdate: { maxUnavailable: 0, maxSurge: 1 },
                    },
                },
                // Writes redis.conf before Redis starts, so that Redis can run on a read-only root.
                featureGates: { GenerateConfigInInitContainer: true },
                priorityClassName: priorities.platform.name,
                podSecurityContext: {
                    runAsNonRoot: true,
                    runAsUser: 65532,
                    seccompProfile: { type: "RuntimeDefault" },
                },
                securityContext: {
                    allowPrivilegeEscalation: false,
                    readOnlyRootFilesystem: true,
                    capabilities: { drop: ["ALL"] },
                },
                resources: {
                    requests: { cpu: "50m", memory: "128Mi" },
                    limits: { cpu: null, memory: "512Mi" },
                },
            },
            // The chart has no value for it.
            patch: (manifest) =>
                patchPod(withoutPaths(manifest), { topologySpreadConstraints: spread(labels) }),
        });
        podDisruptionBudget("redis-operator", namespace.name, labels, replicas).forEach(
            (manifest) => this.object(manifest, { dependsOn: [namespace.object] }),
        );
        this.ready = chart.ready;
        this.definitions = chart.definitions;
        this.registerOutputs({});
    }
}
