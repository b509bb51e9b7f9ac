/**
 * Custom resources from which operators make pods: where they say how many and how large. What an
 * operator does by itself is written here once, with the source that says so.
 */
import {
    isTree,
    read,
    readList,
    readString,
    readTree,
    type Reading,
    type Tree,
} from "../kernel/tree";

/** What an operator makes of a custom resource, as far as the resource says. */
export interface OperatedPart {
    /** Name of the part in messages: `osd`, `postgres` ... */
    readonly name: string;
    readonly resources: Reading;
}

/** Pods that an operator makes and guards. */
export interface Operated {
    readonly replicas: Reading;
    readonly podLabels: Readonly<Record<string, string>>;
    readonly images: readonly { readonly where: string; readonly image: Reading }[];
    readonly parts: readonly OperatedPart[];
    /** How many pods the operator's PodDisruptionBudget keeps; absent when it makes none. */
    readonly keeps: Reading;
    /** The operator keeps the pods on different nodes. */
    readonly spread: boolean;
}

/** Kubernetes and the operators here run one pod where a count is absent. */
export const ONE: Reading = { state: "known", value: 1 };
const NONE: Reading = { state: "absent" };

/** One replica unless the resource says otherwise. */
export function count(inputs: Tree, ...path: string[]): Reading {
    const reading = read(inputs, path);
    return reading.state === "absent" ? ONE : reading;
}

function has(inputs: Tree, wanted: boolean, ...path: string[]): boolean {
    const reading = read(inputs, path);
    return reading.state === "known" && reading.value === wanted;
}

function part(inputs: Tree, name: string, ...path: string[]): OperatedPart {
    return { name, resources: read(inputs, path) };
}

function image(inputs: Tree, ...path: string[]): Operated["images"][number] {
    return { where: path.join("."), image: read(inputs, path) };
}

function map(reading: Reading, change: (value: number) => number): Reading {
    return reading.state === "known" && typeof reading.value === "number"
        ? { state: "known", value: change(reading.value) }
        : reading;
}

function nameOf(inputs: Tree): string {
    return readString(inputs, "metadata", "name") ?? "";
}

/** OT-CONTAINER-KIT/redis-operator internal/k8sutils/poddisruption.go and labels.go (0.26). */
function redis(setup: "replication" | "sentinel"): (inputs: Tree) => Operated {
    return (inputs) => {
        const replicas = count(inputs, "spec", "clusterSize");
        const pdb = readTree(inputs, "spec", "pdb");
        const minimum = read(pdb, ["minAvailable"]);
        const maximum = read(pdb, ["maxUnavailable"]);
        const keeps =
            maximum.state === "known" && typeof maximum.value === "number"
                ? map(replicas, (size) => size - Number(maximum.value))
                : minimum.state === "absent"
                  ? map(replicas, (size) => Math.floor(size / 2) + 1)
                  : minimum;
        const affinity = readTree(inputs, "spec", "affinity", "podAntiAffinity");
        return {
            replicas,
            podLabels: { app: nameOf(inputs), redis_setup_type: setup, role: setup },
            images: [image(inputs, "spec", "kubernetesConfig", "image")],
            parts: [part(inputs, "redis", "spec", "kubernetesConfig", "resources")],
            keeps: has(pdb, true, "enabled") ? keeps : NONE,
            spread:
                readList(inputs, "spec", "topologySpreadConstraints").some(isTree) ||
                Object.keys(affinity).length > 0,
        };
    };
}

/** The table, by `<group>/<Kind>`. */
export const OPERATED: Readonly<Record<string, (inputs: Tree) => Operated>> = {
    "postgresql.cnpg.io/Cluster": (inputs) => {
        const replicas = count(inputs, "spec", "instances");
        return {
            replicas,
            podLabels: { "cnpg.io/cluster": nameOf(inputs), "cnpg.io/podRole": "instance" },
            images: [image(inputs, "spec", "imageName")],
            parts: [part(inputs, "postgres", "spec", "resources")],
            // Both are the operator's defaults (API reference of 1.30), so only `false` takes them
            // away. One budget for the primary, which the operator moves before a drain, and one
            // that lets a single replica go.
            keeps: has(inputs, false, "spec", "enablePDB")
                ? NONE
                : map(replicas, (instances) => instances - 1),
            spread: !has(inputs, false, "spec", "affinity", "enablePodAntiAffinity"),
        };
    },
    "redis.redis.opstreelabs.in/RedisReplication": redis("replication"),
    "redis.redis.opstreelabs.in/RedisSentinel": redis("sentinel"),
    "ceph.rook.io/CephCluster": (inputs) => {
        const replicas = count(inputs, "spec", "mon", "count");
        const managed = has(inputs, true, "spec", "disruptionManagement", "managePodBudgets");
        return {
            replicas,
            podLabels: { app: "rook-ceph-mon" },
            images: [image(inputs, "spec", "cephVersion", "image")],
            parts: ["mon", "mgr", "osd", "prepareosd"].map((daemon) =>
                part(inputs, daemon, "spec", "resources", daemon),
            ),
            // rook pkg/operator/ceph/cluster/mon/drain.go: one monitor at a time.
            keeps: managed ? map(replicas, (monitors) => monitors - 1) : NONE,
            spread: !has(inputs, true, "spec", "mon", "allowMultiplePerNode"),
        };
    },
    "ceph.rook.io/CephFilesystem": (inputs) => {
        // rook pkg/operator/ceph/file/mds/mds.go: twice as many with active standby.
        const factor = has(inputs, true, "spec", "metadataServer", "activeStandby") ? 2 : 1;
        const active = count(inputs, "spec", "metadataServer", "activeCount");
        return {
            replicas: map(active, (ranks) => ranks * factor),
            podLabels: { app: "rook-ceph-mds", rook_file_system: nameOf(inputs) },
            images: [],
            parts: [part(inputs, "mds", "spec", "metadataServer", "resources")],
            // rook pkg/operator/ceph/disruption/clusterdisruption/pools.go.
            keeps: map(active, (ranks) => ranks + factor - 2),
            spread: true,
        };
    },
    "ceph.rook.io/CephObjectStore": (inputs) => {
        const replicas = count(inputs, "spec", "gateway", "instances");
        return {
            replicas,
            podLabels: { app: "rook-ceph-rgw", rgw: nameOf(inputs) },
            images: [],
            parts: [part(inputs, "rgw", "spec", "gateway", "resources")],
            keeps: map(replicas, (gateways) => gateways - 1),
            spread: true,
        };
    },
};
