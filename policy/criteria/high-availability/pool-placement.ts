/** What a pool of Ceph keeps where, and what is left of it without some nodes. */
import { holdsUnknown, isTree, readString, readTree } from "../../kernel/tree";

/** Copies of a pool, or pieces of which so many restore the data. */
export interface PoolPlacement {
    /** Copies, or data and coding chunks together. */
    readonly copies: number;
    /** So many of them restore the data: 1 of copies. */
    readonly pieces: number;
    /** With fewer Ceph neither reads nor writes. */
    readonly least: number;
    /** What no two copies share, in Ceph's words: `osd`, `host` (a node), `zone` ... */
    readonly failureDomain: string;
}

/** rook pkg/operator/ceph/pool: three copies where nothing is said. */
const DEFAULT_SIZE = 3;

/** What a pool's description says; undefined when something in it is known only at the update. */
export function placementOf(pool: unknown): PoolPlacement | undefined {
    if (!isTree(pool) || holdsUnknown(pool)) {
        return undefined;
    }
    const failureDomain = readString(pool, "failureDomain") ?? "host";
    const said = Number(readTree(pool, "parameters").min_size);
    const coded = readTree(pool, "erasureCoded");
    const [data, coding] = [Number(coded.dataChunks ?? 0), Number(coded.codingChunks ?? 0)];
    if (data > 0) {
        // ceph src/mon/OSDMonitor.cc, prepare_pool_size: one more than needed, if there is one more.
        const least = data + Math.min(1, coding - 1);
        return { copies: data + coding, pieces: data, least: said || least, failureDomain };
    }
    const copies = Number(readTree(pool, "replicated").size ?? DEFAULT_SIZE);
    // ceph src/common/options: osd_pool_default_min_size is 0, which means size - size / 2.
    return { copies, pieces: 1, least: said || copies - Math.floor(copies / 2), failureDomain };
}

/**
 * Labels from which Rook takes the levels of the CRUSH map (rook v1.20.6:
 * pkg/operator/ceph/cluster/osd/topology/topology.go). A `host` is a node.
 */
const LABELS: Readonly<Record<string, string>> = {
    host: "kubernetes.io/hostname",
    zone: "topology.kubernetes.io/zone",
    region: "topology.kubernetes.io/region",
    ...Object.fromEntries(
        ["chassis", "rack", "row", "pdu", "pod", "room", "datacenter"].map((level) => [
            level,
            `topology.rook.io/${level}`,
        ]),
    ),
};

/** A node with disks. */
export interface StorageNode {
    readonly name: string;
    readonly labels: Readonly<Record<string, string>>;
    /** How many disks Ceph has there. */
    readonly disks: number;
    readonly isLost: boolean;
}

/** The domains of a pool, each with whether it loses something. */
function domainsOf(failureDomain: string, nodes: readonly StorageNode[]): Map<string, boolean> {
    const domains = new Map<string, boolean>();
    const label = LABELS[failureDomain];
    for (const { name, labels, disks, isLost } of nodes) {
        const own =
            failureDomain === "osd"
                ? Array.from({ length: disks }, (_, index) => `${name} ${index}`)
                : label === undefined || labels[label] === undefined
                  ? []
                  : [labels[label]];
        for (const domain of own) {
            domains.set(domain, (domains.get(domain) ?? false) || isLost);
        }
    }
    return domains;
}

/**
 * The fewest copies of some data that are left without the lost nodes: CRUSH chooses any domains, so
 * all that lose something may have a copy.
 */
export function fewestLeft(
    { copies, failureDomain }: PoolPlacement,
    nodes: readonly StorageNode[],
): number {
    const domains = domainsOf(failureDomain, nodes);
    const losing = [...domains.values()].filter((isLost) => isLost).length;
    const placed = Math.min(copies, domains.size);
    return Math.max(0, placed - losing);
}
