/** Taints and tolerations (component-helpers scheduling/corev1/helpers.go). Pure. */
import { readString, type Tree } from "../../kernel/tree";

export interface Taint {
    readonly key: string;
    readonly value: string;
    readonly effect: string;
}

/** What the node controller puts on a node that no longer answers. */
export const UNREACHABLE: Taint = {
    key: "node.kubernetes.io/unreachable",
    value: "",
    effect: "NoSchedule",
};

export function tolerates(toleration: unknown, taint: Taint): boolean {
    const key = readString(toleration, "key") ?? "";
    const effect = readString(toleration, "effect") ?? "";
    if ((effect !== "" && effect !== taint.effect) || (key !== "" && key !== taint.key)) {
        return false;
    }
    const operator = readString(toleration, "operator") ?? "Equal";
    return operator === "Exists"
        ? true
        : operator === "Equal" && (readString(toleration, "value") ?? "") === taint.value;
}

/** The first taint that keeps a pod away and that no toleration covers. */
export function untolerated(
    taints: readonly Taint[],
    tolerations: readonly unknown[],
): Taint | undefined {
    return taints.find(
        (taint) =>
            taint.effect !== "PreferNoSchedule" &&
            !tolerations.some((toleration) => tolerates(toleration, taint)),
    );
}

const toleration = (name: string, effect: string): Tree => ({
    key: `node.kubernetes.io/${name}`,
    operator: "Exists",
    effect,
});

/** What the DaemonSet controller adds to its pods (pkg/controller/daemon/util). */
export function daemonTolerations(hostNetwork: boolean): Tree[] {
    return [
        toleration("not-ready", "NoExecute"),
        toleration("unreachable", "NoExecute"),
        ...["disk-pressure", "memory-pressure", "pid-pressure", "unschedulable"].map((name) =>
            toleration(name, "NoSchedule"),
        ),
        ...(hostNetwork ? [toleration("network-unavailable", "NoSchedule")] : []),
    ];
}
