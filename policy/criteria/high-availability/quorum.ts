/** HA-09: systems that decide by majority keep one when a member is gone. */
import { type Finding, notJudged, type ResourceCriterion, violated } from "../../kernel/criterion";
import type { Fact } from "../../kernel/facts";
import { read, readList, type Reading, showReading, type Tree } from "../../kernel/tree";

const MINIMUM = 3;

/** One group of members that elects. */
interface Quorum {
    readonly what: string;
    readonly members: Reading;
}

function at(what: string, ...path: string[]): (inputs: Tree) => Quorum[] {
    return (inputs) => [{ what, members: read(inputs, path) }];
}

/** Roles of a set of Elasticsearch nodes; without the setting a node has all of them. */
function mayBeMaster(nodeSet: unknown): boolean {
    const roles = read(nodeSet, ["config", "node.roles"]);
    return roles.state !== "known" || readList(nodeSet, "config", "node.roles").includes("master");
}

function sum(readings: readonly Reading[]): Reading {
    if (readings.some(({ state }) => state === "unknown")) {
        return { state: "unknown" };
    }
    const numbers = readings.map((reading) =>
        reading.state === "known" ? Number(reading.value) : 0,
    );
    return { state: "known", value: numbers.reduce((total, number) => total + number, 0) };
}

function elasticsearch(inputs: Tree): Quorum[] {
    const path = ["spec", "nodeSets"];
    const sets = readList(inputs, ...path).filter(mayBeMaster);
    const members =
        read(inputs, path).state === "known"
            ? sum(sets.map((nodeSet) => read(nodeSet, ["count"])))
            : read(inputs, path);
    return [{ what: "master-eligible nodes", members }];
}

function kafkaPool(inputs: Tree): Quorum[] {
    const roles = read(inputs, ["spec", "roles"]);
    return roles.state === "unknown" || readList(inputs, "spec", "roles").includes("controller")
        ? at("controllers", "spec", "replicas")(inputs)
        : [];
}

/** Where each kind says how many members it has, by `<group>/<Kind>`. */
const QUORUMS: Readonly<Record<string, (inputs: Tree) => Quorum[]>> = {
    "ceph.rook.io/CephCluster": at("monitors", "spec", "mon", "count"),
    "postgresql.cnpg.io/Cluster": at("instances", "spec", "instances"),
    "redis.redis.opstreelabs.in/RedisSentinel": at("sentinels", "spec", "clusterSize"),
    "kafka.strimzi.io/KafkaNodePool": kafkaPool,
    "elasticsearch.k8s.elastic.co/Elasticsearch": elasticsearch,
    "monitoring.coreos.com/Alertmanager": at("replicas", "spec", "replicas"),
};

function judgeQuorum(fact: Fact, { what, members }: Quorum): Finding[] {
    if (members.state === "unknown") {
        return [notJudged(fact, `the number of ${what} is known only at the update`)];
    }
    const count = members.state === "known" ? Number(members.value) : 0;
    return count >= MINIMUM && count % 2 === 1
        ? []
        : [
              violated(
                  fact,
                  `the number of ${what} is ${showReading(members)}; use an odd number from ${MINIMUM} on`,
              ),
          ];
}

/** HA-09. */
export const quorums: ResourceCriterion = {
    id: "HA-09",
    name: "ha-09-quorum",
    description: "Checks that systems that decide by majority have an odd number of at least 3.",
    severity: "high",
    remediation: 'Take the number from `settings.replicas("critical")`.',
    judgeResource: (fact) => {
        const { object } = fact;
        const quorumsOf = object && QUORUMS[`${object.group}/${object.kind}`];
        const found = quorumsOf?.(fact.inputs) ?? [];
        return found.length === 0
            ? undefined
            : {
                  subjects: found.length,
                  findings: found.flatMap((quorum) => judgeQuorum(fact, quorum)),
              };
    },
};
