/** Keeps roles as labels of pods while pods and nodes come and go, in the operators' place. */
import { readTree } from "../policy/kernel/tree";
import { ApiError } from "../kubernetes-client/connection";
import { SILENT } from "./control-plane/flags";
import type { Kubernetes, LiveObject } from "../kubernetes-client/kubernetes";
import type { PodInformer } from "./pod-informer";
import { type Role, roleChanges, type Troubled } from "./roles";

/** Field manager of the labels. */
const MANAGER = "stand-in-role";

async function setLabel(
    kubernetes: Kubernetes,
    { metadata }: LiveObject,
    label: string,
    value: string,
): Promise<void> {
    const { namespace, name, uid } = metadata;
    try {
        await kubernetes.apply(
            // With its uid: an apply would make a new one of a pod that is gone.
            {
                apiVersion: "v1",
                kind: "Pod",
                metadata: { namespace, name, uid, labels: { [label]: value } },
            },
            MANAGER,
        );
    } catch (error) {
        // It went in the meantime; the next change of a pod looks again.
        if (!(error instanceof ApiError)) {
            throw error;
        }
    }
}

/** Notes whether a node is silent or cordoned. */
function note({ silent, cordoned }: Record<keyof Troubled, Set<string>>, node: LiveObject): void {
    const { name, labels = {} } = node.metadata;
    const mark = (set: Set<string>, marked: boolean) => (marked ? set.add(name) : set.delete(name));
    mark(silent, SILENT in labels);
    mark(cordoned, readTree(node, "spec").unschedulable === true);
}

/**
 * Begins to keep roles: at once, where an operator would take its time.
 *
 * @param fail told when a label could not be set
 * @returns ends it
 */
export async function keepRoles(
    kubernetes: Kubernetes,
    pods: PodInformer,
    roles: readonly Role[],
    fail: (error: Error) => void,
): Promise<() => Promise<void>> {
    const trouble = { silent: new Set<string>(), cordoned: new Set<string>() };
    let last = Promise.resolve();
    let isDue = false;
    const look = async () => {
        isDue = false;
        for (const role of roles) {
            const changes = roleChanges(role, pods.all(), trouble);
            // Who loses it first: two at once would split the brain.
            const ordered = [...changes].sort(([, value]) => (value === role.holder ? 1 : -1));
            for (const [pod, value] of ordered) {
                await setLabel(kubernetes, pod, role.label, value);
            }
        }
    };
    const consider = () => {
        if (!isDue) {
            isDue = true;
            last = last.then(look).catch(fail);
        }
    };
    const endNodes = await kubernetes.watch("v1", "Node", (node) => {
        note(trouble, node);
        consider();
    });
    const endPods = pods.listen(consider);
    return async () => {
        endPods();
        await endNodes();
    };
}
