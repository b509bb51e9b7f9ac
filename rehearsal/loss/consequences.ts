/**
 * What a loss does beyond the pods, by calculation: etcd's quorum and the copies in Ceph's pools are
 * no objects of the API, so no rehearsal can show them. Pure.
 */
import type { Capacity } from "../../policy/engines/scheduling/stack";
import type { Facts } from "../../policy/kernel/facts";
import { readList, readString, readTree, type Tree } from "../../policy/kernel/tree";

/** How many members of so many may be missing. */
function majority(count: number): number {
    return Math.floor(count / 2) + 1;
}

/** A sentence when etcd has no quorum left: then nothing is evicted or placed until it is back. */
export function etcdWithout(lost: readonly string[], { cluster }: Capacity): string | undefined {
    const members = cluster.nodes.filter(({ role }) => role === "controlPlane");
    const left = members.filter(({ name }) => !lost.includes(name)).length;
    const needed = majority(members.length);
    return members.length === 0 || left >= needed
        ? undefined
        : `etcd would keep ${left} of ${members.length} members and needs ${needed}: the API stops, and nothing is evicted or placed until one is back`;
}

interface Pool {
    readonly name: string;
    readonly size: number;
    readonly least: number;
    readonly domain: string;
}

/** A replicated pool; what Ceph does with an erasure-coded one is not judged. */
function toPool(name: string, spec: unknown): Pool[] {
    const { size } = readTree(spec, "replicated");
    if (typeof size !== "number") {
        return [];
    }
    const own = readString(spec, "parameters", "min_size");
    return [
        {
            name,
            size,
            // Ceph's own default (osd_pool_default_min_size).
            least: own === undefined ? size - Math.floor(size / 2) : Number(own),
            domain: readString(spec, "failureDomain") ?? "host",
        },
    ];
}

function poolsOf(facts: Facts): Pool[] {
    const of = (kind: string, pools: (spec: Tree) => readonly unknown[]) =>
        facts
            .objects("ceph.rook.io", kind)
            .flatMap(({ object, inputs }) =>
                pools(readTree(inputs, "spec")).flatMap((spec) => toPool(object.name, spec)),
            );
    return [
        ...of("CephBlockPool", (spec) => [spec]),
        ...of("CephFilesystem", (spec) => [spec.metadataPool, ...readList(spec, "dataPools")]),
        ...of("CephObjectStore", (spec) => [spec.metadataPool, spec.dataPool]),
    ];
}

/** How many copies remain when all that may be lost of one placement group is. */
function left({ size }: Pool, domains: number, gone: number): number {
    const kept = Math.min(size, domains);
    return kept - Math.min(kept, gone);
}

/** A sentence when data of Ceph cannot be written, or not even read, until nodes are back. */
export function cephWithout(
    lost: readonly string[],
    facts: Facts,
    { cluster }: Capacity,
): string | undefined {
    const [ceph] = facts.objects("ceph.rook.io", "CephCluster");
    const stores = cluster.nodes.filter(({ storage }) => storage.length > 0);
    if (ceph === undefined || stores.length === 0) {
        return undefined;
    }
    const domainOf = (domain: string) => (node: (typeof stores)[number]) =>
        domain === "zone" ? (node.labels["topology.kubernetes.io/zone"] ?? "") : node.name;
    const stopped = poolsOf(facts).filter((pool) => {
        const place = domainOf(pool.domain);
        const domains = new Set(stores.map(place));
        const gone = new Set(stores.filter(({ name }) => lost.includes(name)).map(place));
        return left(pool, domains.size, gone.size) < pool.least;
    });
    if (stopped.length === 0) {
        return undefined;
    }
    const gone = stores.filter(({ name }) => lost.includes(name)).length;
    const names = [...new Set(stopped.map(({ name }) => name))];
    return (
        `${gone} of ${stores.length} nodes with disks of Ceph are gone: placement groups with too few ` +
        `copies elsewhere stop until they are back (${names.join(", ")})`
    );
}
