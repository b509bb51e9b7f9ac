/**
 * Values of which a part could not be read. A check that reads such a part cannot decide and is left
 * out; every other check still runs, so that one fault of form hides no other fault.
 */

/** Stands where something could not be read. */
export const unreadable: unique symbol = Symbol("unreadable");

/** Thrown where a check reads what could not be read. */
class UnreadableError extends Error {}

/** Guards a value: reading what is unreadable in it throws, listing keys leaves it out. */
export function guarded<Value>(value: Value): Value {
    if (typeof value !== "object" || value === null) {
        return value;
    }
    return new Proxy(value, {
        get(target, key) {
            const item: unknown = Reflect.get(target, key);
            if (item === unreadable) {
                throw new UnreadableError(String(key));
            }
            return guarded(item);
        },
        ownKeys: (target) =>
            Reflect.ownKeys(target).filter((key) => Reflect.get(target, key) !== unreadable),
    });
}

/** What a check finds, or nothing where it reads what could not be read. */
export function whereReadable<Finding>(check: () => readonly Finding[]): readonly Finding[] {
    try {
        return check();
    } catch (error) {
        if (error instanceof UnreadableError) {
            return [];
        }
        throw error;
    }
}

/** What a check finds at each item of a list; items that could not be read are left out. */
export function eachReadable<Item, Finding>(
    list: readonly Item[],
    check: (item: Item, index: number) => readonly Finding[],
): Finding[] {
    return Array.from({ length: list.length }, (_, index) =>
        whereReadable(() => check(list[index] as Item, index)),
    ).flat();
}
