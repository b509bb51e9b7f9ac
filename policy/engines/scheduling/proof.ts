/**
 * Whether all pods still fit when a worker is lost. Which node the scheduler chooses depends on the
 * order of events, so one successful placement proves little: "fits" is only said when every course
 * of events succeeds, among them the worst ones that are known. Pure.
 */
import { SimulatedCluster, type PodToPlace } from "./cluster";
import { explainUnschedulable, type Unschedulable } from "./unschedulable";
import { clear, evict, loseAndReturn, startAnew } from "./loss";
import type { ClusterNode } from "./nodes";
import { courses } from "./orders";
import { schedule } from "./scheduler";
import type { Template } from "./template";

/** What does not fit when a node is lost; without a node, what does not fit at all. */
export interface Failure {
    readonly node: string | undefined;
    readonly unschedulable: readonly Unschedulable[];
    /** Share of the courses of events that end so; below 1 it depends on luck. */
    readonly share: number;
}

/** Placements of a pod on a node to try in one proof; more pods and nodes, fewer courses. */
const EFFORT = 3_000_000;
/**
 * Something that goes wrong in one of ten courses of events is missed once in a thousand proofs.
 */
const MOST_COURSES = 96;
/** With fewer courses than this there are better uses of the effort than to begin anew. */
const FEW_COURSES = 8;
const HOWS = ["gone", "unreachable"] as const;

/** The pods of templates: one on each node that admits it, or as many as asked for. */
export function podsOfTemplates(
    templates: readonly Template[],
    nodes: readonly ClusterNode[],
): PodToPlace[] {
    return templates.flatMap((template): PodToPlace[] => {
        if (!template.set.perNode) {
            return Array.from({ length: template.set.count }, () => ({ template }));
        }
        const cluster = new SimulatedCluster(nodes, [{ template }]);
        const { barriers } = cluster.rulesOf(template);
        return nodes.flatMap((_, pin) => (barriers[pin] === "" ? [{ template, pin }] : []));
    });
}

/** Workers; where there are none, the control planes that take pods. */
export function losable(nodes: readonly ClusterNode[]): number[] {
    const workers = nodes.flatMap(({ role }, index) => (role === "worker" ? [index] : []));
    return workers.length > 0 ? workers : nodes.map((_, index) => index);
}

function total(unschedulable: readonly Unschedulable[]): number {
    return unschedulable.reduce((sum, { count }) => sum + count, 0);
}

/** The best of the failures: what is missing at least. */
class Outcome {
    private least: readonly Unschedulable[] = [];
    private failures = 0;
    private runs = 0;

    add(unschedulable: readonly Unschedulable[]): void {
        this.runs++;
        if (unschedulable.length === 0) {
            return;
        }
        if (this.failures++ === 0 || total(unschedulable) < total(this.least)) {
            this.least = unschedulable;
        }
    }

    failure(node: string | undefined): Failure[] {
        return this.failures === 0
            ? []
            : [{ node, unschedulable: this.least, share: this.failures / this.runs }];
    }
}

/** How many courses of events to try, and the losses after which all is placed anew in one. */
interface Plan {
    readonly count: number;
    readonly anew: (course: number) => readonly number[];
}

function planFor(
    nodes: readonly ClusterNode[],
    losses: readonly number[],
    pods: number,
    effort: number,
): Plan {
    // In fillings of the cluster: a course has one, and moves each pod about twice.
    const affordable = (EFFORT * effort) / Math.max(1, pods * nodes.length);
    const [every, cost] = [4, 3];
    const count = Math.floor(affordable / (cost + losses.length / every));
    if (count >= FEW_COURSES) {
        return {
            count: Math.min(count, Math.max(FEW_COURSES, Math.round(MOST_COURSES * effort))),
            anew: (course) => (course % every === 0 ? losses : []),
        };
    }
    const size = (index: number) => nodes[index]?.allocatable.memory ?? 0;
    const [largest] = losses.toSorted((left, right) => size(right) - size(left));
    return {
        count: Math.max(2, Math.floor(affordable / (cost + 1))),
        anew: () => (largest === undefined ? [] : [largest]),
    };
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
    const pods = podsOfTemplates(templates, nodes);
    const losses = losable(nodes);
    const plan = planFor(nodes, losses, pods.length, effort);
    const whole = new Outcome();
    const outcomes = new Map(losses.map((node) => [node, new Outcome()]));
    const cluster = new SimulatedCluster(nodes, pods);
    for (const [number, course] of courses(pods, plan.count).entries()) {
        clear(cluster);
        const unplaced = explainUnschedulable(
            cluster,
            schedule(cluster, course.order, course.manner),
        );
        whole.add(unplaced);
        if (unplaced.length > 0) {
            continue;
        }
        const earlier = losses[Math.floor(course.manner.random() * losses.length)];
        if (course.hasHistory && earlier !== undefined) {
            const unschedulable = loseAndReturn(cluster, course, earlier);
            outcomes.get(earlier)?.add(unschedulable);
            if (unschedulable.length > 0) {
                continue;
            }
        }
        for (const node of losses) {
            for (const how of HOWS) {
                outcomes.get(node)?.add(evict(cluster, course, { node, how }));
            }
        }
        for (const node of plan.anew(number)) {
            const how = HOWS[Math.floor(course.manner.random() * HOWS.length)] ?? "gone";
            outcomes.get(node)?.add(startAnew(cluster, course, { node, how }));
        }
    }
    return [
        ...whole.failure(undefined),
        ...[...outcomes].flatMap(([node, outcome]) => outcome.failure(nodes[node]?.name)),
    ];
}
