/** Takes nodes away as a power cut does, waits for what the controllers make of it, and gives them back. */
import { readString } from "../../policy/machinery/tree";
import { UsageError } from "../../preview/stack-file";
import type { Rehearsal } from "../cluster";
import { revive, silence } from "../control-plane/silence";
import type { LiveObject } from "../kubernetes";
import { localPods } from "../local-pods";
import { controllerOf, placementOf } from "../placement";
import { stateOf } from "../pods";
import { atRest, until } from "../quiet";
import type { Recorder } from "../recorder";
import type { Measured } from "../services";
import { notReadyAfter } from "./clock";
import { cephWithout, etcdWithout } from "./consequences";
import { type Found, type Loss, type Stranded, toLoss } from "./loss";
import type { Target } from "./targets";
import { inAHurry, type Timing } from "./timing";
import { stackToleration } from "./tolerations";

/** What losses and drains are rehearsed with. */
export interface Scene {
    readonly rehearsal: Rehearsal;
    readonly recorder: Recorder;
    readonly measured: readonly Measured[];
    /** The stack's durations, and those that are used. */
    readonly timing: { readonly stack: Timing; readonly used: Timing };
}

/** How much longer than it should something may take, in seconds: this machine does other things too. */
const PATIENCE = 20;

const nodeOf = (pod: LiveObject) => readString(pod, "spec", "nodeName");
const isLeaving = (pod: LiveObject) => stateOf(pod) === "leaving";

/**
 * Waits until the controller has given the nodes up and evicted what does not stay.
 *
 * @returns the nodes whose pods it does not evict, because too many are gone (its zone states)
 * @throws UsageError when a node falls silent that has its power
 */
async function untilGivenUp(
    { rehearsal: { pods }, recorder, timing: { used } }: Scene,
    nodes: readonly string[],
): Promise<string[]> {
    const known = () => recorder.recording().givenUp;
    const of = (state: "notReady" | "tainted") =>
        new Set(known().flatMap((item) => (item[state] === undefined ? [] : [item.node])));
    await until(notReadyAfter(used) + PATIENCE, () =>
        nodes.every((node) => of("notReady").has(node)),
    );
    await until(nodes.length / used.evictionRate + PATIENCE / 4, () =>
        nodes.every((node) => of("tainted").has(node)),
    );
    const tainted = of("tainted");
    const evicted = () =>
        pods.all().filter((pod) => {
            const node = nodeOf(pod);
            return (
                node !== undefined &&
                nodes.includes(node) &&
                tainted.has(node) &&
                stackToleration(pod) !== undefined
            );
        });
    const longest = Math.max(
        0,
        ...evicted().map((pod) => inAHurry(stackToleration(pod) ?? 0, used)),
    );
    await until(longest + PATIENCE, () => evicted().every(isLeaving));
    const busy = known().find(({ node }) => !nodes.includes(node));
    if (busy !== undefined) {
        throw new UsageError(
            `Node ${busy.node} fell silent although nobody took its power: this machine is too busy for shortened waits. Run it again, or with --real-time.`,
        );
    }
    return nodes.filter((node) => !tainted.has(node));
}

/** Sorts pods that are missing or have no place by why that is. */
async function strandedPods(
    { rehearsal: { kubernetes, pods, stack } }: Scene,
    isGone: (pod: LiveObject) => boolean,
): Promise<Pick<Found, "unplaced" | "waiting">> {
    const all = pods.all();
    const isLocal = localPods(stack);
    const local = new Set(
        all
            .filter(isLocal)
            .map(({ metadata }) => `Pod/${metadata.namespace ?? ""}/${metadata.name}`),
    );
    const waitedFor = new Map(
        all
            .filter((pod) => isLeaving(pod) && isGone(pod))
            .map((pod) => [controllerOf(pod) ?? "", nodeOf(pod) ?? ""]),
    );
    const { misplaced } = await placementOf(kubernetes, all);
    const unplaced: Stranded[] = [];
    const waiting: Stranded[] = [];
    for (const { object, count, reason } of misplaced) {
        const node = object.startsWith("StatefulSet/") ? waitedFor.get(object) : undefined;
        const pod = count > 1 ? `${object} (${count} pods)` : object;
        if (node !== undefined) {
            waiting.push({
                pod,
                reason: `waits for ${node}: its pod there stays Terminating until the node is back or deleted`,
            });
        } else if (local.has(object)) {
            waiting.push({ pod, reason: "belongs to its node" });
        } else {
            unplaced.push({ pod, reason });
        }
    }
    return { unplaced, waiting };
}

