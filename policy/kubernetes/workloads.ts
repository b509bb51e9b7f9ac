/**
 * Pods wherever a kind has a pod template: one table from kind to its place. Pods that operators
 * make of custom resources are in engines/operated (pitfall P30).
 */
import type { MadePods } from "../../operators/behaviour";
import {
    holdsUnknown,
    isTree,
    isUnknown,
    read,
    readLabels,
    readString,
    readTree,
    type Reading,
    type Tree,
} from "../kernel/tree";

/** A container of a pod template. */
export interface Container {
    /** `init` runs to its end before the pod starts; `sidecar` is an init container that stays. */
    readonly role: "main" | "init" | "sidecar" | "ephemeral";
    readonly name: string;
    readonly tree: Tree;
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
    /** Some label of its pods is unknown, so no selector can be compared with them. */
    readonly podLabelsUnknown: boolean;
    /** The pod template's metadata and spec. */
    readonly podMetadata?: Tree;
    readonly podSpec?: Tree;
    readonly containers: readonly Container[];
    /** Places of the pod template whose containers only an update will know. */
    readonly unread: readonly string[];
    /** Every image that its pods run, with the place that names it. */
    readonly images: readonly { readonly where: string; readonly image: Reading }[];
    /** For pods that an operator makes of a custom resource. */
    readonly made?: MadePods;
}

/** Kubernetes runs one pod where a count is absent. */
const ONE: Reading = { state: "known", value: 1 };

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
    "/ReplicationController",
    "apps/Deployment",
    "apps/StatefulSet",
    "apps/ReplicaSet",
    "argoproj.io/Rollout",
]);

const CONTAINER_LISTS = {
    containers: () => "main",
    initContainers: (tree: Tree) => (tree.restartPolicy === "Always" ? "sidecar" : "init"),
    ephemeralContainers: () => "ephemeral",
} as const satisfies Record<string, (tree: Tree) => Container["role"]>;

/** The elements of a list that are objects, and the places where the rest is unknown. */
function elements(tree: Tree, field: string): { trees: Tree[]; unread: string[] } {
    const reading = read(tree, [field]);
    if (reading.state === "unknown") {
        return { trees: [], unread: [field] };
    }
    const list: unknown[] =
        reading.state === "known" && Array.isArray(reading.value) ? reading.value : [];
    return {
        trees: list.filter(isTree),
        unread: list.flatMap((item, index) => (isUnknown(item) ? [`${field}[${index}]`] : [])),
    };
}

/** What a pod's `spec` says of its containers. */
export function readContainers(podSpec: Tree): Pick<Workload, "containers" | "unread" | "images"> {
    const lists = Object.entries(CONTAINER_LISTS).map(([field, role]) => {
        const { trees, unread } = elements(podSpec, field);
        const containers = trees.map((tree): Container => ({
            role: role(tree),
            name: readString(tree, "name") ?? "?",
            tree,
        }));
        return { containers, unread };
    });
    const containers = lists.flatMap((list) => list.containers);
    const volumes = elements(podSpec, "volumes").trees.filter(
        (volume) => volume.image !== undefined && volume.image !== null,
    );
    return {
        containers,
        unread: lists.flatMap(({ unread }) => unread),
        images: [
            ...containers.map(({ name, tree }) => ({
                where: `container ${name}`,
                image: read(tree, ["image"]),
            })),
            ...volumes.map((volume) => ({
                where: `volume ${readString(volume, "name") ?? "?"}`,
                image: read(volume, ["image", "reference"]),
            })),
        ],
    };
}

/** One replica unless the object says otherwise. */
function count(inputs: Tree): Reading {
    const reading = read(inputs, ["spec", "replicas"]);
    return reading.state === "absent" ? ONE : reading;
}

function fromTemplate(id: string, path: readonly string[], inputs: Tree): Workload {
    const spec = read(inputs, [...path, "spec"]);
    const podSpec = readTree(inputs, ...path, "spec");
    const labels = [...path, "metadata", "labels"];
    const reading = read(inputs, labels);
    const found = readContainers(podSpec);
    return {
        replicas: SCALED.has(id) ? count(inputs) : ONE,
        longRunning: !FINITE.has(id),
        perNode: id === "apps/DaemonSet",
        podLabels: readLabels(inputs, ...labels),
        podLabelsUnknown:
            reading.state === "unknown" ||
            (reading.state === "known" && holdsUnknown(reading.value)),
        podMetadata: readTree(inputs, ...path, "metadata"),
        podSpec,
        ...found,
        unread: spec.state === "unknown" ? [[...path, "spec"].join(".")] : found.unread,
    };
}

/** Whether objects of `<group>/<Kind>` have a pod template at a place of this table. */
export function isTemplateKind(kind: string): boolean {
    return Object.hasOwn(TEMPLATES, kind);
}

/** The workload that an object is, or undefined if it has no pod template. */
export function findWorkload(group: string, kind: string, inputs: Tree): Workload | undefined {
    const id = `${group}/${kind}`;
    const path = TEMPLATES[id];
    return path && fromTemplate(id, path, inputs);
}
