/** A pod's scheduling rules, compiled from its spec. Pure. */
import { readList, readString, readTree, type Tree } from "../../kernel/tree";
import type { Amounts } from "./amounts";
import { type Labels, nodeSelectorSelects, type Selectable, termSelects } from "./label-selector";
import { type HostPort, requestedHostPorts, nominalRequests, podRequests } from "./pod-resources";
import type { PodSet } from "./pod-set";
import { type PodTerm, toTerm } from "./pod-terms";
import { NO_VOLUMES, type PodVolumes } from "./pod-volumes";
import { type Spread, spreadOf } from "./spread-constraints";
import { tolerates, UNREACHABLE } from "./taints";

/** The rules of all pods of a set. */
export interface Template extends Spread {
    readonly set: PodSet;
    readonly namespace: string;
    readonly labels: Labels;
    readonly priority: number;
    /** Its pods may evict those of lower priority. */
    readonly preempts: boolean;
    readonly requests: Amounts;
    /** As {@link requests}, for comparing nodes only: nothing asks for nothing. */
    readonly nominal: Amounts;
    /**
     * What a pod adds to {@link nominal} of others while its nodes are compared: the scheduler forgets
     * what it asks for as a whole (noderesources/fit.go, nodeResourceStrategyTypeMap).
     */
    readonly incoming: Amounts;
    readonly hostPorts: readonly HostPort[];
    readonly volumes: PodVolumes;
    readonly tolerations: readonly unknown[];
    /** Node name, node selector, required node affinity and volumes. */
    readonly selects: (node: Selectable) => boolean;
    /** Node selector and required node affinity alone: what topology spread honors. */
    readonly attractedBy: (node: Selectable) => boolean;
    /** Equal for templates that select and tolerate the same nodes; undefined if incomparable. */
    readonly nodesId: string | undefined;
    readonly affinity: readonly PodTerm[];
    readonly antiAffinity: readonly PodTerm[];
    /** Preferred terms; the weight of those that repel is negative. */
    readonly preferred: readonly { readonly weight: number; readonly term: PodTerm }[];
    readonly preferredNodes: readonly { readonly weight: number; readonly term: unknown }[];
    /** Its pods stay on a node that no longer answers. */
    readonly stays: boolean;
    /**
     * A pod is replaced only when it is certain that it has ended: StatefulSets, and operators of pods
     * with claims of their own, wait for as long as a node does not answer.
     */
    readonly waits: boolean;
}

/** What a template depends on besides the pod itself. */
export interface TemplateSurroundings {
    readonly priority: (className: string | undefined) => number;
    readonly preempts: (className: string | undefined) => boolean;
    /** Labels of namespaces by name. */
    readonly namespaces: ReadonlyMap<string, Labels>;
    readonly volumes: (namespace: string, spec: Tree) => PodVolumes;
}

/** Nothing but the pods. */
export const ALONE: TemplateSurroundings = {
    priority: () => 0,
    preempts: () => true,
    namespaces: new Map(),
    volumes: () => NO_VOLUMES,
};

const REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution";
const PREFERRED = "preferredDuringSchedulingIgnoredDuringExecution";

function nodeRules(
    spec: Tree,
    volumes: PodVolumes,
    tolerations: readonly unknown[],
): Pick<Template, "selects" | "attractedBy" | "nodesId"> {
    const nodeName = readString(spec, "nodeName");
    const wanted = Object.entries(readTree(spec, "nodeSelector"));
    const affinity = readTree(spec, "affinity", "nodeAffinity");
    const attractedBy = (node: Selectable) =>
        wanted.every(([key, value]) => node.labels[key] === value) &&
        nodeSelectorSelects(affinity, [REQUIRED], node);
    return {
        attractedBy,
        selects: (node) =>
            (nodeName === undefined || nodeName === node.name) &&
            attractedBy(node) &&
            volumes.reach(node),
        nodesId:
            volumes === NO_VOLUMES
                ? JSON.stringify([nodeName, wanted, affinity[REQUIRED], tolerations])
                : undefined,
    };
}

/** Compiles the rules of a set's pods. */
export function compileTemplate(set: PodSet, around: TemplateSurroundings = ALONE): Template {
    const { spec, namespace, labels } = set;
    const volumes = around.volumes(namespace, spec);
    // A pod with its node's name never meets the scheduler, and so no taint.
    const tolerations =
        readString(spec, "nodeName") === undefined
            ? readList(spec, "tolerations")
            : [{ operator: "Exists" }];
    const affinity = readTree(spec, "affinity");
    const terms = (kind: string) =>
        readList(affinity, kind, REQUIRED).map((term) => toTerm(term, set, around.namespaces));
    const preferred = (kind: string, sign: number) =>
        readList(affinity, kind, PREFERRED).map((tree) => ({
            weight: sign * Number(readTree(tree).weight ?? 1),
            term: toTerm(readTree(tree, "podAffinityTerm"), set, around.namespaces),
        }));
    const className = readString(spec, "priorityClassName");
    return {
        set,
        namespace,
        labels,
        priority: around.priority(className),
        preempts: spec.preemptionPolicy !== "Never" && around.preempts(className),
        requests: podRequests(spec),
        nominal: nominalRequests(spec),
        incoming: nominalRequests({ ...spec, resources: {} }),
        hostPorts: requestedHostPorts(spec),
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
        waits: set.claims.length > 0 || set.fact.object?.kind === "StatefulSet",
    };
}

/** The weight that the scheduler gives to affinity when it compares nodes (`hardPodAffinityWeight`). */
const REQUIRED_WEIGHT = 1;

/** What a pod, once it is placed, wishes of others that come: the same as of those that are there. */
export function wishesOf({ preferred, affinity }: Template): Template["preferred"] {
    return [...preferred, ...affinity.map((term) => ({ weight: REQUIRED_WEIGHT, term }))];
}

/** How much a node is preferred by node affinity. */
export function nodePreference({ preferredNodes }: Template, node: Selectable): number {
    return preferredNodes.reduce(
        (sum, { weight, term }) => sum + (termSelects(term, node) ? weight : 0),
        0,
    );
}
