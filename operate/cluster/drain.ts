/** Empties a node, as kubectl does (k8s.io/kubectl v0.35.4: pkg/drain): every pod is asked to go. */
import { ApiError } from "../../kubernetes-client/connection";
import type { LiveObject } from "../../kubernetes-client/kubernetes";
import { toRefusal, victimsOn } from "../../rehearsal/drain/evictions";
import { type Cluster, setCordon, waitUntil } from "./cluster";

/** Seconds that a drain may take. */
const PATIENCE = 3600;
const GONE = [404, 409];

async function victims({ kubernetes }: Cluster, node: string): Promise<LiveObject[]> {
    const { items } = await kubernetes.get<{ items: LiveObject[] }>("/api/v1/pods", {
        fieldSelector: `spec.nodeName=${node}`,
    });
    return victimsOn(node, items);
}

/** Whether nothing is left on a node that a drain would move. */
export async function isEmpty(cluster: Cluster, node: string): Promise<boolean> {
    return (await victims(cluster, node)).length === 0;
}

/** Asks a pod to go; what kept it, in words, when it does not. */
async function evict({ kubernetes }: Cluster, pod: LiveObject): Promise<string | undefined> {
    const { namespace = "", name, deletionTimestamp } = pod.metadata;
    if (deletionTimestamp !== undefined) {
        return `pod ${namespace}/${name} ends`;
    }
    try {
        await kubernetes.evict(pod);
        return `pod ${namespace}/${name} ends`;
    } catch (error) {
        if (!(error instanceof ApiError)) {
            throw error;
        }
        const { budget } = toRefusal(pod, error);
        return GONE.includes(error.status)
            ? undefined
            : `pod ${namespace}/${name} stays${budget === undefined ? "" : `, because of PodDisruptionBudget ${budget}`} (${error.message})`;
    }
}

/** Cordons a node and moves everything away that a drain moves. */
export async function drain(cluster: Cluster, node: string): Promise<void> {
    await setCordon(cluster, node, true);
    await waitUntil(
        cluster,
        `${node} to be empty`,
        async () => {
            const left = await victims(cluster, node);
            const words = await Promise.all(left.map((pod) => evict(cluster, pod)));
            return words.find((word) => word?.includes(" stays")) ?? words.find((word) => word);
        },
        { seconds: PATIENCE, every: 5 },
    );
}
