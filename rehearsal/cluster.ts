/** A stack that stands on a rehearsed cluster: what losses and drains work on. */
import { objectKey } from "../components/base/object";
import type { Progress } from "../preview/run";
import { type Applied, apply } from "./apply";
import { ApiError } from "../kubernetes-client/connection";
import type { Supplement } from "./definitions";
import { Kubernetes } from "../kubernetes-client/kubernetes";
import { isPlayed, nodeObject } from "./nodes";
import { type Placement, waitForPlacement } from "./placement";
import { PodInformer } from "./pod-informer";
import type { Rehearsal } from "./scene";
import type { RehearsedStack } from "./stack";
import { autoscalersOf, type StandIn, standInsOf } from "./stand-ins";
import type { RehearsalTarget } from "./target";
import { provisionVolumes } from "./volumes";

/** Field manager of what stands in for operators. */
const OPERATOR = "stand-in";
/** A line of progress comes at most this often, in milliseconds. */
const TELL_EVERY = 2000;
/** Five thousand pods on a busy machine take this long, in seconds. */
const LONGEST_SETTLING = 600;

/** Passes on a message now and then only. */
export function nowAndThen(progress: Progress): Progress {
    let last = Date.now();
    return (message) => {
        if (Date.now() - last >= TELL_EVERY) {
            last = Date.now();
            progress(message);
        }
    };
}

/** What was said of stand-ins that the API server did not take. */
async function applyStandIns(
    kubernetes: Kubernetes,
    standIns: readonly StandIn[],
): Promise<string[]> {
    const answers = await Promise.all(
        standIns.map(async ({ manifest, key }) => {
            try {
                await kubernetes.apply(manifest, OPERATOR);
                return [];
            } catch (error) {
                if (!(error instanceof ApiError)) {
                    throw error;
                }
                return [`${objectKey(manifest)} for ${key}: ${error.message}`];
            }
        }),
    );
    return answers.flat();
}

/** Nodes of a cluster that was there before: their kubelets must not run what is only rehearsed. */
async function cordonOthers(kubernetes: Kubernetes): Promise<void> {
    const nodes = await kubernetes.list("v1", "Node");
    const others = nodes.filter(({ metadata }) => !isPlayed(metadata));
    await Promise.all(
        others.map(({ metadata: { name, uid } }) =>
            kubernetes.apply(
                {
                    apiVersion: "v1",
                    kind: "Node",
                    metadata: { name, uid },
                    spec: { unschedulable: true },
                },
                OPERATOR,
            ),
        ),
    );
}

/** A stack that was sent, and what came of it. */
export interface Raised {
    readonly rehearsal: Rehearsal;
    readonly applied: Applied;
    /** Stand-ins for operators' pods that were refused, with the reason. */
    readonly refusedStandIns: readonly string[];
    readonly placement: Placement;
    /** Ends what goes on beside, and closes the connections. */
    readonly end: () => Promise<void>;
}

/**
 * Makes the nodes, sends the stack and the stand-ins, and waits until the pods have settled.
 *
 * @param supplement what is sent, and the CRDs that it needs besides its own
 */
export async function raise(
    stack: RehearsedStack,
    { objects, definitions }: Supplement,
    { controlPlane, existing }: Pick<RehearsalTarget, "controlPlane" | "existing">,
    progress: Progress,
): Promise<Raised> {
    const kubernetes = await Kubernetes.connect(controlPlane.kubeconfig);
    const nodes = stack.capacity.cluster.nodes.map(nodeObject);
    await Promise.all(
        [...nodes, ...definitions].map((object) => kubernetes.apply(object, OPERATOR)),
    );
    if (existing) {
        await cordonOthers(kubernetes);
    }
    const pods = await PodInformer.follow(kubernetes);
    const endVolumes = await provisionVolumes(kubernetes, (error) => {
        progress(`A volume could not be made: ${error.message}`);
    });
    progress(`${nodes.length} nodes are there, sending ${objects.length} objects`);
    const tell = nowAndThen(progress);
    const applied = await apply(kubernetes, { objects, others: stack.others }, (sent) => {
        tell(`${sent} of ${objects.length} objects sent`);
    });
    const refusedStandIns = await applyStandIns(kubernetes, [
        ...standInsOf(stack.capacity, !existing),
        ...autoscalersOf(stack),
    ]);
    progress("Waiting until the pods have settled");
    const placement = await waitForPlacement(
        kubernetes,
        pods,
        LONGEST_SETTLING,
        ({ ready, starting, unseen, unschedulable }) => {
            tell(
                `${ready} pods are ready, ${starting + unseen} on their way, ${unschedulable} without a place`,
            );
        },
    );
    const end = async () => {
        await Promise.all([endVolumes(), pods.stop()]);
        kubernetes.close();
    };
    const rehearsal = { stack, controlPlane, kubernetes, pods, progress };
    return { rehearsal, applied, refusedStandIns, placement, end };
}
