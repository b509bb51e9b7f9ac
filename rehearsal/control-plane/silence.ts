/**
 * A node that loses its power, and one that gets it back. KWOK plays the nodes without the label; for
 * the others it neither renews the lease nor touches a pod, so that a deleted pod stays `Terminating`
 * as on a dead machine, until the node is deleted, the pod is deleted by force, or the power returns.
 * What follows is the real controllers' doing: `NotReady` after the lease has run out
 * (`--node-monitor-grace-period`), eviction after the pods' toleration.
 *
 * A pod whose start or end was due within the next second may still have it: KWOK does not take back
 * what it has already scheduled.
 */
import type { Kubernetes, LiveObject } from "../../kubernetes-client/kubernetes";
import { SILENT } from "./flags";

/** Field manager of the label. */
const MANAGER = "power";

async function label(
    kubernetes: Pick<Kubernetes, "get" | "apply">,
    name: string,
    labels: Readonly<Record<string, string>>,
): Promise<void> {
    // With its uid, so that a node that is gone stays so: an apply would make a new one.
    const { metadata } = await kubernetes.get<LiveObject>(`/api/v1/nodes/${name}`);
    const node = { apiVersion: "v1", kind: "Node", metadata: { name, uid: metadata.uid, labels } };
    await kubernetes.apply(node, MANAGER);
}

/**
 * Takes the power from a node.
 *
 * @throws ApiError when there is no such node
 */
export function silence(
    kubernetes: Pick<Kubernetes, "get" | "apply">,
    node: string,
): Promise<void> {
    return label(kubernetes, node, { [SILENT]: "" });
}

/**
 * Gives a silent node its power back: it becomes ready, and its pods go on or end.
 *
 * @throws ApiError when there is no such node
 */
export function revive(kubernetes: Pick<Kubernetes, "get" | "apply">, node: string): Promise<void> {
    return label(kubernetes, node, {});
}
