/** One node emptied as an upgrade does, perhaps while another one is down. */
import { plural } from "../../preview/scorecard/judged";
import type { LiveObject } from "../../kubernetes-client/kubernetes";
import { REAL_TIME } from "../loss/clock";
import { type ServiceOutcome, serviceOutcome } from "../loss/outcome";
import type { MisplacedPod } from "../loss/loss";
import { nodeOf, recover, waitForRest, silenceNodes } from "../loss/node-power";
import type { Scene } from "../scene";
import { misplacedPods } from "../loss/misplaced";
import type { Promised } from "../promises";
import {
    type Below,
    belowBudget,
    type Blocked,
    blockedBy,
    budgetStates,
    unyielding,
} from "./budgets";
import { evictAll, type RefusedEviction, victimsOn } from "./evictions";
import type { DrainPlan } from "./plan";
import { crossOffReturned } from "./returned";

/** What a drain did. */
export interface Drain extends DrainPlan {
    /** From the cordon until the evicted pods were ready elsewhere, by the clock of the rehearsal. */
    readonly seconds: number;
    readonly evicted: number;
    /** Pods whose eviction a budget refused at first. */
    readonly refused: number;
    /** Budgets that let nothing move any more. */
    readonly blockedBy: readonly Blocked[];
    readonly belowBudget: readonly Below[];
    /** Services that had fewer ready endpoints than needed. */
    readonly interrupted: readonly Pick<
        ServiceOutcome,
        "name" | "secondsWithoutEndpoint" | "reason"
    >[];
    /** Pods that found no other place. */
    readonly unplaced: readonly MisplacedPod[];
    readonly failures: readonly string[];
}

/** Field manager of the cordon. */
const MANAGER = "drain";

async function setCordon(
    { rehearsal: { kubernetes } }: Scene,
    name: string,
    spec: Readonly<Record<string, unknown>>,
): Promise<void> {
    const { metadata } = await kubernetes.get<LiveObject>(`/api/v1/nodes/${name}`);
    await kubernetes.apply(
        { apiVersion: "v1", kind: "Node", metadata: { name, uid: metadata.uid }, spec },
        MANAGER,
    );
}

/** What must not happen, one sentence each. */
function failuresOf(drain: Omit<Drain, "failures">, isPromised: Promised): string[] {
    const { node, otherDown, interrupted, unplaced } = drain;
    const when = otherDown === undefined ? "" : ` with ${otherDown} down`;
    return [
        ...drain.blockedBy
            .filter(({ deadlock }) => deadlock)
            .map(
                ({ budget, pods, words }) =>
                    `${node} cannot be drained${when}: ${budget ?? "no single budget"} keeps ${pods.join(", ")}: ${words}`,
            ),
        ...drain.belowBudget.map(
            ({ budget, desired, least }) =>
                `draining ${node}${when} left ${least} pods of ${budget}, which keeps ${desired}`,
        ),
        ...interrupted
            .filter(({ reason }) => reason === undefined)
            .map(({ name }) => `draining ${node}${when} interrupted ${name}`),
        ...(otherDown === undefined && isPromised("HA-11") && unplaced.length > 0
            ? [`${plural(unplaced.length, "pod")} found no place while ${node} was drained`]
            : []),
    ];
}

/** Evicts everything; with another node down, that comes back when nothing moves any more. */
async function empty(
    scene: Scene,
    { node, otherDown }: DrainPlan,
): Promise<Pick<Drain, "evicted" | "refused" | "blockedBy"> & { readonly revived: boolean }> {
    const { rehearsal } = scene;
    const { kubernetes, pods, progress } = rehearsal;
    const blocked: Blocked[] = [];
    let down = otherDown;
    const whenStuck = async (refusals: readonly RefusedEviction[]) => {
        if (await crossOffReturned(rehearsal)) {
            return true;
        }
        const states = budgetStates(await kubernetes.list("policy/v1", "PodDisruptionBudget"));
        const silent = new Set(down === undefined ? [] : [down]);
        const waiting = unyielding(scene.yardsticks.budgets, pods.all(), silent);
        const found = blockedBy(refusals, states, down, waiting);
        blocked.push(...found);
        if (down === undefined || !found.some(({ waitsFor }) => waitsFor !== undefined)) {
            return false;
        }
        progress(`${found.length} budgets wait for ${down}, which comes back`);
        await recover(scene, [down], new Set());
        down = undefined;
        return true;
    };
    const { evicted, refused } = await evictAll(rehearsal, victimsOn(node, pods.all()), whenStuck);
    return { evicted, refused, blockedBy: blocked, revived: down === undefined };
}

/** Drains a node, and takes everything back. */
export async function drain(scene: Scene, plan: DrainPlan): Promise<Drain> {
    const { node, otherDown, notDone } = plan;
    const nothing = { blockedBy: [], belowBudget: [], interrupted: [], unplaced: [], failures: [] };
    if (notDone !== undefined) {
        return { ...plan, ...nothing, seconds: 0, evicted: 0, refused: 0 };
    }
    const { rehearsal, recorder, yardsticks } = scene;
    const { kubernetes, progress } = rehearsal;
    const others = otherDown === undefined ? [] : [otherDown];
    const dead = new Set(others);
    progress(`Draining ${node}${otherDown === undefined ? "" : ` with ${otherDown} down`}`);
    if (otherDown !== undefined) {
        await silenceNodes(scene, others);
    }
    await crossOffReturned(rehearsal);
    const states = budgetStates(await kubernetes.list("policy/v1", "PodDisruptionBudget"));
    recorder.begin();
    const begun = Date.now();
    await setCordon(scene, node, { unschedulable: true });
    const { revived, ...emptied } = await empty(scene, plan);
    await waitForRest(scene, revived ? new Set() : dead, { quiet: 1 });
    const seconds = (Date.now() - begun) / 1000 - 1;
    const recording = recorder.recording();
    const isGone = (pod: LiveObject) => dead.has(nodeOf(pod) ?? "");
    const { unplaced } = await misplacedPods(scene, isGone);
    await setCordon(scene, node, {});
    await recover(scene, revived ? [] : others, new Set());
    const interrupted = yardsticks.measured
        .map((item) => serviceOutcome(item, recording, dead, REAL_TIME, () => undefined))
        .filter(({ steps, needed }) => (steps[0]?.ready ?? 0) >= needed)
        .filter(({ secondsWithoutEndpoint }) => secondsWithoutEndpoint > 0);
    const result = {
        ...plan,
        ...emptied,
        seconds,
        belowBudget: belowBudget(yardsticks.budgets, recording, states, dead),
        interrupted: interrupted.map(({ name, secondsWithoutEndpoint, reason }) => ({
            name,
            secondsWithoutEndpoint,
            reason,
        })),
        unplaced,
    };
    return { ...result, failures: failuresOf(result, scene.isPromised) };
}
