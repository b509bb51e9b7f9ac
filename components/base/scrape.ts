/** Where a system offers metrics, as data. Pure: no Pulumi. */

/** Metrics that something offers, and the upstream file that defines them. */
export interface MetricSource {
    /** Project, release and file; the function or list in it where that helps. */
    readonly source: string;
    /** Those that alerts use; there are always more. */
    readonly names: readonly string[];
}

/**
 * How the certificate of the metrics is judged: signed by an authority whose certificate lies in a
 * Secret of the pods' namespace, or, with its reason, not at all.
 */
export type ScrapeTls =
    | {
          /** Name that the certificate must have. */
          readonly serverName: string;
          readonly authority: { readonly secret: string; readonly key: string };
      }
    | { readonly unverified: string };

/** Metrics of some pods. */
export interface Scrape {
    /** What offers them; unique in its namespace, where the PodMonitor gets this name. */
    readonly name: string;
    /**
     * Value of the label `job`, by which alerts know the targets; default: `name`. Scrapes of the
     * same kind of thing in several places, as databases are, share one.
     */
    readonly job?: string;
    /** Namespace of the pods; default: the system's own. */
    readonly namespace?: string;
    readonly pods: Readonly<Record<string, string>>;
    /** Labels of the pods that their metrics get too, with `_` for what no label name may hold. */
    readonly podLabels?: readonly string[];
    /** Name of the container port. */
    readonly port: string;
    /** Number of that port, for the network policies. */
    readonly number: number;
    /** Default: `/metrics`. */
    readonly path?: string;
    /** Absent for plain HTTP. */
    readonly https?: ScrapeTls;
    /** The pods are on the network of their nodes, which no NetworkPolicy selects. */
    readonly hostNetwork?: true;
    /** Seconds between two scrapes; default: that of Prometheus. */
    readonly interval?: number;
    /** The system's chart brings the monitor and the system the flow, instead of a PodMonitor. */
    readonly byChart?: true;
    /** Machines outside of the cluster send them: nobody scrapes, and the port is where they come in. */
    readonly pushed?: true;
    /** What alerts may be built on, besides `up`; nothing else is. */
    readonly metrics: readonly MetricSource[];
}

/** The value of the label `job` on everything that a scrape brings. */
export function jobOf({ name, job = name }: Scrape): string {
    return job;
}

/** What scrapes bring, by their jobs: a component says it to the policies. */
export function metricsByJob(scrapes: readonly Scrape[]): Readonly<Record<string, string[]>> {
    const found = new Map<string, Set<string>>();
    for (const scrape of scrapes) {
        const names = found.get(jobOf(scrape)) ?? new Set<string>();
        scrape.metrics.forEach((source) => {
            source.names.forEach((name) => names.add(name));
        });
        found.set(jobOf(scrape), names);
    }
    return Object.fromEntries([...found].map(([job, names]) => [job, [...names]]));
}
