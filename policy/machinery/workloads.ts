/**
 * Pods wherever they hide: one table from kind to the place of the pod template, and one for the
 * custom resources from which operators make pods (pitfall P30).
 */
import {
    isTree,
    read,
    readLabels,
    readList,
    readString,
    readTree,
    type Reading,
    type Tree,
} from "./tree";

/** A container of a pod template. */
export interface Container {
    /** `init` runs to its end before the pod starts; `sidecar` is an init container that stays. */
    readonly role: "main" | "init" | "sidecar" | "ephemeral";
    readonly name: string;
    readonly tree: Tree;
}

/** What an operator makes of a custom resource, as far as the resource says. */
export interface OperatedPart {
    /** Name of the part in messages: `osd`, `postgres` ... */
    readonly name: string;
    readonly resources: Reading;
}

/** An object that makes pods. */
export interface Workload {
    readonly replicas: Reading;
    /** Whether pods are meant to run until somebody stops them. */
    readonly longRunning: boolean;
    /** One pod on each node: neither replicas nor budgets apply. */
    readonly perNode: boolean;
    /** Labels of its pods. */
    readonly podLabels: Readonly<Record<string, string>>;
    /** The pod template's spec; absent for custom resources of operators. */
    readonly podSpec?: Tree;
    readonly containers: readonly Container[];
    /** Every image that its pods run, with the place that names it. */
    readonly images: readonly { readonly where: string; readonly image: Reading }[];
    /** For custom resources of operators: their parts, and what the operator guarantees. */
    readonly operated?: {
        readonly parts: readonly OperatedPart[];
        /** The operator makes a PodDisruptionBudget. */
        readonly budget: boolean;
        /** The operator keeps the pods on different nodes. */
        readonly spread: boolean;
    };
}

const TEMPLATES: Readonly<Record<string, readonly string[]>> = {
    "/Pod": [],
    "/ReplicationController": ["spec", "template"],
    "apps/Deployment": ["spec", "template"],
    "apps/StatefulSet": ["spec", "template"],
    "apps/DaemonSet": ["spec", "template"],
    "apps/ReplicaSet": ["spec", "template"],
    "batch/Job": ["spec", "template"],
    "batch/CronJob": ["spec", "jobTemplate", "spec", "template"],
    "argoproj.io/Rollout": ["spec", "template"],
};

const FINITE = new Set(["batch/Job", "batch/CronJob"]);
const SCALED = new Set([
    "apps/Deployment",
    "apps/StatefulSet",
    "apps/ReplicaSet",
    "argoproj.io/Rollout",
]);
/** Kubernetes runs one pod where `replicas` is absent. */
const ONE: Reading = { state: "known", value: 1 };

function containersOf(podSpec: Tree): Container[] {
    const list = (field: string, role: (tree: Tree) => Container["role"]): Container[] =>
        readList(podSpec, field)
            .filter(isTree)
            .map((tree) => ({ role: role(tree), name: readString(tree, "name") ?? "?", tree }));
    return [
        ...list("containers", () => "main"),
        ...list("initContainers", (tree) => (tree.restartPolicy === "Always" ? "sidecar" : "init")),
        ...list("ephemeralContainers", () => "ephemeral"),
    ];
}

type Operated = (
    inputs: Tree,
) => Pick<Workload, "replicas" | "images"> & NonNullable<Workload["operated"]>;

function isTrue(inputs: Tree, ...path: string[]): boolean {
    const reading = read(inputs, path);
    return reading.state === "known" && reading.value === true;
}

/** One replica unless the resource says otherwise. */
function count(inputs: Tree, ...path: string[]): Reading {
    const reading = read(inputs, path);
    return reading.state === "absent" ? ONE : reading;
}

function part(inputs: Tree, name: string, ...path: string[]): OperatedPart {
    return { name, resources: read(inputs, path) };
}

function image(inputs: Tree, ...path: string[]): Workload["images"][number] {
    return { where: path.join("."), image: read(inputs, path) };
}

function redis(inputs: Tree): ReturnType<Operated> {
    const affinity = readTree(inputs, "spec", "affinity", "podAntiAffinity");
    return {
        replicas: count(inputs, "spec", "clusterSize"),
        images: [image(inputs, "spec", "kubernetesConfig", "image")],
        parts: [part(inputs, "redis", "spec", "kubernetesConfig", "resources")],
        budget: isTrue(inputs, "spec", "pdb", "enabled"),
        spread:
            readList(inputs, "spec", "topologySpreadConstraints").length > 0 ||
            Object.keys(affinity).length > 0,
    };
}

/** Custom resources of operators: where they say how many pods they make and how large. */
const OPERATED: Readonly<Record<string, Operated>> = {
    "postgresql.cnpg.io/Cluster": (inputs) => ({
        replicas: count(inputs, "spec", "instances"),
        images: [image(inputs, "spec", "imageName")],
        parts: [part(inputs, "postgres", "spec", "resources")],
        // Both are the operator's defaults (API reference of 1.30), so only `false` takes them away.
        budget: !isFalse(inputs, "spec", "enablePDB"),
        spread: !isFalse(inputs, "spec", "affinity", "enablePodAntiAffinity"),
    }),
    "redis.redis.opstreelabs.in/RedisReplication": redis,
    "redis.redis.opstreelabs.in/RedisSentinel": redis,
    "ceph.rook.io/CephCluster": (inputs) => ({
        replicas: count(inputs, "spec", "mon", "count"),
        images: [image(inputs, "spec", "cephVersion", "image")],
        parts: ["mon", "mgr", "osd", "prepareosd"].map((daemon) =>
            part(inputs, daemon, "spec", "resources", daemon),
        ),
        budget: isTrue(inputs, "spec", "disruptionManagement", "managePodBudgets"),
        spread: !isTrue(inputs, "spec", "mon", "allowMultiplePerNode"),
    }),
    "ceph.rook.io/CephFilesystem": (inputs) => ({
        replicas: count(inputs, "spec", "metadataServer", "activeCount"),
        images: [],
        parts: [part(inputs, "mds", "spec", "metadataServer", "resources")],
        budget: true,
        spread: true,
    }),
    "ceph.rook.io/CephObjectStore": (inputs) => ({
        replicas: count(inputs, "spec", "gateway", "instances"),
        images: [],
        parts: [part(inputs, "rgw", "spec", "gateway", "resources")],
        budget: true,
        spread: true,
    }),
};

function isFalse(inputs: Tree, ...path: string[]): boolean {
    const reading = read(inputs, path);
    return reading.state === "known" && reading.value === false;
}

/** The workload that an object is, or undefined if it makes no pods. */
export function findWorkload(group: string, kind: string, inputs: Tree): Workload | undefined {
    const id = `${group}/${kind}`;
    const path = TEMPLATES[id];
    if (path !== undefined) {
        const podSpec = readTree(inputs, ...path, "spec");
        const containers = containersOf(podSpec);
        return {
            replicas: SCALED.has(id) ? count(inputs, "spec", "replicas") : ONE,
            longRunning: !FINITE.has(id),
            perNode: id === "apps/DaemonSet",
            podLabels: readLabels(inputs, ...path, "metadata", "labels"),
            podSpec,
            containers,
            images: containers.map(({ name, tree }) => ({
                where: `container ${name}`,
                image: read(tree, ["image"]),
            })),
        };
    }
    const operated = OPERATED[id]?.(inputs);
    return (
        operated && {
            replicas: operated.replicas,
            longRunning: true,
            perNode: false,
            podLabels: {},
            containers: [],
            images: operated.images,
            operated,
        }
    );
}
