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
export const notBuilt: readonly NotBuilt[] = [
    {
        system: "istio",
        criteria: ["SEC-07"],
        purpose: "It lets pods prove to each other who they are.",
        meanwhile: "network policies deny by default, and WireGuard encrypts between nodes",
        until: "2027-05-31",
    },
    {
        system: "argoCd",
        criteria: ["CI-01"],
        purpose: "It keeps applications as the repository has them.",
        meanwhile: "the program deploys them, each update after a preview that is judged",
        until: "2027-04-30",
    },
    {
        system: "argoRollouts",
        criteria: ["CI-02"],
        purpose: "It takes a new version back when the rate of errors rises.",
        meanwhile: "rolling updates wait for readiness, and budgets keep the old pods",
        until: "2027-04-30",
    },
];

/** The entry of a criterion. */
export function notBuiltFor(criterion: string): NotBuilt | undefined {
    return notBuilt.find(({ criteria }) => criteria.includes(criterion));
}
