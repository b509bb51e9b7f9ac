/** Topology spread constraints, compiled. Pure. */
import { isTree, readList, readString, type Tree } from "../../kernel/tree";
import { LabelSelector, type Labels } from "./label-selector";
import type { PodSet } from "./pod-set";

/** A topology spread constraint, with the defaults of Kubernetes. */
export interface SpreadConstraint {
    readonly selector: LabelSelector;
    readonly topologyKey: string;
    readonly maxSkew: number;
    readonly minDomains: number;
    readonly honorsAffinity: boolean;
    readonly honorsTaints: boolean;
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

/** What a pod says about spreading. */
export interface Spread {
    /** Must be kept. */
    readonly spread: readonly SpreadConstraint[];
    /** Wishes. */
    readonly softSpread: readonly SpreadConstraint[];
    /** The wishes are the scheduler's own, not the pod's. */
    readonly hasDefaultSpread: boolean;
}

/** Reads the constraints of a set's pods. */
export function spreadOf(spec: Tree, set: PodSet): Spread {
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
        hasDefaultSpread: trees.length === 0,
    };
}
