/**
 * Whether all pods still fit when a worker is lost. Which node the scheduler chooses depends on the
 * order of events, so one successful placement proves little: "fits" is only said when every course
 * of events succeeds, among them the worst ones that are known. Pure.
 */
import { Cluster, type Pod } from "./cluster";
import { explain, type Homeless } from "./homeless";
import { clear, evict, startAnew } from "./loss";
import type { ClusterNode } from "./nodes";
import { courses } from "./orders";
import { schedule } from "./scheduler";
import type { Template } from "./template";

/** What does not fit when a node is lost; without a node, what does not fit at all. */
export interface Failure {
    readonly node: string | undefined;
    readonly homeless: readonly Homeless[];
    /** Share of the courses of events that end so; below 1 it depends on luck. */
    readonly share: number;
}

/** Placements of a pod on a node to try in one proof; more pods and nodes, fewer courses. */
const EFFORT = 1_500_000;
const MOST_COURSES = 12;

/** The pods of templates: one on each node that admits it, or as many as asked for. */
export function podsOf(templates: readonly Template[], nodes: readonly ClusterNode[]): Pod[] {
    return templates.flatMap((template): Pod[] => {
        if (!template.set.perNode) {
            return Array.from({ length: template.set.count }, () => ({ template }));
        }
        const cluster = new Cluster(nodes, [{ template }]);
        const { barriers } = cluster.rulesOf(template);
        return nodes.flatMap((_, pin) => (barriers[pin] === "" ? [{ template, pin }] : []));
    });
}

/** Workers; where there are none, the control planes that take pods. */
export function losable(nodes: readonly ClusterNode[]): number[] {
    const workers = nodes.flatMap(({ role }, index) => (role === "worker" ? [index] : []));
    return workers.length > 0 ? workers : nodes.map((_, index) => index);
}

/**
 * The losses whose full placement is tried: all, or where that is too much work the largest.
 */
function worst(nodes: readonly ClusterNode[], losses: readonly number[], most: number): number[] {
    const size = (index: number) => nodes[index]?.allocatable.memory ?? 0;
    return [...losses].sort((left, right) => size(right) - size(left)).slice(0, most);
}

function total(homeless: readonly Homeless[]): number {
    return homeless.reduce((sum, { count }) => sum + count, 0);
}

/** The best of the failures: what is missing at least. */
class Outcome {
    private least: readonly Homeless[] = [];
    private failures = 0;
    private runs = 0;

    add(homeless: readonly Homeless[]): void {
        this.runs++;
        if (homeless.length === 0) {
            return;
        }
        if (this.failures++ === 0 || total(homeless) < total(this.least)) {
            this.least = homeless;
        }
    }

    failure(node: string | undefined): Failure[] {
        return this.failures === 0
            ? []
            : [{ node, homeless: this.least, share: this.failures / this.runs }];
    }
}

/**
 * Places all pods with each worker lost in turn.
 *
 * @param effort share of the usual effort, for searches that prove their result again
 * @returns what does not fit; empty when everything always does
 */
export function prove(
    nodes: readonly ClusterNode[],
    templates: readonly Template[],
    effort = 1,
): Failure[] {
    const pods = podsOf(templates, nodes);
    const losses = losable(nodes);
    const work = Math.max(1, pods.length * nodes.length);
    const affordable = (EFFORT * effort) / work;
    const count = Math.min(MOST_COURSES, Math.floor(affordable / (1 + 2 * losses.length)));
    const anew = worst(nodes, losses, count > 0 ? losses.length : 1);
    const whole = new Outcome();
    const outcomes = new Map(losses.map((node) => [node, new Outcome()]));
    const kinds = ["gone", "unreachable"] as const;
    const cluster = new Cluster(nodes, pods);
    for (const course of courses(pods, Math.max(1, count))) {
        clear(cluster);
        const unplaced = explain(cluster, schedule(cluster, course.order, course.manner));
        whole.add(unplaced);
        if (unplaced.length > 0) {
            continue;
        }
        for (const node of losses) {
            for (const how of kinds) {
                outcomes.get(node)?.add(evict(cluster, course, { node, how }));
            }
        }
        for (const node of anew) {
            for (const how of kinds) {
                outcomes.get(node)?.add(startAnew(cluster, course, { node, how }));
            }
        }
    }
    return [
        ...whole.failure(undefined),
        ...[...outcomes].flatMap(([node, outcome]) => outcome.failure(nodes[node]?.name)),
    ];
}
