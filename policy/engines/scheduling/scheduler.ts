/** Places pods one after the other, as kube-scheduler does, with preemption. Pure. */
import type { SimulatedCluster } from "./cluster";
import type { Rules } from "./rules";
import { filterFor } from "./filters";
import { scores } from "./scores";
import type { Template } from "./template";

/** Random numbers from 0 to 1 that are the same in every run (mulberry32). */
export function randomNumbers(seed: number): () => number {
    let state = seed >>> 0;
    return () => {
        state = (state + 0x6d2b79f5) >>> 0;
        let mixed = Math.imul(state ^ (state >>> 15), state | 1);
        mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
        return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
    };
}

/** How pods are placed. */
export interface Manner {
    readonly random: () => number;
    /** By how much a score may be off, in points; ties are always broken at random. */
    readonly noise: number;
}

/** Rounds in which pods are tried again because others were placed since. */
const ROUNDS = 20;
/** Attempts to make room for a pod by evicting lesser ones. */
const PREEMPTIONS = 60;

class Scheduler {
    private attemptsLeft = PREEMPTIONS;

    constructor(
        private readonly cluster: SimulatedCluster,
        private readonly manner: Manner,
    ) {}

    private find(rules: Rules, pin: number | undefined): number | undefined {
        const { cluster, manner } = this;
        const filter = filterFor(cluster, rules, pin);
        const nodes: number[] = [];
        if (pin !== undefined) {
            return filter(pin) === undefined ? pin : undefined;
        }
        for (let node = 0; node < cluster.nodes.length; node++) {
            if (filter(node) === undefined) {
                nodes.push(node);
            }
        }
        if (nodes.length < 2) {
            return nodes[0];
        }
        let best = -Infinity;
        let chosen: number | undefined;
        scores(cluster, rules, nodes).forEach((score, position) => {
            const drawn = score + manner.random() * (manner.noise + 1e-6);
            if (drawn > best) {
                best = drawn;
                chosen = nodes[position];
            }
        });
        return chosen;
    }

    /** The pods on a node that are worth less, the most important first. */
    private lesserOn(node: number, priority: number): number[] {
        const { where, pods } = this.cluster;
        const found: number[] = [];
        where.forEach((place, index) => {
            if (place === node && (pods[index]?.template.priority ?? 0) < priority) {
                found.push(index);
            }
        });
        const worth = (index: number) => pods[index]?.template.priority ?? 0;
        return found.sort((left, right) => worth(right) - worth(left));
    }

    /** The fewest lesser pods of a node without which the pod fits there; undefined if none do. */
    private victims(rules: Rules, pin: number | undefined, node: number): number[] | undefined {
        const { cluster } = this;
        const lesser = this.lesserOn(node, rules.template.priority);
        if (lesser.length === 0 || rules.barriers[node] !== "") {
            return undefined;
        }
        const fits = () => filterFor(cluster, rules, pin)(node) === undefined;
        lesser.forEach((index) => {
            cluster.remove(index);
        });
        const canFit = fits();
        const victims = lesser.filter((index) => {
            cluster.place(index, node);
            if (canFit && !fits()) {
                cluster.remove(index);
                return true;
            }
            return false;
        });
        victims.forEach((index) => {
            cluster.place(index, node);
        });
        return canFit ? victims : undefined;
    }

    /** Evicts lesser pods so that the pod fits (framework/preemption/preemption.go). */
    private preempt(
        rules: Rules,
        pin: number | undefined,
    ): { node: number; victims: number[] } | undefined {
        const { cluster, manner } = this;
        if (!rules.template.preempts || this.attemptsLeft-- <= 0) {
            return undefined;
        }
        const worth = (index: number) => cluster.pods[index]?.template.priority ?? 0;
        const options = cluster.nodes.flatMap((_, node) => {
            const victims =
                node === (pin ?? node) && cluster.lost?.node !== node
                    ? this.victims(rules, pin, node)
                    : undefined;
            return victims === undefined
                ? []
                : [
                      {
                          node,
                          victims,
                          highest: Math.max(...victims.map(worth)),
                          sum: victims.reduce((sum, index) => sum + worth(index) + 2 ** 31, 0),
                          // What started last goes first, and nobody knows when that was.
                          draw: manner.random(),
                      },
                  ];
        });
        const [best] = options.sort(
            (left, right) =>
                left.highest - right.highest || left.sum - right.sum || left.draw - right.draw,
        );
        best?.victims.forEach((index) => {
            cluster.remove(index);
        });
        return best;
    }

    /** @returns the pods for which there is no place */
    run(order: readonly number[]): number[] {
        const { cluster } = this;
        let waiting = [...order];
        for (let round = 0; round < ROUNDS && waiting.length > 0; round++) {
            const queue = waiting;
            waiting = [];
            // What had no place a moment ago has none now, unless something left.
            let hopeless = new Map<Template, Set<number | undefined>>();
            let placed = 0;
            // Victims of a preemption are appended while the loop runs.
            for (const next of queue) {
                const pod = cluster.pods[next];
                if (pod === undefined) {
                    continue;
                }
                const rules = cluster.rulesOf(pod.template);
                const isHopeless = hopeless.get(pod.template)?.has(pod.pin) === true;
                const node = isHopeless ? undefined : this.find(rules, pod.pin);
                if (node !== undefined) {
                    cluster.place(next, node);
                    placed++;
                    continue;
                }
                const room = isHopeless ? undefined : this.preempt(rules, pod.pin);
                if (room === undefined) {
                    const pins = hopeless.get(pod.template) ?? new Set();
                    hopeless.set(pod.template, pins.add(pod.pin));
                    waiting.push(next);
                    continue;
                }
                cluster.place(next, room.node);
                placed++;
                hopeless = new Map();
                queue.push(...room.victims);
            }
            if (placed === 0) {
                break;
            }
        }
        return waiting;
    }
}

/**
 * Places pods in the order given; those that have no place at first are tried again as long as
 * others find one, as the scheduler does.
 *
 * @param order numbers of the pods
 * @returns the numbers of the pods for which there is no place
 */
export function schedule(
    cluster: SimulatedCluster,
    order: readonly number[],
    manner: Manner,
): number[] {
    return new Scheduler(cluster, manner).run(order);
}
