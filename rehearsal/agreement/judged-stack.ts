/** Stacks as the proof and the scheduler both can judge them. Pure. */
import type { Manifest } from "../../components/base/object";
import type { Labels } from "../../policy/engines/scheduling/label-selector";
import type { ClusterNode } from "../../policy/engines/scheduling/nodes";
import type { PodSet } from "../../policy/engines/scheduling/pod-set";
import { onNode, standInPod } from "../../policy/engines/scheduling/stand-ins";
import { daemonTolerations } from "../../policy/engines/scheduling/taints";
import type { Template } from "../../policy/engines/scheduling/template";
import {
    isTree,
    readLabels,
    readList,
    readString,
    readTree,
    type Tree,
} from "../../policy/kernel/tree";
import type { RehearsedStack } from "../stack";

/** Nodes and pods. */
export interface JudgedStack {
    readonly name: string;
    /** What it was generated from. */
    readonly seed: number | undefined;
    readonly nodes: readonly ClusterNode[];
    readonly templates: readonly Template[];
    /** Objects that its pods need and that other stacks may share. */
    readonly ground: readonly Manifest[];
    /** Claims and volumes of its own. */
    readonly volumes: readonly Manifest[];
    /** A pod's spec as its controller sends it, before the API server completes it. */
    readonly podSpecOf: (set: PodSet, number: number) => Tree;
}

/** What ends a pod at once, and needs nothing that is not there. */
const SIMPLE = { terminationGracePeriodSeconds: 0, automountServiceAccountToken: false };

function withClaims(spec: Tree, { claims, name }: PodSet, number: number): Tree {
    const volumes = claims.map((claim) => ({
        name: claim.name,
        persistentVolumeClaim: { claimName: `${claim.name}-${name}-${number}` },
    }));
    return { ...spec, volumes: [...readList(spec, "volumes"), ...volumes] };
}

/** The pod template as it was declared, with what its controller adds. */
export function declaredSpec(set: PodSet, number: number): Tree {
    const { workload, object } = set.fact;
    const declared = workload?.podSpec;
    if (declared === undefined) {
        return set.spec;
    }
    return object?.kind === "DaemonSet"
        ? {
              ...declared,
              tolerations: [
                  ...readList(declared, "tolerations"),
                  ...daemonTolerations(declared.hostNetwork === true),
              ],
          }
        : withClaims(declared, set, number);
}

/** The API server asks for an image, which those who describe what operators make may not know. */
function withImages(spec: Tree): Tree {
    const filled = (field: string) =>
        readList(spec, field)
            .filter(isTree)
            .map((container) => ({ image: "stand-in", ...container }));
    return {
        ...spec,
        containers: filled("containers"),
        initContainers: filled("initContainers"),
    };
}

/**
 * One pod.
 *
 * @param number of the pod in its set
 * @param node the node that it belongs to, for one pod per node
 */
export function podObject(
    { podSpecOf }: JudgedStack,
    set: PodSet,
    name: string,
    number: number,
    node: string | undefined,
): Manifest {
    const spec = { ...withImages(podSpecOf(set, number)), ...SIMPLE };
    return {
        apiVersion: "v1",
        kind: "Pod",
        metadata: { name, namespace: set.namespace, labels: set.labels },
        spec: node === undefined ? spec : onNode(spec, node),
    };
}

/** The labels of a namespace that may select it; what Pod Security demands is judged elsewhere. */
function withoutPodSecurity(labels: Labels): Labels {
    return Object.fromEntries(
        Object.entries(labels).filter(([key]) => !key.startsWith("pod-security.kubernetes.io/")),
    );
}

/** A stack of this repository, with stand-ins for all of its pods. */
export function toJudgedStack({ name, capacity, facts }: RehearsedStack): JudgedStack {
    const labelled = new Map(
        facts
            .objects("", "Namespace")
            .map(({ object, inputs }) => [
                object.name,
                withoutPodSecurity(readLabels(inputs, "metadata", "labels")),
            ]),
    );
    const namespaces = [...new Set(capacity.sets.map(({ namespace }) => namespace))];
    const classes = facts.objects("scheduling.k8s.io", "PriorityClass");
    return {
        name,
        seed: undefined,
        nodes: capacity.cluster.nodes,
        templates: capacity.templates,
        ground: [
            ...namespaces.map((namespace) => ({
                apiVersion: "v1",
                kind: "Namespace",
                metadata: { name: namespace, labels: labelled.get(namespace) },
            })),
            ...classes.map(({ object, inputs }) => ({
                apiVersion: object.apiVersion,
                kind: object.kind,
                metadata: { name: object.name },
                value: inputs.value,
                ...(readString(inputs, "preemptionPolicy") === undefined
                    ? {}
                    : { preemptionPolicy: inputs.preemptionPolicy }),
            })),
        ],
        volumes: [],
        podSpecOf: (set, number) => readTree(standInPod(set, number), "spec"),
    };
}
