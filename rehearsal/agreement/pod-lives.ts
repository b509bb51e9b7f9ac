/** The pods of a stack in an arena, each kept alive as its controller would. */
import type { PodToPlace } from "../../policy/engines/scheduling/cluster";
import type { ClusterNode } from "../../policy/engines/scheduling/nodes";
import type { Stage } from "./arena";
import type { Decision } from "./decisions";
import { type JudgedStack, podObject } from "./judged-stack";

/** A pod that is not placed, with the scheduler's words. */
export interface Pending {
    /** The workload, as the proof calls it. */
    readonly key: string;
    readonly reason: string;
}

/** Where each pod is, by its number; undefined without a place. */
export type PodPlaces = readonly (string | undefined)[];

interface Life {
    readonly pod: PodToPlace;
    /** Number among the pods of this name. */
    readonly number: number;
    /** How often it was made. */
    count: number;
    name: string;
    uid: string;
    /** Whether its controller keeps it alive now. */
    isWanted: boolean;
    /** How often it was put on the lost node. */
    misled: number;
}

/** A pod that was put on the lost node so often has no place. */
const MOST_MISLED = 3;

/** All pods of a stack; they go by their number. */
export class PodLives {
    private readonly lives: readonly Life[];

    constructor(
        private readonly arena: Stage,
        private readonly stack: JudgedStack,
        readonly pods: readonly PodToPlace[],
    ) {
        const counts = new Map<string, number>();
        this.lives = pods.map((pod) => {
            const { namespace, name } = pod.template.set;
            const id = `${namespace}/${name}`;
            const number = counts.get(id) ?? 0;
            counts.set(id, number + 1);
            return { pod, number, count: 0, name: "", uid: "", isWanted: false, misled: 0 };
        });
    }

    /** Makes a pod, on a node if one is given. */
    async begin(index: number, node?: string): Promise<void> {
        const life = this.at(index);
        const { template, pin } = life.pod;
        const { set } = template;
        // Claims are found by the name of a StatefulSet's pod, which it keeps.
        const name =
            set.claims.length > 0
                ? `${set.name}-${life.number}`
                : `${set.name}-${life.number}-${life.count}`;
        life.name = name.toLowerCase();
        life.count += 1;
        life.isWanted = true;
        const belongsTo = pin === undefined ? undefined : this.stack.nodes[pin]?.name;
        const pod = podObject(this.stack, set, life.name, life.number, belongsTo);
        const spec = node === undefined ? pod.spec : { ...(pod.spec as object), nodeName: node };
        life.uid = await this.arena.addPod({ ...pod, spec }, !set.perNode && set.count > 1);
    }

    /**
     * Deletes a pod for good.
     *
     * @param seconds see `removePod` of the arena
     * @returns what deletes it at once, should it be on its way out for long
     */
    async end(index: number, seconds = 0): Promise<() => Promise<void>> {
        const life = this.at(index);
        const { name } = life;
        const { namespace } = life.pod.template;
        life.isWanted = false;
        life.misled = 0;
        await this.arena.removePod(namespace, name, seconds);
        return () => this.arena.removePod(namespace, name);
    }

    /** Forgets all pods. */
    reset(): void {
        for (const life of this.lives) {
            life.isWanted = false;
            life.misled = 0;
        }
    }

    /**
     * Makes pods anew that were evicted, and those that were put on a lost node.
     *
     * @param keeps whether a pod may stay there
     */
    async control(
        lost: ClusterNode | undefined,
        keeps: (pod: PodToPlace) => boolean,
    ): Promise<void> {
        for (const [index, life] of this.lives.entries()) {
            const { isGone, node } = this.decisionOn(index);
            const isMisled = lost !== undefined && node === lost.name && !keeps(life.pod);
            if (!life.isWanted || !(isGone || isMisled)) {
                continue;
            }
            if (isMisled && !isGone) {
                life.misled += 1;
                await this.arena.removePod(life.pod.template.namespace, life.name);
            }
            await this.begin(index);
        }
    }

    decisionOn(index: number): Decision {
        return this.arena.decisions.on(this.at(index).uid);
    }

    /** A pod's node; undefined without a place. */
    placeOf(index: number): string | undefined {
        return this.at(index).isWanted ? this.decisionOn(index).node : undefined;
    }

    places(): PodPlaces {
        return this.lives.map((_, index) => this.placeOf(index));
    }

    /** Pods that should have a place and have none, and whether the scheduler has said so of all. */
    waiting(): { pending: Pending[]; isDecided: boolean } {
        const indices = [...this.lives.keys()].filter((index) => {
            const { isWanted, misled } = this.at(index);
            return isWanted && (misled >= MOST_MISLED || this.placeOf(index) === undefined);
        });
        return {
            pending: indices.map((index) => ({
                key: this.at(index).pod.template.set.key,
                reason: this.decisionOn(index).message,
            })),
            isDecided: indices.every(
                (index) => this.at(index).misled >= MOST_MISLED || this.decisionOn(index).isRefused,
            ),
        };
    }

    private at(index: number): Life {
        const life = this.lives[index];
        if (life === undefined) {
            throw new Error(`${this.stack.name} has no pod ${index}.`);
        }
        return life;
    }
}
