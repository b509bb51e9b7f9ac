/** One stack in an arena: its pods come, its nodes go, and the scheduler says where pods end. */
import {
    SimulatedCluster,
    type Lost,
    type PodToPlace,
} from "../../policy/engines/scheduling/cluster";
import { belongsTo } from "../../policy/engines/scheduling/loss";
import type { ClusterNode } from "../../policy/engines/scheduling/nodes";
import { podsOfTemplates } from "../../policy/engines/scheduling/proof";
import type { Stage } from "./arena";
import { runInOrder } from "./in-order";
import type { JudgedStack } from "./judged-stack";
import { type Pending, type PodPlaces, PodLives } from "./pod-lives";
import { type DecisionStep, Steps } from "./steps";

/** Longest wait for the scheduler, in milliseconds. */
const LIMIT = 60_000;
/** What a pod is given to end, in seconds; it never does on a node that does not answer. */
const TERMINATION = 30;
/** Quiet time after a single pod, in milliseconds. */
const STEP_PATIENCE = 80;

/** Runs a stack. */
export class Trial {
    private readonly lives: PodLives;
    /** The proof's view of the same pods. */
    private readonly cluster: SimulatedCluster;
    /** Deletes pods that have been on their way out. */
    private ghosts: (() => Promise<void>)[] = [];
    private lost: Lost | undefined;

    constructor(
        private readonly arena: Stage,
        private readonly stack: JudgedStack,
    ) {
        const pods = podsOfTemplates(stack.templates, stack.nodes);
        this.cluster = new SimulatedCluster(stack.nodes, pods);
        this.lives = new PodLives(arena, stack, pods);
    }

    get pods(): readonly PodToPlace[] {
        return this.cluster.pods;
    }

    places(): PodPlaces {
        return this.lives.places();
    }

    /**
     * Makes all nodes and pods anew.
     *
     * @param order numbers of the pods, first to last
     * @param lost a node that is lost from the beginning
     */
    async start(order: readonly number[], lost?: Lost): Promise<void> {
        await this.prepare(lost);
        const wanted = order.filter(
            (index) => lost === undefined || !this.belongsTo(index, lost.node),
        );
        await runInOrder(wanted, (index) => this.lives.begin(index));
    }

    /**
     * The same, but pods come one by one, and each decision is compared with the proof's rules for
     * as long as all find a place.
     */
    async startByStep(order: readonly number[]): Promise<DecisionStep[]> {
        await this.prepare(undefined);
        const begin = (index: number) => this.lives.begin(index);
        const isNamed = (index: number) => this.templateOf(index).set.spec.nodeName !== undefined;
        const named = order.filter(isNamed);
        const others = order.filter((index) => !isNamed(index));
        await runInOrder(named, begin);
        await this.settle(STEP_PATIENCE);
        const steps = new Steps(this.stack, this.cluster, this.lives, named);
        const taken: DecisionStep[] = [];
        for (const [position, index] of others.entries()) {
            steps.expect(index);
            await begin(index);
            await this.settle(STEP_PATIENCE);
            const step = steps.compare(index);
            taken.push(...(step === undefined ? [] : [step]));
            if (step?.node === undefined) {
                await runInOrder(others.slice(position + 1), begin);
                break;
            }
        }
        return taken;
    }

    /** Takes a node away; what must move is made anew, in the order given. */
    async lose(lost: Lost, order: readonly number[]): Promise<void> {
        const { arena, lives } = this;
        const node = this.nodeAt(lost.node);
        const isGone = lost.how === "gone";
        this.lost = lost;
        const leaving = order.filter(
            (index) =>
                lives.placeOf(index) === node.name && (isGone || !this.templateOf(index).stays),
        );
        await (isGone ? arena.removeNode(node) : arena.silence(node));
        await runInOrder(leaving, async (index) => {
            const remove = await lives.end(index, isGone ? 0 : TERMINATION);
            this.ghosts.push(...(isGone ? [] : [remove]));
        });
        const moving = leaving.filter(
            (index) =>
                !this.belongsTo(index, lost.node) && (isGone || !this.templateOf(index).waits),
        );
        await runInOrder(moving, (index) => lives.begin(index));
    }

