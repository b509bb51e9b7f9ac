/** One loss from beginning to end. */
import type { LiveObject } from "../../kubernetes-client/kubernetes";
import { localPods } from "../local-pods";
import { cephWithout, etcdWithout } from "./consequences";
import { type ObservedLoss, type Loss, toLoss } from "./loss";
import { isLeaving, nodeOf, recover, silenceNodes } from "./node-power";
import type { Scene } from "../scene";
import { misplacedPods } from "./misplaced";
import type { LossTarget } from "./targets";
import { stackToleration } from "./tolerations";

/** Loses nodes, and has them back. */
export async function lose(scene: Scene, target: LossTarget): Promise<Loss> {
    const { rehearsal, recorder } = scene;
    const { pods, stack, progress } = rehearsal;
    const { nodes, lost } = target;
    const dead = new Set(nodes);
    const isGone = (pod: LiveObject) => dead.has(nodeOf(pod) ?? "");
    const isLocal = localPods(stack);
    const begun = Date.now();
    const ready = pods.count().ready;
    const local = pods.all().filter((pod) => isGone(pod) && isLocal(pod)).length;
    progress(`Losing ${lost}${nodes.length > 1 ? ` (${nodes.join(", ")})` : ""}`);
    const kept = await silenceNodes(scene, nodes);
    const recording = recorder.recording();
    const tolerations = new Map(pods.all().map((pod) => [pod.metadata.uid, stackToleration(pod)]));
    const found: Omit<ObservedLoss, "seconds"> = {
        ...(await misplacedPods(scene, isGone)),
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
    const loss = toLoss(target, recording, tolerations, { ...found, seconds }, scene);
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
