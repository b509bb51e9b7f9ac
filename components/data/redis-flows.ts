/** Who talks to a Redis and its sentinels. Pure. */
import type { Flow } from "../base/flows";
import { redisOperatorNamespace, redisPorts } from "./redis-operator";

/** Labels by which the operator knows its pods (redis-operator v0.26.0:internal/k8sutils/labels.go). */
export const redisLabels = {
    redis: (name: string) => ({ app: name, role: "replication" }),
    sentinel: (name: string) => ({ app: `${name}-sentinel`, role: "sentinel" }),
};

/** The flows that the hosting namespace must declare for a Redis. */
export function redisFlows(name: string): Flow[] {
    const redis = redisLabels.redis(name);
    const sentinel = redisLabels.sentinel(name);
    const operator = { namespace: redisOperatorNamespace };
    return [
        { name: `${name}-operator`, pods: redis, from: operator, ports: [redisPorts.redis] },
        {
            name: `${name}-sentinel-operator`,
            pods: sentinel,
            from: operator,
            ports: [redisPorts.sentinel],
        },
        { name: `${name}-in`, pods: redis, from: { pods: {} }, ports: [redisPorts.redis] },
        {
            name: `${name}-replication-out`,
            pods: redis,
            to: { pods: redis },
            ports: [redisPorts.redis],
        },
        {
            name: `${name}-sentinel-in`,
            pods: sentinel,
            from: { pods: sentinel },
            ports: [redisPorts.sentinel],
        },
        {
            name: `${name}-sentinel-out`,
            pods: sentinel,
            to: { pods: sentinel },
            ports: [redisPorts.sentinel],
        },
        {
            name: `${name}-sentinel-watch`,
            pods: sentinel,
            to: { pods: redis },
            ports: [redisPorts.redis],
        },
    ];
}

/** The flow that lets pods of the same namespace reach a Redis. */
export function redisClientFlow(name: string, pods: Readonly<Record<string, string>>): Flow {
    return {
        name: `${name}-clients`,
        pods,
        to: { pods: redisLabels.redis(name) },
        ports: [redisPorts.redis],
    };
}
