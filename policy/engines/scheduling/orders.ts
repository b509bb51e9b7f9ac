/** Orders in which pods may reach the scheduler, and how it may choose between nodes. Pure. */
import type { PodToPlace } from "./cluster";
import { type Manner, randomNumbers } from "./scheduler";

/** One way in which a cluster may fill up. */
export interface Course {
    /** Numbers of all pods, first to last. */
    readonly order: readonly number[];
    readonly manner: Manner;
    /** Before any loss is looked at, another node was lost and came back. */
    readonly hasHistory: boolean;
}

/**
 * By how many points scores may be off, as images that are there already make them, or preferences
 * that were other ones when a pod came.
 */
const NOISE = [0, 0, 15, 40];

function shuffled(count: number, random: () => number): number[] {
    const keys = Array.from({ length: count }, () => random());
    return keys
        .map((_, index) => index)
        .sort((left, right) => (keys[left] ?? 0) - (keys[right] ?? 0));
}

/**
 * The scheduler takes what is more important first, and among equals what came first; which that
 * is, nobody knows before the update. So: as declared, and at random, partly with large ones last or
 * first; every fourth course ignores the importance, as when the important ones come last and evict
 * others. Pods with a node's name never wait for the scheduler.
 */
export function courses(pods: readonly PodToPlace[], count: number): Course[] {
    const templates = pods.map(({ template }) => template);
    const size = templates.map(({ requests }) =>
        Math.max((requests.cpu ?? 0) / 1000, (requests.memory ?? 0) / 2 ** 32),
    );
    const by = (value: (index: number) => number) => (left: number, right: number) =>
        value(left) - value(right);
    const kinds = [
        () => 0,
        (index: number) => size[index] ?? 0,
        (index: number) => -(size[index] ?? 0),
    ];
    const unimportance = (index: number) => -(templates[index]?.priority ?? 0);
    const isWaiting = (index: number) =>
        templates[index]?.set.spec.nodeName === undefined ? 1 : 0;
    return Array.from({ length: count }, (_, course) => {
        const random = randomNumbers(course + 1);
        const arrival = course < kinds.length ? [...pods.keys()] : shuffled(pods.length, random);
        const order = arrival.sort(by(kinds[course % kinds.length] ?? unimportance));
        const queue = course % 4 === 3 ? order : order.sort(by(unimportance));
        return {
            order: queue.sort(by(isWaiting)),
            hasHistory: course % 2 === 1,
            manner: { random, noise: NOISE[Math.floor(course / kinds.length) % NOISE.length] ?? 0 },
        };
    });
}
