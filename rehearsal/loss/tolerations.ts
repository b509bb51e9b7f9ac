/** Shortens how long pods stay on a silent node, on the pods themselves: what was sent stays as it is. */
import { isTree, readList, readString } from "../../policy/kernel/tree";
import { ApiError } from "../../kubernetes-client/connection";
import type { Kubernetes, LiveObject } from "../../kubernetes-client/kubernetes";
import type { PodInformer } from "../pod-informer";
import { hurried, type Timing, tolerationSeconds } from "./timing";

/** Annotation with the seconds of the stack; empty for ever. */
const ANNOTATION = "rehearsal.platform/toleration-seconds";

const tolerationsOf = (pod: LiveObject) => readList(pod, "spec", "tolerations").filter(isTree);

/** How long a pod stays on a silent node in the stack, in seconds; undefined for ever. */
export function stackToleration(pod: LiveObject): number | undefined {
    const kept = readString(pod, "metadata", "annotations", ANNOTATION);
    return kept === undefined
        ? tolerationSeconds(tolerationsOf(pod))
        : kept === ""
          ? undefined
          : Number(kept);
}

async function shorten(kubernetes: Kubernetes, pod: LiveObject, timing: Timing): Promise<void> {
    const { namespace = "", name, uid, annotations = {} } = pod.metadata;
    const tolerations = ANNOTATION in annotations ? undefined : hurried(tolerationsOf(pod), timing);
    if (tolerations === undefined) {
        return;
    }
    const seconds = tolerationSeconds(tolerationsOf(pod));
    try {
        // Of an existing pod nothing but the seconds of its tolerations may change.
        await kubernetes.merge(`/api/v1/namespaces/${namespace}/pods/${name}`, {
            metadata: { uid, annotations: { [ANNOTATION]: String(seconds ?? "") } },
            spec: { tolerations },
        });
    } catch (error) {
        // It went in the meantime, or another of its name has come.
        if (!(error instanceof ApiError && [404, 409].includes(error.status))) {
            throw error;
        }
    }
}

/**
 * Shortens the tolerations of every pod, now and of those to come, and waits for those that there
 * are.
 *
 * @param fail told when one could not be changed
 * @returns ends it
 */
export async function shortenTolerations(
    kubernetes: Kubernetes,
    pods: PodInformer,
    timing: Timing,
    fail: (error: Error) => void,
): Promise<() => void> {
    const end = pods.listen((pod, gone) => {
        if (!gone) {
            shorten(kubernetes, pod, timing).catch(fail);
        }
    });
    await Promise.all(pods.all().map((pod) => shorten(kubernetes, pod, timing)));
    return end;
}
