/** Requests under way at the same time; more would only shuffle the order of the pods. */
const WIDTH = 6;

/** Runs some at the same time, begun in their order. */
export async function runInOrder<T>(
    items: readonly T[],
    run: (item: T) => Promise<unknown>,
): Promise<void> {
    const queue = items.values();
    await Promise.all(
        Array.from({ length: WIDTH }, async () => {
            for (const item of queue) {
                await run(item);
            }
        }),
    );
}