/** Gives nodes their power back and waits until everything is as it was. */
export async function recover(
    { rehearsal: { kubernetes, pods } }: Scene,
    nodes: readonly string[],
    moved: ReadonlySet<string>,
): Promise<void> {
    await Promise.all(nodes.map((node) => revive(kubernetes, node)));
    const silent = new Set(nodes);
    // The kubelets of these nodes come back one lease later.
    await until(PATIENCE, () =>
        pods.all().every((pod) => !silent.has(nodeOf(pod) ?? "") || stateOf(pod) !== "leaving"),
    );
    await atRest(pods, new Set());
    const strangers = pods
        .all()
        .filter(
            (pod) =>
                moved.has(pod.metadata.uid) &&
                controllerOf(pod)?.startsWith("Deployment/") === true,
        );
    // So that the next loss meets a balanced cluster, and no order of losses matters.
    await Promise.all(
        strangers.map(({ metadata: { namespace = "", name } }) =>
            kubernetes.delete(`/api/v1/namespaces/${namespace}/pods/${name}`),
        ),
    );
    await atRest(pods, new Set());
}

/** Loses nodes, and has them back. */
export async function lose(scene: Scene, target: Target): Promise<Loss> {
    const { rehearsal, recorder, measured, timing } = scene;
    const { kubernetes, pods, stack, progress } = rehearsal;
    const { nodes, lost } = target;
    const dead = new Set(nodes);
    const isGone = (pod: LiveObject) => dead.has(nodeOf(pod) ?? "");
    const isLocal = localPods(stack);
    const begun = Date.now();
    const ready = pods.count().ready;
    const local = pods.all().filter((pod) => isGone(pod) && isLocal(pod)).length;
    progress(`Losing ${lost}${nodes.length > 1 ? ` (${nodes.join(", ")})` : ""}`);
    recorder.begin();
    await Promise.all(nodes.map((node) => silence(kubernetes, node)));
    const kept = await untilGivenUp(scene, nodes);
    await atRest(pods, dead);
    const recording = recorder.recording();
    const tolerations = new Map(pods.all().map((pod) => [pod.metadata.uid, stackToleration(pod)]));
    const found: Omit<Found, "seconds"> = {
        ...(await strandedPods(scene, isGone)),
        local,
        evicted: pods.all().filter((pod) => isGone(pod) && isLeaving(pod)).length,
        withoutApi: etcdWithout(nodes, stack.capacity),
        consequences: [
            cephWithout(nodes, stack.facts, stack.capacity),
            kept.length === 0
                ? undefined
                : `the node controller evicts nothing from ${kept.join(", ")}: too large a part of the zone or of the cluster is gone`,
        ].filter((sentence) => sentence !== undefined),
    };
    await recover(scene, nodes, new Set(recording.created.keys()));
    const missing = ready - pods.count().ready;
    const seconds = (Date.now() - begun) / 1000;
    const loss = toLoss(target, recording, measured, tolerations, timing, { ...found, seconds });
    return missing <= 0
        ? loss
        : {
              ...loss,
              failures: [
                  ...loss.failures,
                  `${missing} pods were not ready again after ${lost} had come back`,
              ],
          };
}
