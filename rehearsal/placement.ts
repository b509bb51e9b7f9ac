/** Pods placed of pods wanted, and why the others are not. */
import { isTree, readList, readString, readTree } from "../policy/kernel/tree";
import type { Kubernetes, LiveObject } from "../kubernetes-client/kubernetes";
import { conditionOf, type PodInformer, stateOf } from "./pod-informer";

/** Pods that are not where they should be, with the reason in the words of who refused them. */
export interface Misplaced {
    /** `Pod/namespace/name`, or the controller that could not make its pods. */
    readonly object: string;
    readonly count: number;
    readonly reason: string;
}

/** Reason of pods that nobody refused: they may still come. */
const UNMADE = "its controller has not made them";

/** How many pods there should be, and how many have a node. */
export interface Placement {
    readonly wanted: number;
    readonly placed: number;
    readonly misplaced: readonly Misplaced[];
}

/** A controller with the number of pods that it should have. */
interface Controller {
    readonly object: LiveObject;
    readonly kind: string;
    readonly wanted: number;
}

const count = (value: unknown, fallback: number) => (typeof value === "number" ? value : fallback);

/** How many pods a controller wants; 0 for one that does not want any itself. */
export function wantedBy(kind: string, object: LiveObject): number {
    const spec = readTree(object, "spec");
    const status = readTree(object, "status");
    switch (kind) {
        case "Deployment":
        case "StatefulSet":
            return count(spec.replicas, 1);
        case "DaemonSet":
            return count(status.desiredNumberScheduled, 0);
        case "Job":
            // The pods of one that is done may go.
            return spec.suspend === true || status.completionTime !== undefined
                ? 0
                : count(spec.completions, count(spec.parallelism, 1));
        default:
            return 0;
    }
}

async function controllers(kubernetes: Pick<Kubernetes, "list">): Promise<Controller[]> {
    const kinds = [
        ["apps/v1", "Deployment"],
        ["apps/v1", "StatefulSet"],
        ["apps/v1", "DaemonSet"],
        ["batch/v1", "Job"],
    ] as const;
    const lists = await Promise.all(
        kinds.map(async ([apiVersion, kind]) =>
            (await kubernetes.list(apiVersion, kind)).map((object) => ({
                object,
                kind,
                wanted: wantedBy(kind, object),
            })),
        ),
    );
    return lists.flat();
}

/** The name of the controller of a pod; a ReplicaSet's is its Deployment's. */
export function controllerOf({ metadata }: LiveObject): string | undefined {
    const [owner] = readList(metadata, "ownerReferences").filter(
        (reference) => isTree(reference) && reference.controller === true,
    );
    const kind = readString(owner, "kind");
    const name = readString(owner, "name") ?? "";
    return kind === undefined
        ? undefined
        : kind === "ReplicaSet"
          ? `Deployment/${metadata.namespace ?? ""}/${name.slice(0, name.lastIndexOf("-"))}`
          : `${kind}/${metadata.namespace ?? ""}/${name}`;
}

/** The last words of the API server on each controller that it refused pods of. */
async function creationFailures(
    kubernetes: Pick<Kubernetes, "list">,
): Promise<Map<string, string>> {
    const events = await kubernetes.list("v1", "Event", { fieldSelector: "reason=FailedCreate" });
    return new Map(
        events.map((event) => {
            const involved = readTree(event, "involvedObject");
            const { kind, namespace, name } = involved as Record<string, string>;
            const isReplicaSet = kind === "ReplicaSet" && name !== undefined;
            const owner = isReplicaSet ? name.slice(0, name.lastIndexOf("-")) : (name ?? "");
            return [
                `${isReplicaSet ? "Deployment" : (kind ?? "")}/${namespace ?? ""}/${owner}`,
                readString(event, "message") ?? "",
            ];
        }),
    );
}

/** Compares what controllers want with the pods that there are. */
export async function placementOf(
    kubernetes: Pick<Kubernetes, "list">,
    pods: readonly LiveObject[],
): Promise<Placement> {
    const [all, failures] = await Promise.all([
        controllers(kubernetes),
        creationFailures(kubernetes),
    ]);
    const present = pods.filter((pod) => stateOf(pod) !== "leaving");
    const owned = new Map<string, number>();
    for (const pod of present) {
        const owner = controllerOf(pod) ?? "";
        owned.set(owner, (owned.get(owner) ?? 0) + 1);
    }
    const absent = all.flatMap(({ object, kind, wanted }): Misplaced[] => {
        const name = `${kind}/${object.metadata.namespace ?? ""}/${object.metadata.name}`;
        const missing = wanted - (owned.get(name) ?? 0);
        // Events get lost when there are many; a Deployment keeps the words in its status.
        const refused = readString(conditionOf(object, "ReplicaFailure"), "message");
        const reason = refused ?? failures.get(name) ?? UNMADE;
        return missing > 0 ? [{ object: name, count: missing, reason }] : [];
    });
    const unplaced = present
        .filter((pod) => readString(pod, "spec", "nodeName") === undefined)
        .map((pod): Misplaced => ({
            object: `Pod/${pod.metadata.namespace ?? ""}/${pod.metadata.name}`,
            count: 1,
            reason:
                readString(conditionOf(pod, "PodScheduled"), "message") ??
                "the scheduler has not judged it yet",
        }));
    const missing = absent.reduce((sum, item) => sum + item.count, 0);
    return {
        wanted: present.length + missing,
        placed: present.length - unplaced.length,
        misplaced: [...absent, ...unplaced],
    };
}

/** How long controllers that have not made their pods may be idle, in seconds. */
const IDLE = 15;

/**
 * Waits until nothing changes any more and every controller has made its pods, has been refused, or
 * has done nothing for some time.
 *
 * @param most longest wait in seconds
 * @param progress told now and then while it waits
 */
export async function waitForPlacement(
    kubernetes: Pick<Kubernetes, "list">,
    pods: Pick<PodInformer, "all" | "settled">,
    most: number,
    progress?: Parameters<PodInformer["settled"]>[1],
): Promise<Placement> {
    const end = Date.now() + most * 1000;
    let before: number | undefined;
    for (;;) {
        const quiet = before === undefined ? undefined : IDLE;
        await pods.settled({ quiet, most: (end - Date.now()) / 1000 }, progress);
        const placement = await placementOf(kubernetes, pods.all());
        const unmade = placement.misplaced
            .filter(({ reason }) => reason === UNMADE)
            .reduce((sum, { count: missing }) => sum + missing, 0);
        if (unmade === 0 || unmade === before || Date.now() >= end) {
            return placement;
        }
        before = unmade;
    }
}
