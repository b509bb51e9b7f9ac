/** HA-10: what Ceph keeps survives the loss of a node. */
import { type Finding, notJudged, type StackCriterion, violated } from "../../kernel/criterion";
import { type Expectation, exactly, judgeExpectation } from "../../kernel/expectation";
import type { Fact, Facts, ObjectOf } from "../../kernel/facts";
import { type CephPool, cephPools, storageNodes } from "./ceph-pools";
import { isUnknown, read } from "../../kernel/tree";
import { judgeCephSettings } from "../../engines/operated/ceph-settings";

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

function judgePools({ fact, who, pool }: CephPool): Finding[] {
    switch (pool.state) {
        case "absent":
            return [violated(fact, `${who} is absent; describe the pool`)];
        case "unknown":
            return [notJudged(fact, `${who} is known only at the update`)];
        default:
            return judgePool(fact, pool.value, who);
    }
}

function judgeHosts(facts: Facts, fact: ObjectOf): Finding[] {
    const nodes = storageNodes(facts, fact);
    if (nodes === "unknown") {
        return [notJudged(fact, "how many hosts have OSDs is known only at the update")];
    }
    return nodes.length >= HOSTS
        ? []
        : [violated(fact, `${nodes.length} hosts have OSDs; give disks to at least ${HOSTS}`)];
}

function judgeCluster(facts: Facts, fact: ObjectOf): Finding[] {
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
        const pools = cephPools(facts);
        const owners = new Set(pools.map(({ fact }) => fact));
        return {
            subjects: clusters.length + owners.size,
            judged: [...clusters, ...owners],
            findings: [
                ...clusters.flatMap((fact) => judgeCluster(facts, fact)),
                ...judgeCephSettings(facts, "copies"),
                ...pools.flatMap(judgePools),
            ],
        };
    },
};
