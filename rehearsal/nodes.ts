/** The stack's nodes as objects of the API. */
import type { Manifest } from "../components/base/object";
import { type Amounts, MIB } from "../policy/engines/scheduling/amounts";
import type { ClusterNode } from "../policy/engines/scheduling/nodes";

/** Nodes with it are played by KWOK (kwok v0.8.0: pkg/config/vars.go, ManageNodesWithAnnotationSelector). */
const PLAYED = { "kwok.x-k8s.io/node": "fake" } as const;

/** Whether a node is simulated. */
export function isPlayed({ annotations = {} }: Manifest["metadata"]): boolean {
    return Object.entries(PLAYED).every(([key, value]) => annotations[key] === value);
}

/** Amounts as quantities. */
function quantities(amounts: Amounts): Record<string, string> {
    return Object.fromEntries(
        Object.entries(amounts).map(([resource, amount]) => [
            resource,
            resource === "cpu" ? `${amount}m` : String(amount),
        ]),
    );
}

/** What a kubelet of the node would register. */
export function nodeObject({ name, labels, taints, allocatable, shape }: ClusterNode): Manifest {
    return {
        apiVersion: "v1",
        kind: "Node",
        metadata: { name, labels, annotations: PLAYED },
        spec: { taints },
        status: {
            capacity: {
                ...quantities(allocatable),
                cpu: String(shape.cores),
                memory: String(shape.memory * MIB),
            },
            allocatable: quantities(allocatable),
        },
    };
}
