/** Work in dependency order. Pure but for the work itself. */

/** Something that waits for others. */
export interface WorkItem {
    readonly id: string;
    /** Ids; unknown ones are taken as done. */
    readonly dependencies: readonly string[];
}

/** What may begin of some steps, while others wait. */
export class Waiting<T extends WorkItem> {
    /** Steps that wait for nothing, in the order in which they came; whoever begins one takes it out. */
    readonly ready: T[];
    private readonly counts = new Map<string, number>();
    private readonly dependants = new Map<string, T[]>();

    constructor(steps: readonly T[]) {
        const known = new Set(steps.map(({ id }) => id));
        for (const step of steps) {
            const awaited = new Set(
                step.dependencies.filter((id) => id !== step.id && known.has(id)),
            );
            this.counts.set(step.id, awaited.size);
            for (const id of awaited) {
                this.dependants.set(id, [...(this.dependants.get(id) ?? []), step]);
            }
        }
        this.ready = steps.filter(({ id }) => this.counts.get(id) === 0);
    }

    /** A step is done: what waited for it alone is ready. */
    end({ id }: T): void {
        for (const dependant of this.dependants.get(id) ?? []) {
            const left = (this.counts.get(dependant.id) ?? 0) - 1;
            this.counts.set(dependant.id, left);
            if (left === 0) {
                this.ready.push(dependant);
            }
        }
    }

    /** Ids of those that wait; once nothing is ready and nothing runs, for each other. */
    stuck(): string[] {
        return [...this.counts].filter(([, count]) => count > 0).map(([id]) => id);
    }
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
    const waiting = new Waiting(steps);
    const running = new Set<Promise<void>>();
    const begin = (step: T) => {
        const promise = work(step).then(() => {
            running.delete(promise);
            waiting.end(step);
        });
        running.add(promise);
    };
    while (waiting.ready.length + running.size > 0) {
        const room = atOnce - running.size;
        waiting.ready.splice(0, room).forEach(begin);
        await Promise.race(running);
    }
    const stuck = waiting.stuck();
    if (stuck.length > 0) {
        throw new Error(`These wait for each other in a circle: ${stuck.join(", ")}`);
    }
}
