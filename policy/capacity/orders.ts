/** Orders in which pods may reach the scheduler, and how it may choose between nodes. Pure. */
import type { Pod } from "./cluster";
import { type Manner, randomNumbers } from "./scheduler";

/** One way in which a cluster may fill up. */
export interface Course {
    /** Numbers of all pods, first to last. */
    readonly order: readonly number[];
    readonly manner: Manner;
}

/**
 * By how many points scores may be off. What decides between nodes is only approximated, and in the
 * long run pods end up where no scheduler would put them now.
 */
const NOISE = [0, 15, 40, 100];

function shuffled(count: number, random: () => number): number[] {
    const keys = Array.from({ length: count }, () => random());
    return keys
        .map((_, index) => index)
        .sort((left, right) => (keys[left] ?? 0) - (keys[right] ?? 0));
}

/**
 * The scheduler takes what is more important first, and among equals what came first; which that
 * is, nobody knows before the update. So: as declared, large ones last, large ones first, and at
 * random; every fourth course ignores the importance, as when the important ones come last and
 * evict others.
 */
export function courses(pods: readonly Pod[], count: number): Course[] {
    const size = pods.map(({ template: { requests } }) =>
        Math.max((requests.cpu ?? 0) / 1000, (requests.memory ?? 0) / 2 ** 32),
    );
    const sizeOf = (index: number) => size[index] ?? 0;
    const priority = (index: number) => pods[index]?.template.priority ?? 0;
    return Array.from({ length: count }, (_, course) => {
        const random = randomNumbers(course + 1);
        const declared = pods.map((_pod, index) => index);
        const order =
            course === 0
                ? declared
                : course === 1
                  ? declared.sort((left, right) => sizeOf(left) - sizeOf(right))
                  : course === 2
                    ? declared.sort((left, right) => sizeOf(right) - sizeOf(left))
                    : shuffled(pods.length, random);
        const isStrict = course % 4 !== 3;
        return {
            order: isStrict ? order.sort((left, right) => priority(right) - priority(left)) : order,
            manner: { random, noise: NOISE[course % NOISE.length] ?? 0 },
        };
    });
}
