/**
 * Losses and drains of a stack that stands on a rehearsed cluster.
 *
 *     const timing = timingsOf(configuration, realTime);   // before the control plane starts
 *     startControlPlane({ configuration: withTiming(configuration, timing.used),
 *         kubelets: { leaseSeconds: timing.used.leaseSeconds }, ... });
 *     const disruptions = await Disruptions.prepare(rehearsal, timing);
 *     const losses = await disruptions.lose(["each-worker"]);
 *     await disruptions.end();
 */
import { readString } from "../policy/kernel/tree";
import { readLevels } from "../preview/run";
import { ApiError } from "../kubernetes-client/connection";
import { budgetStates } from "./drain/budgets";
import { drain, type Drain } from "./drain/drain";
import { plainPlans, plansWithOneDown } from "./drain/plan";
import { lose } from "./loss/lose";
import type { Loss } from "./loss/loss";
import { nodeOf, waitForRest } from "./loss/node-power";
import { targetsOf } from "./loss/targets";
import type { Timings } from "./loss/timing";
import { shortenTolerations } from "./loss/tolerations";
import { promisesOf } from "./promises";
import { guardedPods, EndpointRecorder } from "./recorder";
import { keepRoles } from "./role-keeper";
import { rolesOf } from "./roles";
import type { Rehearsal, Scene } from "./scene";
import { yardsticksOf } from "./services";
import { standInServices } from "./stand-ins-services";

/** Field manager of what operators make. */
const OPERATOR = "stand-in";

/** Takes nodes away from a stack and empties them, and measures who goes on serving. */
export class Disruptions {
    private constructor(
        private readonly scene: Scene,
        /** What the API server did not take of what operators make, with the reason. */
        readonly refused: readonly string[],
        private readonly ends: readonly (() => Promise<void> | void)[],
    ) {}

    /** Makes what operators make besides pods, and begins to watch. */
    static async prepare(rehearsal: Rehearsal, timing: Timings): Promise<Disruptions> {
        const { kubernetes, pods, stack, progress } = rehearsal;
        const refused: string[] = [];
        for (const manifest of standInServices(stack.facts)) {
            try {
                await kubernetes.apply(manifest, OPERATOR);
            } catch (error) {
                if (!(error instanceof ApiError)) {
                    throw error;
                }
                refused.push(`${manifest.kind} ${manifest.metadata.name ?? ""}: ${error.message}`);
            }
        }
        const fail = (error: Error) => {
            progress(`A stand-in failed: ${error.message}`);
        };
        const endRoles = await keepRoles(kubernetes, pods, rolesOf(stack.facts), fail);
        const endTolerations = await shortenTolerations(kubernetes, pods, timing.used, fail);
        const profile = readString(stack.facts.platform()?.inputs, "profile");
        const isPromised = promisesOf(profile === undefined ? {} : readLevels(profile));
        const today = new Date().toISOString().slice(0, 10);
        const yardsticks = yardsticksOf(stack, today, isPromised);
        const recorder = await EndpointRecorder.start(kubernetes, pods, yardsticks);
        await waitForRest({ rehearsal }, new Set());
        const scene = { rehearsal, recorder, yardsticks, timing, isPromised };
        return new Disruptions(scene, refused, [endRoles, endTolerations, () => recorder.stop()]);
    }

    /**
     * Loses nodes, one target after the other.
     *
     * @param what as in {@link targetsOf}
     * @throws UsageError for a target that is none
     */
    async lose(what: readonly string[]): Promise<Loss[]> {
        const { nodes } = this.scene.rehearsal.stack.capacity.cluster;
        const targets = what.flatMap((name) => targetsOf(name, nodes));
        const losses: Loss[] = [];
        for (const target of targets) {
            losses.push(await lose(this.scene, target));
        }
        return losses;
    }

    /**
     * Drains every node, one after the other.
     *
     * @param withOneDown each while another node is down: the one whose loss leaves budgets the least
     */
    async drain(withOneDown: boolean): Promise<Drain[]> {
        const { rehearsal, yardsticks } = this.scene;
        const { kubernetes, pods, stack } = rehearsal;
        const states = budgetStates(await kubernetes.list("policy/v1", "PodDisruptionBudget"));
        const guarded = yardsticks.budgets.map((budget) => ({
            desired: states.get(budget.name)?.desired ?? 0,
            nodes: guardedPods(budget, pods.all()).map((pod) => nodeOf(pod) ?? ""),
        }));
        const plans = withOneDown
            ? plansWithOneDown(stack.capacity, guarded)
            : plainPlans(stack.capacity);
        const drains: Drain[] = [];
        for (const plan of plans) {
            drains.push(await drain(this.scene, plan));
        }
        return drains;
    }

    /** Ends what goes on beside. */
    async end(): Promise<void> {
        await Promise.all(this.ends.map(async (end) => end()));
    }
}
