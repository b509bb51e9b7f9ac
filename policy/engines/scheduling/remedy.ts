/** The smallest change of the nodes with which everything fits, found by proving it. Pure. */
import { GIB } from "./amounts";
import type { ClusterNode } from "./nodes";
import { type Failure, losable, prove } from "./proof";
import type { Template } from "./template";

/** More of what each worker has, and more workers. */
interface Change {
    readonly cores: number;
    readonly memory: number;
    readonly workers: number;
}

/** Proofs while searching are short; the result is proven in full. */
const SEARCH_EFFORT = 0.15;
/** From this number of placements on only the obvious changes are tried. */
const LARGE = 400_000;
const MOST_WORKERS = 3;
/** Doublings of the first guess. */
const DOUBLINGS = 4;

function grown(node: ClusterNode, { cores, memory }: Change): ClusterNode {
    const { allocatable, shape } = node;
    return {
        ...node,
        allocatable: {
            ...allocatable,
            cpu: (allocatable.cpu ?? 0) + cores * 1000,
            // The kernel's bookkeeping takes its share of what is added.
            memory: (allocatable.memory ?? 0) + Math.floor(memory * GIB * (1 - 1 / 64)),
        },
        shape: {
            ...shape,
            cores: shape.cores + cores,
            memory: shape.memory + memory * 1024,
        },
    };
}

/** A worker like the largest, on the host with the fewest. */
function another(nodes: readonly ClusterNode[], number: number): ClusterNode | undefined {
    const workers = losable(nodes).flatMap((index) => nodes[index] ?? []);
    const [model] = [...workers].sort(
        (left, right) => (right.allocatable.memory ?? 0) - (left.allocatable.memory ?? 0),
    );
    const perHost = (host: string) => workers.filter(({ shape }) => shape.host === host).length;
    const [host = ""] = [...new Set(nodes.map(({ shape }) => shape.host))].sort(
        (left, right) => perHost(left) - perHost(right),
    );
    const name = `another-worker-${number}`;
    return (
        model && {
            ...model,
            name,
            labels: {
                ...model.labels,
                "kubernetes.io/hostname": name,
                "topology.kubernetes.io/zone": host,
            },
            shape: { ...model.shape, host },
            // Pods of its disks would be declared with it.
            storage: [],
        }
    );
}

function changed(nodes: readonly ClusterNode[], change: Change): ClusterNode[] {
    const growing = new Set(losable(nodes));
    const result = nodes.map((node, index) => (growing.has(index) ? grown(node, change) : node));
    for (let number = 1; number <= change.workers; number++) {
        const added = another(result, number);
        result.push(...(added === undefined ? [] : [added]));
    }
    return result;
}

function describe(nodes: readonly ClusterNode[], { cores, memory, workers }: Change): string {
    const more = [
        ...(memory > 0 ? [`${memory} GiB more memory`] : []),
        ...(cores > 0 ? [`${cores} more core${cores > 1 ? "s" : ""}`] : []),
    ].join(" and ");
    if (workers === 0) {
        return `${more} on each worker`;
    }
    const added = another(nodes, 1)?.shape;
    const size = `${added?.cores ?? 0} cores and ${added?.memory ?? 0} MiB`;
    return workers === 1 ? `one more worker of ${size}` : `${workers} more workers of ${size} each`;
}

/** How much of the present nodes a change adds. */
function cost(nodes: readonly ClusterNode[], change: Change): number {
    const sum = (list: readonly ClusterNode[], of: (node: ClusterNode) => number) =>
        list.reduce((total, node) => total + of(node), 0);
    const after = changed(nodes, change);
    const share = (of: (node: ClusterNode) => number) => sum(after, of) / sum(nodes, of) - 1;
    return share(({ shape }) => shape.cores) + share(({ shape }) => shape.memory);
}

class Search {
    constructor(
        private readonly nodes: readonly ClusterNode[],
        private readonly templates: readonly Template[],
        private readonly isLarge: boolean,
    ) {}

    private fits(change: Change, effort: number): boolean {
        return prove(changed(this.nodes, change), this.templates, effort).length === 0;
    }

    /** The least size that is proven, from a guess upwards. */
    least(guess: number, toChange: (size: number) => Change, most: number): Change | undefined {
        const tries = this.isLarge ? 2 : DOUBLINGS;
        let high = Math.max(1, guess);
        let low = 0;
        for (let attempt = 0; !this.fits(toChange(high), SEARCH_EFFORT); attempt++) {
            if (attempt >= tries || high >= most) {
                return undefined;
            }
            low = high;
            high = Math.min(high * 2, most);
        }
        while (!this.isLarge && high - low > 1) {
            const middle = Math.floor((low + high) / 2);
            if (this.fits(toChange(middle), SEARCH_EFFORT)) {
                high = middle;
            } else {
                low = middle;
            }
        }
        // The short proof may have been lucky.
        const proven = [high, high + 1, high + 2].find((size) => this.fits(toChange(size), 1));
        return proven === undefined ? undefined : toChange(proven);
    }
}

/** What is missing on the closest node, over all failures. */
function missing(failures: readonly Failure[], resource: string): number {
    return Math.max(
        0,
        ...failures.flatMap(({ unschedulable }) =>
            unschedulable.map((pods) => pods.missing?.amounts[resource] ?? 0),
        ),
    );
}

/**
 * The changes that make everything fit, smallest first: enlarging the workers, or adding some.
 * Empty when none of those that were tried helps.
 */
export function remedies(
    nodes: readonly ClusterNode[],
    templates: readonly Template[],
    failures: readonly Failure[],
): string[] {
    const work = templates.reduce((sum, { set }) => sum + set.count, 0) * nodes.length;
    const search = new Search(nodes, templates, work > LARGE);
    const memory = Math.ceil(missing(failures, "memory") / GIB);
    const cores = Math.ceil(missing(failures, "cpu") / 1000);
    const none: Change = { cores: 0, memory: 0, workers: 0 };
    const twice = (of: (node: ClusterNode) => number) => 2 * Math.max(1, ...nodes.map(of));
    const enlarged =
        memory > 0
            ? search.least(
                  memory,
                  (size) => ({ ...none, memory: size, cores }),
                  twice(({ shape }) => shape.memory / 1024),
              )
            : cores > 0
              ? search.least(
                    cores,
                    (size) => ({ ...none, cores: size }),
                    twice(({ shape }) => shape.cores),
                )
              : undefined;
    const more = search.least(1, (workers) => ({ ...none, workers }), MOST_WORKERS);
    return [enlarged, more]
        .flatMap((change) => (change === undefined ? [] : [change]))
        .sort((left, right) => cost(nodes, left) - cost(nodes, right))
        .map((change) => describe(nodes, change));
}
