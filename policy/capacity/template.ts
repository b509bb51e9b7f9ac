/** A pod's scheduling rules, compiled from its spec. Pure. */
import { isTree, readList, readString, readTree, type Tree } from "../machinery/tree";
import type { Amounts } from "./amounts";
import {
    LabelSelector,
    type Labels,
    nodeSelectorSelects,
    type Selectable,
    termSelects,
} from "./label-selector";
import { type HostPort, hostPorts, podRequests } from "./pod-resources";
import type { PodSet } from "./pod-set";
import { NO_VOLUMES, type PodVolumes } from "./pod-volumes";
import { tolerates, UNREACHABLE } from "./taints";

/** Pods of some namespaces, selected by labels, counted by topology. */
export interface PodTerm {
    /** undefined for all namespaces. */
    readonly namespaces: ReadonlySet<string> | undefined;
    readonly selector: LabelSelector;
    readonly topologyKey: string;
    /** Equal for terms that say the same. */
    readonly id: string;
}

/** A topology spread constraint, with the defaults of Kubernetes. */
export interface SpreadConstraint {
    readonly selector: LabelSelector;
    readonly topologyKey: string;
    readonly maxSkew: number;
    readonly minDomains: number;
    readonly honorsAffinity: boolean;
    readonly honorsTaints: boolean;
}

/** The rules of all pods of a set. */
export interface Template {
    readonly set: PodSet;
    readonly namespace: string;
    readonly labels: Labels;
    readonly priority: number;
    readonly requests: Amounts;
    readonly hostPorts: readonly HostPort[];
    readonly volumes: PodVolumes;
    readonly tolerations: readonly unknown[];
    /** Node name, node selector, required node affinity and volumes. */
    readonly selects: (node: Selectable) => boolean;
    /** Equal for templates that select and tolerate the same nodes; undefined if incomparable. */
    readonly nodesId: string | undefined;
    readonly affinity: readonly PodTerm[];
    readonly antiAffinity: readonly PodTerm[];
    /** Preferred terms; the weight of those that repel is negative. */
    readonly preferred: readonly { readonly weight: number; readonly term: PodTerm }[];
    readonly preferredNodes: readonly { readonly weight: number; readonly term: unknown }[];
    readonly spread: readonly SpreadConstraint[];
    readonly softSpread: readonly SpreadConstraint[];
    /** Its pods stay on a node that no longer answers. */
    readonly stays: boolean;
}

/** What a template depends on besides the pod itself. */
export interface Surroundings {
    readonly priority: (className: string | undefined) => number;
    /** Labels of namespaces by name. */
    readonly namespaces: ReadonlyMap<string, Labels>;
    readonly volumes: (namespace: string, spec: Tree) => PodVolumes;
}

/** Nothing but the pods. */
export const ALONE: Surroundings = {
    priority: () => 0,
    namespaces: new Map(),
    volumes: () => NO_VOLUMES,
};

const REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution";
const PREFERRED = "preferredDuringSchedulingIgnoredDuringExecution";

function termNamespaces(
    tree: unknown,
    own: string,
    namespaces: Surroundings["namespaces"],
): ReadonlySet<string> | undefined {
    const listed = readList(tree, "namespaces").map(String);
    const hasSelector = isTree(tree) && isTree(tree.namespaceSelector);
    if (!hasSelector) {
        return new Set(listed.length > 0 ? listed : [own]);
    }
    const selector = LabelSelector.read(tree, ["namespaceSelector"]);
    const selected = [...namespaces].filter(([, labels]) => selector.matches(labels));
    return selector.isEmpty ? undefined : new Set([...listed, ...selected.map(([name]) => name)]);
}

function toTerm(tree: unknown, set: PodSet, around: Surroundings): PodTerm {
    const namespaces = termNamespaces(tree, set.namespace, around.namespaces);
    const keys = (field: string) => readList(tree, field).map(String);
    const selector = LabelSelector.read(tree, ["labelSelector"])
        .with(keys("matchLabelKeys"), "In", set.labels)
        .with(keys("mismatchLabelKeys"), "NotIn", set.labels);
    const topologyKey = readString(tree, "topologyKey") ?? "";
    const where = namespaces === undefined ? "*" : [...namespaces].sort().join(",");
    return { namespaces, selector, topologyKey, id: `${where}|${topologyKey}|${selector.id}` };
}

/** Whether a term is about the pods of a template. */
export function termMatches(
    { namespaces, selector }: PodTerm,
    { namespace, labels }: Pick<Template, "namespace" | "labels">,
): boolean {
    return (namespaces?.has(namespace) ?? true) && selector.matches(labels);
}

