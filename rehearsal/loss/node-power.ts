/** Takes nodes' power as a cut does, waits for what the controllers make of it, and gives it back. */
import { readString } from "../../policy/kernel/tree";
import { UsageError } from "../../preview/stack-file";
import { revive, silence } from "../control-plane/silence";
import type { LiveObject } from "../../kubernetes-client/kubernetes";
import { controllerOf } from "../placement";
import { stateOf } from "../pod-informer";
import { atRest, type Rest, until } from "../settle";
import type { Scene } from "../scene";
import { notReadyAfter } from "./clock";
import { inAHurry } from "./timing";
import { stackToleration } from "./tolerations";

/** How much longer than it should something may take, in seconds: this machine does other things too. */
const PATIENCE = 20;

/** The node of a pod that has one. */
export const nodeOf = (pod: LiveObject) => readString(pod, "spec", "nodeName");
/** Whether a pod is being deleted. */
export const isLeaving = (pod: LiveObject) => stateOf(pod) === "leaving";

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

/** Waits until nothing moves any more but on silent nodes, and tells what does not come to rest. */
export async function waitForRest(
    { rehearsal: { pods, progress } }: Pick<Scene, "rehearsal">,
    silent: ReadonlySet<string>,
    rest?: Rest,
): Promise<void> {
    const moving = await atRest(pods, silent, rest);
    if (moving.length > 0) {
        const names = moving.map(({ metadata }) => `${metadata.namespace ?? ""}/${metadata.name}`);
        progress(`Going on although these do not come to rest: ${names.join(", ")}`);
    }
}

/**
 * Takes the power from nodes, and waits until everything that can has found a new place. The
 * recorder begins with it.
 *
 * @returns the nodes whose pods are not evicted
 */
export async function silenceNodes(scene: Scene, nodes: readonly string[]): Promise<string[]> {
    const { kubernetes } = scene.rehearsal;
    scene.recorder.begin();
    await Promise.all(nodes.map((node) => silence(kubernetes, node)));
    const kept = await untilGivenUp(scene, nodes);
    await waitForRest(scene, new Set(nodes));
    return kept;
}

/** Gives nodes their power back and waits until everything is as it was. */
export async function recover(
    scene: Scene,
    nodes: readonly string[],
    moved: ReadonlySet<string>,
): Promise<void> {
    const { kubernetes, pods } = scene.rehearsal;
    await Promise.all(nodes.map((node) => revive(kubernetes, node)));
    const silent = new Set(nodes);
    // The kubelets of these nodes come back one lease later.
    await until(PATIENCE, () =>
        pods.all().every((pod) => !silent.has(nodeOf(pod) ?? "") || stateOf(pod) !== "leaving"),
    );
    await waitForRest(scene, new Set());
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
    await waitForRest(scene, new Set());
}
