/** Work in dependency order. Pure but for the work itself. */

/** Something that waits for others. */
export interface WorkItem {
    readonly id: string;
    /** Ids; unknown ones are taken as done. */
    readonly dependencies: readonly string[];
}

/**
 * Does every step after all that it depends on, as many at a time as allowed. The first failure
 * ends it; what has begun goes on unheard.
 *
 * @throws Error when steps wait for each other in a circle
 */
export async function inDependencyOrder<T extends WorkItem>(
    steps: readonly T[],
    work: (step: T) => Promise<void>,
    atOnce: number,
): Promise<void> {
    const known = new Set(steps.map(({ id }) => id));
    const waiting = new Map<string, number>();
    const dependants = new Map<string, T[]>();
    for (const step of steps) {
        const awaited = new Set(step.dependencies.filter((id) => id !== step.id && known.has(id)));
        waiting.set(step.id, awaited.size);
        for (const id of awaited) {
            dependants.set(id, [...(dependants.get(id) ?? []), step]);
        }
    }
    const ready = steps.filter(({ id }) => waiting.get(id) === 0);
    const running = new Set<Promise<void>>();
    const begin = (step: T) => {
        const promise = work(step).then(() => {
            running.delete(promise);
            for (const dependant of dependants.get(step.id) ?? []) {
                const left = (waiting.get(dependant.id) ?? 0) - 1;
                waiting.set(dependant.id, left);
                if (left === 0) {
                    ready.push(dependant);
                }
            }
        });
        running.add(promise);
    };
    while (ready.length + running.size > 0) {
        const room = atOnce - running.size;
        ready.splice(0, room).forEach(begin);
        await Promise.race(running);
    }
    const stuck = steps.filter(({ id }) => (waiting.get(id) ?? 0) > 0).map(({ id }) => id);
    if (stuck.length > 0) {
        throw new Error(`These wait for each other in a circle: ${stuck.join(", ")}`);
    }
}
