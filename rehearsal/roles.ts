/**
 * Roles among equal pods, which operators keep as labels: the primary of a database, the master of
 * a Redis, the active manager of Ceph. Their Services and budgets select by that label. Pure.
 */
import type { Facts } from "../policy/kernel/facts";
import { readString, readTree } from "../policy/kernel/tree";
import type { LiveObject } from "../kubernetes-client/kubernetes";
import { stateOf } from "./pod-informer";

/** A role that one pod of a set has. */
export interface Role {
    readonly namespace: string;
    /** Labels of all pods that may have it. */
    readonly pods: Readonly<Record<string, string>>;
    readonly label: string;
    /** Values of the label. */
    readonly holder: string;
    readonly other: string;
    /** `node`: the holder's own peers miss it; `readiness`: the operator asks the API first. */
    readonly notices: "node" | "readiness";
    /** Seconds at most from the notice until another pod carries the label. */
    readonly seconds: number;
    /** It leaves a cordoned node by itself, once so many pods are ready and all others elsewhere. */
    readonly yieldsWith?: number;
}

/** Sentinels ask every second, and a vote takes less than another (Redis documentation of Sentinel). */
const ELECTION = 2;

/** The roles of a stack. */
export function rolesOf(facts: Facts): Role[] {
    const of = (group: string, kind: string) =>
        facts.objects(group, kind).map(({ object, inputs }) => ({
            namespace: object.namespace ?? "default",
            name: object.name,
            spec: readTree(inputs, "spec"),
        }));
    const databases = of("postgresql.cnpg.io", "Cluster").map(
        ({ namespace, name, spec }): Role => ({
            namespace,
            pods: { "cnpg.io/cluster": name, "cnpg.io/podRole": "instance" },
            label: "cnpg.io/instanceRole",
            holder: "primary",
            other: "replica",
            // cloudnative-pg 1.30: internal/controller/cluster_controller.go,
            // evaluatePodReadinessGuards, which looks again after ten seconds.
            notices: "readiness",
            seconds: 10 + Number(spec.failoverDelay ?? 0),
            // internal/controller/replicas.go, setPrimaryOnSchedulableNode.
            yieldsWith: Number(spec.instances ?? 1),
        }),
    );
    const sentinels = of("redis.redis.opstreelabs.in", "RedisSentinel");
    const caches = of("redis.redis.opstreelabs.in", "RedisReplication").map(
        ({ namespace, name }): Role => {
            const watching = sentinels.find(
                ({ namespace: other, spec }) =>
                    other === namespace &&
                    readString(spec, "redisSentinelConfig", "redisReplicationName") === name,
            );
            const config = readTree(watching?.spec, "redisSentinelConfig");
            const down = Number(config.downAfterMilliseconds ?? 5000) / 1000;
            return {
                namespace,
                pods: { app: name, role: "replication" },
                label: "redis-role",
                holder: "master",
                other: "slave",
                notices: "node",
                // redis-operator v0.26.0: internal/controller/redisreplication, which sets the label
                // every 30 s.
                seconds: down + ELECTION + 30,
            };
        },
    );
    const managers = of("ceph.rook.io", "CephCluster").map(({ namespace }): Role => ({
        namespace,
        pods: { app: "rook-ceph-mgr" },
        label: "mgr_role",
        holder: "active",
        other: "standby",
        notices: "node",
        // mon_mgr_beacon_grace, and ROOK_UPDATE_INTERVAL of rook v1.20.6: cluster/mgr/spec.go.
        seconds: 30 + 15,
    }));
    return [...databases, ...caches, ...managers];
}

/** Nodes that roles flee. */
export interface Troubled {
    readonly silent: ReadonlySet<string>;
    readonly cordoned: ReadonlySet<string>;
}

const nodeOf = (pod: LiveObject) => readString(pod, "spec", "nodeName") ?? "";

/** The pods of a role. */
function members(role: Role, pods: readonly LiveObject[]): LiveObject[] {
    return pods
        .filter(
            ({ metadata }) =>
                metadata.namespace === role.namespace &&
                Object.entries(role.pods).every(([key, value]) => metadata.labels?.[key] === value),
        )
        .sort((one, other) => (one.metadata.name < other.metadata.name ? -1 : 1));
}

/** Which pods need another value of the label, by uid; nobody is promoted who cannot serve. */
export function roleChanges(
    role: Role,
    pods: readonly LiveObject[],
    { silent, cordoned }: Troubled,
): Map<LiveObject, string> {
    const all = members(role, pods);
    const able = all.filter((pod) => stateOf(pod) === "ready" && !silent.has(nodeOf(pod)));
    const valueOf = ({ metadata }: LiveObject) => metadata.labels?.[role.label];
    const holder = all.find((pod) => valueOf(pod) === role.holder);
    const serves =
        holder !== undefined &&
        stateOf(holder) === "ready" &&
        (role.notices === "readiness" || !silent.has(nodeOf(holder)));
    const elsewhere = able.filter((pod) => holder === undefined || nodeOf(pod) !== nodeOf(holder));
    const mayYield =
        serves && cordoned.has(nodeOf(holder)) && elsewhere.length + 1 === role.yieldsWith;
    const heir =
        serves && !mayYield ? undefined : elsewhere.find((pod) => !cordoned.has(nodeOf(pod)));
    const next = heir ?? (serves ? holder : (elsewhere[0] ?? holder));
    return new Map(
        all
            .map((pod): [LiveObject, string] => [pod, pod === next ? role.holder : role.other])
            .filter(([pod, value]) => valueOf(pod) !== value),
    );
}
