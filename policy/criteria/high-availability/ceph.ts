/** HA-10: what Ceph keeps survives the loss of a node. */
import { type Finding, notJudged, type StackCriterion, violated } from "../../kernel/criterion";
import { type Expectation, exactly, judgeExpectation } from "../../kernel/expectation";
import type { Fact, Facts } from "../../kernel/facts";
import { judgeCephSettings } from "../../engines/operated/ceph-settings";
import { machineSite, nodesOf } from "../../kernel/site";
import { holdsUnknown, isUnknown, read, readList, readString } from "../../kernel/tree";

const COPIES = 3;
const WRITABLE = 2;
const HOSTS = 3;
/** Failure domains that are a node or more. */
const DOMAINS = ["host", "chassis", "rack", "row", "room", "datacenter", "zone", "region", "root"];

function copies(pool: unknown, who: string): Expectation[] {
    return [
        {
            what: `replicated.size of ${who}`,
            reading: read(pool, ["replicated", "size"]),
            good: (value) => Number(value) >= COPIES,
            wanted: `keep ${COPIES} copies`,
        },
        {
            what: `parameters.min_size of ${who}`,
            reading: read(pool, ["parameters", "min_size"]),
            good: (value) => Number(value) >= WRITABLE,
            wanted: `accept writes only with ${WRITABLE} copies`,
            // Ceph chooses 2 of 3 by itself.
            absentIsGood: true,
        },
        {
            what: `parameters.size of ${who}`,
            reading: read(pool, ["parameters", "size"]),
            good: (value) => Number(value) >= COPIES,
            wanted: `keep ${COPIES} copies`,
            absentIsGood: true,
        },
        {
            what: `replicated.replicasPerFailureDomain of ${who}`,
            reading: read(pool, ["replicated", "replicasPerFailureDomain"]),
            good: (value) => Number(value) <= 1,
            wanted: "keep each copy in a failure domain of its own",
            absentIsGood: true,
        },
        {
            what: `replicated.requireSafeReplicaSize of ${who}`,
            reading: read(pool, ["replicated", "requireSafeReplicaSize"]),
            ...exactly(true),
            absentIsGood: true,
        },
    ];
}

function judgePool(fact: Fact, pool: unknown, who: string): Finding[] {
    if (isUnknown(pool)) {
        return [notJudged(fact, `${who} is known only at the update`)];
    }
    const coding = read(pool, ["erasureCoded", "codingChunks"]);
    const erasure: Expectation = {
        what: `erasureCoded.codingChunks of ${who}`,
        reading: coding,
        good: (value) => Number(value) >= WRITABLE,
        wanted: `use at least ${WRITABLE}`,
    };
    const chunks = read(pool, ["erasureCoded", "dataChunks"]);
    const writable: Expectation = {
        what: `parameters.min_size of ${who}`,
        reading: read(pool, ["parameters", "min_size"]),
        good: (value) => chunks.state === "known" && Number(value) > Number(chunks.value),
        wanted: "accept writes only with a chunk more than dataChunks",
        // As Ceph chooses by itself.
        absentIsGood: true,
    };
    const domain: Expectation = {
        what: `failureDomain of ${who}`,
        reading: read(pool, ["failureDomain"]),
        good: (value) => DOMAINS.includes(String(value)),
        wanted: "set it to host",
        absentIsGood: true,
    };
    const expectations = coding.state === "absent" ? copies(pool, who) : [erasure, writable];
    return [...expectations, domain].flatMap((expectation) => judgeExpectation(fact, expectation));
}

/** The fields of `spec` that describe pools, by kind; the spec itself for a single pool. */
const POOLS: Readonly<Record<string, readonly (readonly string[])[]>> = {
    CephBlockPool: [[]],
    CephFilesystem: [["metadataPool"], ["dataPools"]],
    CephObjectStore: [["metadataPool"], ["dataPool"]],
    CephObjectZone: [["metadataPool"], ["dataPool"]],
};

function judgePools(fact: Fact, field: readonly string[]): Finding[] {
    const path = ["spec", ...field];
    const who = path.join(".");
    const reading = read(fact.inputs, path);
    if (reading.state === "absent") {
        return [violated(fact, `${who} is absent; describe the pool`)];
    }
    if (reading.state === "unknown") {
        return [notJudged(fact, `${who} is known only at the update`)];
    }
    return Array.isArray(reading.value)
        ? reading.value.flatMap((pool: unknown, index) => judgePool(fact, pool, `${who}[${index}]`))
        : judgePool(fact, reading.value, who);
}

/** How many nodes give disks to the cluster, if anybody can say. */
function hostCount(facts: Facts, { inputs }: Fact): number | "unknown" {
    const everywhere = read(inputs, ["spec", "storage", "useAllNodes"]);
    if (everywhere.state === "known" && everywhere.value === true) {
        const site = machineSite(facts);
        const nodes = site === undefined ? "unknown" : nodesOf(site);
        return nodes === "unknown"
            ? "unknown"
            : nodes.filter(({ role }) => role === "worker").length;
    }
    const path = ["spec", "storage", "nodes"];
    const listed = readList(inputs, ...path);
    if (
        everywhere.state === "unknown" ||
        read(inputs, path).state === "unknown" ||
        holdsUnknown(listed)
    ) {
        return "unknown";
    }
    return new Set(listed.flatMap((node) => readString(node, "name") ?? [])).size;
}

function judgeHosts(facts: Facts, fact: Fact): Finding[] {
    const count = hostCount(facts, fact);
    if (count === "unknown") {
        return [notJudged(fact, "how many hosts have OSDs is known only at the update")];
    }
    return count >= HOSTS
        ? []
        : [violated(fact, `${count} hosts have OSDs; give disks to at least ${HOSTS}`)];
}

function judgeCluster(facts: Facts, fact: Fact): Finding[] {
    const apart: Expectation = {
        what: "mon.allowMultiplePerNode",
        reading: read(fact.inputs, ["spec", "mon", "allowMultiplePerNode"]),
        ...exactly(false),
        absentIsGood: true,
    };
    return [...judgeHosts(facts, fact), ...judgeExpectation(fact, apart)];
}

/** HA-10. */
export const cephRedundancy: StackCriterion = {
    id: "HA-10",
    name: "ha-10-ceph-redundancy",
    description:
        "Checks that Ceph keeps 3 copies on different hosts, at least 3 hosts with disks, monitors apart and checksums on.",
    severity: "critical",
    remediation: "Set `storage.replication` to 3 and give Ceph disks to 3 nodes in the settings.",
    judgeStack: (facts) => {
        const clusters = facts.objects("ceph.rook.io", "CephCluster");
        const pools = Object.entries(POOLS).flatMap(([kind, fields]) =>
            facts.objects("ceph.rook.io", kind).map((fact) => ({ fact, fields })),
        );
        return {
            subjects: clusters.length + pools.length,
            judged: [...clusters, ...pools.map(({ fact }) => fact)],
            findings: [
                ...clusters.flatMap((fact) => judgeCluster(facts, fact)),
                ...judgeCephSettings(facts, "copies"),
                ...pools.flatMap(({ fact, fields }) =>
                    fields.flatMap((field) => judgePools(fact, field)),
                ),
            ],
        };
    },
};