    /** Gives a node that was gone back; only the pods that belong to it come again. */
    async giveBack(): Promise<void> {
        const { lost } = this;
        if (lost === undefined) {
            return;
        }
        await this.arena.addNode(this.nodeAt(lost.node));
        this.lost = undefined;
        const left = [...this.pods.keys()].filter((index) => this.belongsTo(index, lost.node));
        await runInOrder(left, (index) => this.lives.begin(index));
    }

    /** Gives the node back and puts every pod where it was. */
    async restore(places: PodPlaces): Promise<void> {
        const { arena, lives } = this;
        const moved = [...places.keys()].filter((index) => lives.placeOf(index) !== places[index]);
        await runInOrder(moved, (index) => lives.end(index));
        await runInOrder(this.ghosts.splice(0), (remove) => remove());
        await arena.addNode(this.nodeAt(this.lost?.node ?? -1));
        this.lost = undefined;
        await runInOrder(moved, (index) => lives.begin(index, places[index]));
        // What is not known to be placed would not be taken to leave with the next node.
        await this.settle(0);
    }

    /**
     * Waits until every pod is placed, or nothing has changed for a while.
     *
     * @param patience how long that is, in milliseconds
     * @returns the pods without a place
     * @throws Error when the scheduler does not decide within a minute
     */
    async settle(patience: number): Promise<Pending[]> {
        const { lives, lost } = this;
        const { decisions } = this.arena;
        const end = Date.now() + LIMIT;
        const lostNode = lost && this.nodeAt(lost.node);
        const keeps = ({ template }: PodToPlace) => lost?.how === "unreachable" && template.stays;
        for (;;) {
            await lives.control(lostNode, keeps);
            const { pending, isDecided } = lives.waiting();
            const { quiet } = decisions;
            if (pending.length === 0 || (isDecided && quiet >= patience)) {
                return pending;
            }
            if (Date.now() > end) {
                throw new Error(
                    `the scheduler has not decided on ${pending.length} pods of stack ${this.stack.name} within a minute`,
                );
            }
            await decisions.nextChange(isDecided ? Math.max(patience - quiet, 10) : 200);
        }
    }

    /** An arena with the stack's nodes, and without any pod. */
    private async prepare(lost: Lost | undefined): Promise<void> {
        const { arena, stack, cluster } = this;
        await arena.clear();
        this.lives.reset();
        this.ghosts = [];
        this.lost = lost;
        for (const [index, node] of cluster.where.entries()) {
            if (node >= 0) {
                cluster.remove(index);
            }
        }
        await arena.prepare(stack.ground);
        await arena.addVolumes(stack.volumes);
        const add = (node: ClusterNode) =>
            lost !== undefined && node === stack.nodes[lost.node]
                ? arena.silence(node)
                : arena.addNode(node);
        const present = stack.nodes.filter(
            (_, index) => index !== lost?.node || lost.how === "unreachable",
        );
        const last = present.at(-1);
        await runInOrder(present.slice(0, -1), add);
        if (last !== undefined) {
            await add(last);
            await arena.untilSeen(last);
        }
    }

    private templateOf(index: number) {
        const pod = this.pods[index];
        if (pod === undefined) {
            throw new Error(`${this.stack.name} has no pod ${index}.`);
        }
        return pod.template;
    }

    private belongsTo(index: number, node: number): boolean {
        const pod = this.pods[index];
        return pod !== undefined && belongsTo(this.cluster, pod, node);
    }

    private nodeAt(index: number): ClusterNode {
        const node = this.stack.nodes[index];
        if (node === undefined) {
            throw new Error(`${this.stack.name} has no node ${index}.`);
        }
        return node;
    }
}
