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
import { SILENT } from "./flags";

/** What is asked of a client of the API. */
interface Patcher {
    request(
        method: string,
        path: string,
        call: { readonly body: unknown; readonly contentType: string },
    ): Promise<unknown>;
}

async function label(kubernetes: Patcher, node: string, value: "" | null): Promise<void> {
    await kubernetes.request("PATCH", `/api/v1/nodes/${node}`, {
        body: { metadata: { labels: { [SILENT]: value } } },
        contentType: "application/merge-patch+json",
    });
}

/** Takes the power from a node. */
export function silence(kubernetes: Patcher, node: string): Promise<void> {
    return label(kubernetes, node, "");
}

/** Gives a silent node its power back: it becomes ready, and its pods go on or end. */
export function revive(kubernetes: Patcher, node: string): Promise<void> {
    return label(kubernetes, node, null);
}
