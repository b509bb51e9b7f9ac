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

const NO_BACKUP =
    "databases archive themselves, other volumes have three copies; nothing else that cannot be made anew belongs here before";

/** The list. */
export const notBuilt: readonly NotBuilt[] = [
    {
        system: "velero",
        criteria: ["DR-01", "DR-02", "DR-03", "DR-04"],
        purpose: "It backs up objects and volumes, encrypted, to a place outside of the cluster.",
        meanwhile: NO_BACKUP,
        until: "2027-02-28",
    },
    {
        system: "etcdBackup",
        criteria: ["DR-05"],
        purpose: "It takes encrypted snapshots of etcd.",
        meanwhile: "docs/upgrades.md has the command that takes one before each change",
        until: "2027-02-28",
    },
    {
        system: "istio",
        criteria: ["SEC-07"],
        purpose: "It lets pods prove to each other who they are.",
        meanwhile: "network policies deny by default, and WireGuard encrypts between nodes",
        until: "2027-05-31",
    },
    {
        system: "trivyOperator",
        criteria: ["SEC-11"],
        purpose: "It looks for known vulnerabilities in what runs.",
        meanwhile: "images are pinned and Renovate proposes newer ones",
        until: "2027-03-31",
    },
    {
        system: "falco",
        criteria: ["SEC-12"],
        purpose: "It notices on each node what programs should not do.",
        meanwhile: "containers have no rights to speak of, and Talos has no shell",
        until: "2027-03-31",
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
    {
        system: "kubeBench",
        criteria: ["CMP-02"],
        purpose: "It compares the nodes with the CIS benchmark on a schedule.",
        meanwhile: "SEC-13 judges the machine configuration before it is applied",
        until: "2027-03-31",
    },
    {
        system: "openCost",
        criteria: ["COST-01"],
        purpose: "It says what each namespace costs.",
        meanwhile: "COST-04 reckons with requests and the prices of the settings",
        until: "2027-05-31",
    },
    {
        system: "goldilocks",
        criteria: ["COST-03"],
        purpose: "It recommends requests from what is used.",
        meanwhile: "requests are those of upstream, looked at with kubectl top",
        until: "2027-05-31",
    },
    {
        system: "docs/runbooks",
        criteria: ["DOC-02"],
        purpose: "Runbooks of rebuilds, restores and rotations lead through what is done rarely.",
        meanwhile: "docs/upgrades.md has upgrades and the replacement of nodes",
        until: "2027-02-28",
    },
];

/** The entry of a criterion. */
export function notBuiltFor(criterion: string): NotBuilt | undefined {
    return notBuilt.find(({ criteria }) => criteria.includes(criterion));
}
