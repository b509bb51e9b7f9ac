/** From a custom resource to the pods that its operator makes of it. */
import type { Facts } from "../../../kernel/facts";
import type { WorkloadFact } from "../../../kubernetes/scaling";
import { holdsUnknown } from "../../../kernel/tree";
import type { ClusterNode } from "../nodes";
import { podSet, type PodSet } from "../pod-set";
import type { PodsOf } from "../workload-pods";
import { csiDriverPods } from "./ceph-csi";
import { postgresPods } from "./cloudnative-pg";
import { apart, part } from "./placement";
import { redisPods } from "./redis";
import { cephClusterPods } from "./rook-cluster";
import { cephFilesystemPods, cephObjectStorePods } from "./rook-stores";

type OperatedFact = Pick<WorkloadFact, "object"> & Omit<WorkloadFact, "object" | "workload">;

/** The table, by `<group>/<Kind>`. */
const STAND_INS: Readonly<
    Record<
        string,
        (fact: OperatedFact, facts: Facts, nodes: readonly ClusterNode[]) => readonly PodSet[]
    >
> = {
    "ceph.rook.io/CephCluster": (fact, _facts, nodes) => cephClusterPods(fact, nodes),
    "ceph.rook.io/CephFilesystem": cephFilesystemPods,
    "ceph.rook.io/CephObjectStore": cephObjectStorePods,
    "csi.ceph.io/Driver": csiDriverPods,
    "postgresql.cnpg.io/Cluster": postgresPods,
    "redis.redis.opstreelabs.in/RedisReplication": redisPods("replication"),
    "redis.redis.opstreelabs.in/RedisSentinel": redisPods("sentinel"),
};

/** Kinds of the table, whether or not `kubernetes/operated.ts` knows them too. */
export function hasStandIns(group: string, kind: string): boolean {
    return `${group}/${kind}` in STAND_INS;
}

/** The pods that an operator makes of a resource of the table. */
export function standIns(fact: OperatedFact, facts: Facts, nodes: readonly ClusterNode[]): PodsOf {
    const make = STAND_INS[`${fact.object.group}/${fact.object.kind}`];
    return holdsUnknown(fact.inputs.spec)
        ? { unknown: "spec" }
        : (make?.(fact, facts, nodes) ?? []);
}

/**
 * Pods of a custom resource of which only `kubernetes/operated.ts` knows something: all of its parts
 * in each pod, which is never too little, kept apart if its operator does so in some way.
 */
export function roughPods(fact: WorkloadFact): PodsOf {
    const { workload, object, key } = fact;
    const { replicas, operated, podLabels } = workload;
    const parts = operated?.parts ?? [];
    if (
        replicas.state === "unknown" ||
        parts.some(
            ({ resources }) =>
                resources.state === "unknown" ||
                (resources.state === "known" && holdsUnknown(resources.value)),
        )
    ) {
        return { unknown: "spec" };
    }
    const labels = Object.keys(podLabels).length > 0 ? podLabels : { "stand-in-of": object.name };
    return [
        podSet({
            key,
            fact,
            namespace: object.namespace ?? "default",
            name: object.name,
            labels,
            spec: {
                containers: parts.map(({ name, resources }, index) =>
                    part(`part-${index}-${name}`, resources.state === "known" && resources.value),
                ),
                ...(operated?.spread === true
                    ? { affinity: { podAntiAffinity: apart(labels, true) } }
                    : {}),
            },
            count: replicas.state === "known" ? Number(replicas.value) : 1,
        }),
    ];
}
