import { closest, distance } from "fastest-levenshtein";

/**
 * The allowed word that a user probably meant, or undefined if none is close: at most a third of
 * the letters (and at least two, but never all) may differ.
 */
export function nearest(word: string, allowed: readonly string[]): string | undefined {
    if (allowed.length === 0) {
        return undefined;
    }
    const candidate = closest(word, allowed);
    const tolerance = Math.min(word.length - 1, Math.max(2, Math.ceil(word.length / 3)));
    return distance(word, candidate) <= tolerance ? candidate : undefined;
}
