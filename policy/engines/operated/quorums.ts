/** Members that decide by majority, of one custom resource or of several. */
import type { Facts } from "../../kernel/facts";
import { memoize } from "../../kernel/memoize";
import { operatedPods, type PodsMade } from "./made";

/** Members that elect. */
export interface Quorum {
    /** How they are called, such as `monitors`. */
    readonly what: string;
    /** The resource that findings are about. */
    readonly first: PodsMade["fact"];
    readonly made: readonly PodsMade[];
    readonly members: number;
}

/** The quorums of the stack. */
export const quorumsOf = memoize((facts: Facts): readonly Quorum[] => {
    const quorums = new Map<string, Quorum>();
    for (const item of operatedPods(facts).made) {
        const { votes, electorate, count } = item.pods;
        if (votes === undefined) {
            continue;
        }
        const { fact } = item;
        const together =
            electorate === undefined
                ? fact.urn
                : `${fact.object.namespace ?? "default"}/${electorate}`;
        const key = `${together} ${votes}`;
        const known = quorums.get(key);
        quorums.set(key, {
            what: votes,
            first: known?.first ?? fact,
            made: [...(known?.made ?? []), item],
            members: (known?.members ?? 0) + count,
        });
    }
    return [...quorums.values()];
});
