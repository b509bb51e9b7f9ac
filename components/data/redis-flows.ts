/** Who talks to a Redis and its sentinels. Pure. */
import type { Flow } from "../base/flows";
import { redisOperatorNamespace, redisPorts } from "./redis-operator";

/** Labels by which the operator knows its pods (redis-operator v0.26.0:internal/k8sutils/labels.go). */
export const redisLabels = {
    redis: (name: string) => ({ app: name, role: "replication" }),
    sentinel: (name: string) => ({ app: `${name}-sentinel`, role: "sentinel" }),
};

const operator = { namespace: redisOperatorNamespace };

/** Who talks to the sentinels, which a Redis has only with replicas to fail over to. */
function sentinelFlows(name: string): Flow[] {
    const pods = redisLabels.sentinel(name);
    const ports = [redisPorts.sentinel];
    return [
        { name: `${name}-sentinel-operator`, pods, from: operator, ports },
        { name: `${name}-sentinel-in`, pods, from: { pods }, ports },
        { name: `${name}-sentinel-out`, pods, to: { pods }, ports },
        {
            name: `${name}-sentinel-watch`,
            pods,
            to: { pods: redisLabels.redis(name) },
            ports: [redisPorts.redis],
        },
    ];
}

/**
 * The flows that the hosting namespace must declare for a Redis.
 *
 * @param replicas pods of the Redis; with more than one, sentinels watch them
 */
export function redisFlows(name: string, replicas: number): Flow[] {
    const pods = redisLabels.redis(name);
    const ports = [redisPorts.redis];
    return [
        { name: `${name}-operator`, pods, from: operator, ports },
        { name: `${name}-in`, pods, from: { pods: {} }, ports },
        { name: `${name}-replication-out`, pods, to: { pods }, ports },
        ...(replicas > 1 ? sentinelFlows(name) : []),
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
