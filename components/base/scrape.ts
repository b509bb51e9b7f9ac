/** Where a system offers metrics, as data. Pure: no Pulumi. */

/** Metrics of some pods. */
export interface Scrape {
    /** What offers them, unique in the system: `controller`, `webhook` ... */
    readonly name: string;
    /** Namespace of the pods; default: the system's own. */
    readonly namespace?: string;
    readonly pods: Readonly<Record<string, string>>;
    /** Name of the container port. */
    readonly port: string;
    /** Number of that port, for the network policies. */
    readonly number: number;
    /** Default: `/metrics`. */
    readonly path?: string;
    /** `https` with a certificate that the pods sign themselves is said with its reason. */
    readonly https?: { readonly unverified: string };
    /** The pods are on the network of their nodes, which no NetworkPolicy selects. */
    readonly hostNetwork?: true;
    /** Seconds between two scrapes; default: that of Prometheus. */
    readonly interval?: number;
}
