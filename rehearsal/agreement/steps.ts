/** Single decisions of the scheduler beside what the proof's rules say at the same moment. */
import type { SimulatedCluster } from "../../policy/engines/scheduling/cluster";
import { filterFor } from "../../policy/engines/scheduling/filters";
import { scores } from "../../policy/engines/scheduling/scores";
import type { JudgedStack } from "./judged-stack";
import type { PodLives } from "./pod-lives";

/** One decision. */
export interface DecisionStep {
    /** The workload, as the proof calls it. */
    readonly key: string;
    /** Where the scheduler put the pod; undefined if nowhere. */
    readonly node: string | undefined;
    /** The nodes that the proof's filters admit. */
    readonly admitted: readonly string[];
    /** Those of them that have most points. */
    readonly best: readonly string[];
    /** The scheduler's words on a refusal. */
    readonly message: string;
}

/** Whether the scheduler did what the proof's rules say. */
export function isExpected({ node, admitted, best }: DecisionStep): boolean {
    return node === undefined ? admitted.length === 0 : best.includes(node);
}

/** Follows a cluster that fills up pod by pod. */
export class Steps {
    private expected: Pick<DecisionStep, "admitted" | "best"> = { admitted: [], best: [] };

    /**
     * @param cluster without pods
     * @param present numbers of the pods that have a place already
     */
    constructor(
        private readonly stack: JudgedStack,
        private readonly cluster: SimulatedCluster,
        private readonly lives: PodLives,
        present: readonly number[],
    ) {
        for (const index of present) {
            this.place(index);
        }
    }

    /** Looks where the next pod may go. */
    expect(index: number): void {
        const { cluster } = this;
        const { nodes } = this.stack;
        const pod = cluster.pods[index];
        if (pod === undefined) {
            return;
        }
        const rules = cluster.rulesOf(pod.template);
        const filter = filterFor(cluster, rules, pod.pin);
        const admitted = [...nodes.keys()].filter((node) => filter(node) === undefined);
        const points = admitted.length > 1 ? scores(cluster, rules, admitted) : [0];
        const most = Math.max(...points);
        const best = admitted.filter((_, position) => points[position] === most);
        const names = (indices: readonly number[]) =>
            indices.map((node) => nodes[node]?.name ?? "");
        this.expected = { admitted: names(admitted), best: names(best) };
    }

    /**
     * Looks where the pod went.
     *
     * @returns undefined when others had to make room for it
     */
    compare(index: number): DecisionStep | undefined {
        const { cluster, lives } = this;
        const { nodes } = this.stack;
        const set = cluster.pods[index]?.template.set;
        const isMoved = [...cluster.where.entries()].some(
            ([other, place]) => place >= 0 && nodes[place]?.name !== lives.placeOf(other),
        );
        if (set === undefined || isMoved) {
            return undefined;
        }
        this.place(index);
        const { node, message } = lives.decisionOn(index);
        return { key: set.key, node, ...this.expected, message };
    }

    private place(index: number): void {
        const name = this.lives.placeOf(index);
        const place = this.stack.nodes.findIndex((node) => node.name === name);
        if (place >= 0) {
            this.cluster.place(index, place);
        }
    }
}
