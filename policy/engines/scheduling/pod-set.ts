/** Pods of one kind: what the proof places, and what a rehearsal can use as stand-ins. */
import type { MadePods } from "../../../operators/behaviour";
import type { Fact } from "../../kernel/facts";
import { holdsUnknown, isTree, read, readList, type Tree } from "../../kernel/tree";
import type { Labels } from "./label-selector";

/** A claim that a controller makes for each pod. */
export interface Claim {
    readonly name: string;
    /** Absent for the default class. */
    readonly storageClass: string | undefined;
    readonly bytes: number;
}

/** Pods with the same specification. */
export interface PodSet {
    /** How messages call them: the workload's key, with the part for custom resources. */
    readonly key: string;
    /** The resource they follow from. */
    readonly fact: Fact;
    readonly namespace: string;
    /** Start of the pods' names. */
    readonly name: string;
    readonly labels: Labels;
    /** A pod's `spec`, with the defaults of the API server and of LimitRanges. */
    readonly spec: Tree;
    /** How many run at the same time; ignored for one pod per node. */
    readonly count: number;
    /** How many there may be at most, when an autoscaler or an update adds some. */
    readonly most: number;
    /** One on each node that admits it. */
    readonly perNode: boolean;
    /** Belongs to its node, like the daemon of a disk: not replaced when the node is lost. */
    readonly local: boolean;
    /** Exists for a while only, and not beside the others: a quota must admit it. */
    readonly passing: boolean;
    /** Claims made for each pod. */
    readonly claims: readonly Claim[];
    /** For pods that an operator makes of a custom resource. */
    readonly made?: MadePods;
}

/** What is told of a set of pods; the rest has a default. */
export type PodSetArgs = Pick<
    PodSet,
    "key" | "fact" | "namespace" | "name" | "labels" | "spec" | "count"
> &
    Partial<PodSet>;

export function podSet(args: PodSetArgs): PodSet {
    return {
        perNode: false,
        local: false,
        passing: false,
        claims: [],
        ...args,
        most: Math.max(args.most ?? 0, args.count),
    };
}

/** The fields of a pod's spec that decide where it may run. */
const DECISIVE = [
    "nodeName",
    "nodeSelector",
    "affinity",
    "tolerations",
    "topologySpreadConstraints",
    "priorityClassName",
    "schedulerName",
    "runtimeClassName",
    "hostNetwork",
    "overhead",
    "resources",
    "schedulingGates",
];

/** The first decisive field of a pod's spec that only an update will know. */
export function unknownField(spec: Tree, labels: unknown): string | undefined {
    if (holdsUnknown(labels)) {
        return "labels";
    }
    for (const field of ["containers", "initContainers"]) {
        const list = read(spec, [field]);
        const containers = readList(spec, field);
        const isHidden = containers.some(
            (container) =>
                !isTree(container) ||
                ["resources", "ports", "restartPolicy"].some((part) =>
                    holdsUnknown(container[part]),
                ),
        );
        if (list.state === "unknown" || isHidden) {
            return field;
        }
    }
    return DECISIVE.find((field) => holdsUnknown(spec[field]));
}
