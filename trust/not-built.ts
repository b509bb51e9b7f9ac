/**
 * What the platform is to have and the program cannot make yet. The criteria that ask for it are
 * violated, and every stack carries a dated exception from this list, so that the scorecard shows
 * how far the platform is. Whoever builds a system takes its entry out; a law refuses one that
 * stays.
 */
/** Something that is not built yet, and the criteria that ask for it. */
export interface NotBuilt {
    /** Key that it will have below `systems`, or the document below `docs/`. */
    readonly system: string;
    readonly criteria: readonly string[];
    /** What it would do. */
    readonly purpose: string;
    /** What there is instead until then. */
    readonly meanwhile: string;
    /** Last day on which the exception holds, `YYYY-MM-DD`. */
    readonly until: string;
}

/** The list. */
export const notBuilt: readonly NotBuilt[] = [];

/** The entry of a criterion. */
export function notBuiltFor(criterion: string): NotBuilt | undefined {
    return notBuilt.find(({ criteria }) => criteria.includes(criterion));
}
