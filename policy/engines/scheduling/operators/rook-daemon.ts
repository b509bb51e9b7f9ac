/** What Rook does alike for all daemons (rook v1.20.6: pkg/operator/ceph/controller). */
import type { Fact, ObjectFact } from "../../../kernel/facts";
import { readList, type Tree } from "../../../kernel/tree";
import type { PodSet } from "../pod-set";
import { part, present } from "./placement";

/** A custom resource. */
export type ObjectOf = Fact & { readonly object: ObjectFact };

/** k8sutil.AddUnreachableNodeToleration. */
export const LEAVES_SOON = {
    key: "node.kubernetes.io/unreachable",
    operator: "Exists",
    effect: "NoExecute",
    tolerationSeconds: 5,
};

/** `placement.all` below the daemon's own (cephv1.Placement.Merge, ApplyToPodSpec). */
export function placement(all: Tree, own: Tree): Tree {
    const merged = { ...all, ...own };
    const affinity = present({
        nodeAffinity: merged.nodeAffinity,
        podAffinity: merged.podAffinity,
        podAntiAffinity: merged.podAntiAffinity,
    });
    return present({
        affinity,
        tolerations: [...readList(all, "tolerations"), ...readList(own, "tolerations")],
        topologySpreadConstraints: merged.topologySpreadConstraints,
    });
}

/** Adds tolerations. */
export function withTolerations(spec: Tree, ...added: Tree[]): Tree {
    return { ...spec, tolerations: [...readList(spec, "tolerations"), ...added] };
}

/** What all pods of a Ceph daemon have in common. */
export function daemon(
    fact: ObjectOf,
    role: string,
    resources: unknown,
    spec: Tree,
    others: readonly Tree[] = [],
): Pick<PodSet, "key" | "fact" | "namespace" | "name" | "labels" | "spec"> {
    const { namespace = "default" } = fact.object;
    const app = `rook-ceph-${role}`;
    return {
        key: `${fact.key} ${role}`,
        fact,
        namespace,
        name: app,
        labels: { app, rook_cluster: namespace },
        spec: {
            ...spec,
            initContainers: [part("init", resources)],
            containers: [part(role, resources), ...others],
        },
    };
}
