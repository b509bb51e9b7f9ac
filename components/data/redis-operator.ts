import type * as pulumi from "@pulumi/pulumi";
import { spread } from "../base/availability";
import { none } from "../base/capabilities";
import type { End } from "../base/connection";
import { patchPod } from "../base/containers";
import { define } from "../base/definition";
import { toApiServer } from "../base/flows";
import type { SystemContext } from "../base/foundation";
import type { Manifest } from "../base/object";
import { chart, image } from "../base/pins";
import { priorities } from "../base/priority";
import { System } from "../base/system";
import { redisAlerts, redisObjectives } from "./redis-alerts";
import { redisDashboards } from "./redis-dashboards";
import { redisOperatorAlerts, redisOperatorScrapes } from "./redis-operator-alerts";

/** Redis: the operator of every one. */
export const redisOperator = define({
    name: "redisOperator",
    layer: "data",
    purpose: "Redis with sentinels for whoever needs a queue or a cache",
    origin: "001: Redis as sentinels and replication",
    charts: {
        redisOperator: chart(
            "redis-operator",
            "0.26.1",
            "https://ot-container-kit.github.io/helm-charts",
        ),
    },
    // Images that the operator is tested with; all from the operator's own registry.
    images: {
        redis: image("quay.io/opstree/redis", "v7.0.15"),
        sentinel: image("quay.io/opstree/redis-sentinel", "v7.0.15"),
        exporter: image("quay.io/opstree/redis-exporter", "v1.44.0"),
    },
    capabilities: {
        metrics: redisOperatorScrapes,
        alerts: [...redisOperatorAlerts, ...redisAlerts],
        objectives: redisObjectives,
        dashboards: redisDashboards,
        routes: none("it has no page"),
        signOn: none("nobody signs on to it"),
        backup: none("queues and caches: what must last is in a database"),
        sizing: { by: "replicas follow the profile, memory is that of the consumer" },
        flows: "declared",
        retention: none("entries are kept until they are consumed or expire"),
    },
});

/** Redis, for whoever needs one. */
export interface RedisOffer {
    /** Pods of the operator, which looks after every Redis. */
    readonly operator: End;
    /** What must run before a Redis is of any use: the operator. */
    readonly ready: readonly pulumi.Resource[];
}

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
export class RedisOperator extends System<typeof redisOperator> implements RedisOffer {
    readonly operator: End;

    constructor(
        context: SystemContext<typeof redisOperator>,
        opts: pulumi.ComponentResourceOptions,
    ) {
        super(context, {}, opts);
        // One leads, the others wait (the chart always passes --leader-elect).
        const replicas = context.site.replicas("serving");
        const namespace = this.namespace("redis-operator", {
            tier: "platform",
            backup: none("the operator keeps nothing, and instances are elsewhere"),
            flows: [toApiServer()],
        });
        this.operator = { namespace, pods: labels, account: "redis-operator" };
        this.chart(redisOperator.charts.redisOperator, {
            release: "redis-operator",
            apiGroups: ["redis.redis.opstreelabs.in"],
            namespace,
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
        this.budget("redis-operator", this.operator, replicas);
        this.observe(namespace);
    }
}
