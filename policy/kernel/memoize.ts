/** What several criteria need and is costly to find out: the stack's pods, its references ... */
import type { Facts } from "./facts";

/**
 * A function of all facts that is computed once, until a fact changes. The result is shared, so
 * nobody may change it.
 */
export function memoize<T>(compute: (facts: Facts) => T): (facts: Facts) => T {
    const results = new WeakMap<Facts, { readonly revision: number; readonly value: T }>();
    return (facts) => {
        const known = results.get(facts);
        if (known?.revision === facts.revision) {
            return known.value;
        }
        const value = compute(facts);
        results.set(facts, { revision: facts.revision, value });
        return value;
    };
}
