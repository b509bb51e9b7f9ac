/** Monitors that operators make of their own custom resources, when these ask for it. */
import type { Fact, ObjectOf } from "../../kernel/facts";
import { type Ternary, switchAt } from "../../kernel/ternary";
import { readLabels, type Tree } from "../../kernel/tree";

interface OperatorMonitor {
    readonly kind: "ServiceMonitor" | "PodMonitor";
    /** The switch in the custom resource; off by default. */
    readonly path: readonly string[];
    readonly labels: (inputs: Tree, name: string) => Readonly<Record<string, string>>;
}

const MONITORS: Readonly<Record<string, OperatorMonitor>> = {
    // cloudnative-pg pkg/specs/podmonitor.go.
    "postgresql.cnpg.io/Cluster": {
        kind: "PodMonitor",
        path: ["spec", "monitoring", "enablePodMonitor"],
        labels: (inputs, name) => ({
            ...readLabels(inputs, "spec", "inheritedMetadata", "labels"),
            "app.kubernetes.io/managed-by": "cloudnative-pg",
            "app.kubernetes.io/name": "postgresql",
            "app.kubernetes.io/instance": name,
            "app.kubernetes.io/component": "database",
        }),
    },
    // rook pkg/operator/k8sutil/prometheus.go and pkg/operator/ceph/cluster/mgr/mgr.go.
    "ceph.rook.io/CephCluster": {
        kind: "ServiceMonitor",
        path: ["spec", "monitoring", "enabled"],
        labels: (inputs) => ({
            team: "rook",
            ...readLabels(inputs, "spec", "labels", "monitoring"),
        }),
    },
};

/** The monitor that an operator makes of a resource, and whether it does. */
export function operatorMonitor(
    fact: Fact,
): { readonly monitor: ObjectOf; readonly made: Ternary } | undefined {
    const { object, inputs } = fact;
    const found = object && MONITORS[`${object.group}/${object.kind}`];
    return (
        found && {
            made: switchAt(inputs, found.path, false),
            monitor: {
                ...fact,
                inputs: {},
                object: {
                    ...object,
                    kind: found.kind,
                    labels: found.labels(inputs, object.name),
                },
            },
        }
    );
}
