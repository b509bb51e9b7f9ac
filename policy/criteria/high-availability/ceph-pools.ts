/** The pools of Ceph that a stack describes, and the nodes whose disks they are on. */
import type { Facts, ObjectOf } from "../../kernel/facts";
import { machineSite, nodesOf } from "../../kernel/site";
import {
    holdsUnknown,
    isUnknown,
    read,
    readList,
    type Reading,
    readString,
} from "../../kernel/tree";

/** One pool. */
export interface CephPool {
    readonly fact: ObjectOf;
    /** Where the resource describes it: `spec`, `spec.dataPools[0]`. */
    readonly who: string;
    readonly pool: Reading;
}

/** The fields of `spec` that describe pools, by kind; the spec itself for a single pool. */
const POOLS: Readonly<Record<string, readonly (readonly string[])[]>> = {
    CephBlockPool: [[]],
    CephFilesystem: [["metadataPool"], ["dataPools"]],
    CephObjectStore: [["metadataPool"], ["dataPool"]],
    CephObjectZone: [["metadataPool"], ["dataPool"]],
};

function poolsAt(fact: ObjectOf, path: readonly string[]): CephPool[] {
    const who = path.join(".");
    const reading = read(fact.inputs, path);
    return reading.state === "known" && Array.isArray(reading.value)
        ? reading.value.map((pool: unknown, index) => ({
              fact,
              who: `${who}[${index}]`,
              pool: isUnknown(pool) ? { state: "unknown" } : { state: "known", value: pool },
          }))
        : [{ fact, who, pool: reading }];
}

/** Every pool, also those of file systems and object stores. */
export function cephPools(facts: Facts): CephPool[] {
    return Object.entries(POOLS).flatMap(([kind, fields]) =>
        facts
            .objects("ceph.rook.io", kind)
            .flatMap((fact) => fields.flatMap((field) => poolsAt(fact, ["spec", ...field]))),
    );
}

/** The names of the nodes that give disks to a CephCluster, if anybody can say. */
export function storageNodes(facts: Facts, { inputs }: ObjectOf): readonly string[] | "unknown" {
    const everywhere = read(inputs, ["spec", "storage", "useAllNodes"]);
    if (everywhere.state === "known" && everywhere.value === true) {
        const site = machineSite(facts);
        const nodes = site === undefined ? "unknown" : nodesOf(site);
        return nodes === "unknown"
            ? "unknown"
            : nodes.filter(({ role }) => role === "worker").map(({ name }) => name);
    }
    const path = ["spec", "storage", "nodes"];
    const listed = readList(inputs, ...path);
    return everywhere.state === "unknown" ||
        read(inputs, path).state === "unknown" ||
        holdsUnknown(listed)
        ? "unknown"
        : [...new Set(listed.flatMap((node) => readString(node, "name") ?? []))];
}