function toConstraint(tree: Tree, { labels }: PodSet): SpreadConstraint {
    return {
        selector: LabelSelector.read(tree, ["labelSelector"]).with(
            readList(tree, "matchLabelKeys").map(String),
            "In",
            labels,
        ),
        topologyKey: readString(tree, "topologyKey") ?? "",
        maxSkew: Number(tree.maxSkew ?? 1),
        minDomains: Number(tree.minDomains ?? 1),
        honorsAffinity: (tree.nodeAffinityPolicy ?? "Honor") === "Honor",
        honorsTaints: tree.nodeTaintsPolicy === "Honor",
    };
}

/** The scheduler's own wish for pods without a constraint (plugins/podtopologyspread). */
function defaultSpread(labels: Labels): SpreadConstraint[] {
    const common = { minDomains: 1, honorsAffinity: true, honorsTaints: false };
    const selector = LabelSelector.exactly(labels);
    return [
        { ...common, selector, topologyKey: "kubernetes.io/hostname", maxSkew: 3 },
        { ...common, selector, topologyKey: "topology.kubernetes.io/zone", maxSkew: 5 },
    ];
}

function spreadOf(spec: Tree, set: PodSet): Pick<Template, "spread" | "softSpread"> {
    const trees = readList(spec, "topologySpreadConstraints").filter(isTree);
    const with_ = (action: string) =>
        trees
            .filter((tree) => (tree.whenUnsatisfiable ?? "DoNotSchedule") === action)
            .map((tree) => toConstraint(tree, set));
    const isSingle = set.count <= 1 || set.perNode;
    return {
        spread: with_("DoNotSchedule"),
        softSpread:
            trees.length > 0 ? with_("ScheduleAnyway") : isSingle ? [] : defaultSpread(set.labels),
    };
}

function nodeRules(
    spec: Tree,
    volumes: PodVolumes,
    tolerations: readonly unknown[],
): Pick<Template, "selects" | "nodesId"> {
    const nodeName = readString(spec, "nodeName");
    const wanted = Object.entries(readTree(spec, "nodeSelector"));
    const affinity = readTree(spec, "affinity", "nodeAffinity");
    return {
        selects: (node) =>
            (nodeName === undefined || nodeName === node.name) &&
            wanted.every(([key, value]) => node.labels[key] === value) &&
            nodeSelectorSelects(affinity, [REQUIRED], node) &&
            volumes.reach(node),
        nodesId:
            volumes === NO_VOLUMES
                ? JSON.stringify([nodeName, wanted, affinity[REQUIRED], tolerations])
                : undefined,
    };
}

/** Compiles the rules of a set's pods. */
export function compile(set: PodSet, around: Surroundings = ALONE): Template {
    const { spec, namespace, labels } = set;
    const volumes = around.volumes(namespace, spec);
    // A pod with its node's name never meets the scheduler, and so no taint.
    const tolerations =
        readString(spec, "nodeName") === undefined
            ? readList(spec, "tolerations")
            : [{ operator: "Exists" }];
    const affinity = readTree(spec, "affinity");
    const terms = (kind: string) =>
        readList(affinity, kind, REQUIRED).map((term) => toTerm(term, set, around));
    const preferred = (kind: string, sign: number) =>
        readList(affinity, kind, PREFERRED).map((tree) => ({
            weight: sign * Number(readTree(tree).weight ?? 1),
            term: toTerm(readTree(tree, "podAffinityTerm"), set, around),
        }));
    return {
        set,
        namespace,
        labels,
        priority: around.priority(readString(spec, "priorityClassName")),
        requests: podRequests(spec),
        hostPorts: hostPorts(spec),
        volumes,
        tolerations,
        ...nodeRules(spec, volumes, tolerations),
        affinity: terms("podAffinity"),
        antiAffinity: terms("podAntiAffinity"),
        preferred: [...preferred("podAffinity", 1), ...preferred("podAntiAffinity", -1)],
        preferredNodes: readList(affinity, "nodeAffinity", PREFERRED).map((tree) => ({
            weight: Number(readTree(tree).weight ?? 1),
            term: readTree(tree, "preference"),
        })),
        ...spreadOf(spec, set),
        stays: tolerations.some(
            (toleration) =>
                tolerates(toleration, { ...UNREACHABLE, effect: "NoExecute" }) &&
                readTree(toleration).tolerationSeconds === undefined,
        ),
    };
}

/** How much a node is preferred by node affinity. */
export function nodePreference({ preferredNodes }: Template, node: Selectable): number {
    return preferredNodes.reduce(
        (sum, { weight, term }) => sum + (termSelects(term, node) ? weight : 0),
        0,
    );
}
