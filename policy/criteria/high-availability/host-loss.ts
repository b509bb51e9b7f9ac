/** HA-16: what must go on does so without any one Proxmox host. */
import { clusterNodes } from "../../engines/scheduling/nodes";
import { capacityOf, withoutNodes } from "../../engines/scheduling/stack";
import type { Template } from "../../engines/scheduling/template";
import { mostPodsOn } from "../../engines/scheduling/worst-placement";
import { operatedPods } from "../../engines/operated/made";
import { quorumsOf } from "../../engines/operated/quorums";
import { type Finding, notJudged, type StackCriterion, violated } from "../../kernel/criterion";
import { criticalOf } from "../../kernel/declarations";
import type { Fact, Facts } from "../../kernel/facts";
import { machineSite, type NodeFact, nodesByHost } from "../../kernel/site";
import { cephPools, storageNodes } from "./ceph-pools";
import { fewestLeft, placementOf } from "./pool-placement";

/** A Proxmox host with its nodes. */
interface Host {
    readonly name: string;
    readonly nodes: readonly NodeFact[];
    readonly has: (node: { readonly name: string }) => boolean;
}

/** Something that must survive, and what is left of it at worst without a host. */
interface Subject {
    readonly fact: Fact;
    /** So many are needed. */
    readonly needed: number;
    readonly leftWithout: (host: Host) => number;
    readonly sentence: (host: Host, left: number) => string;
}

function judgeSubject({ fact, needed, leftWithout, sentence }: Subject, hosts: readonly Host[]) {
    // The worst of all hosts says enough.
    const [worst] = hosts
        .map((host) => ({ host, left: leftWithout(host) }))
        .sort((one, other) => one.left - other.left);
    return worst === undefined || worst.left >= needed
        ? []
        : [violated(fact, sentence(worst.host, worst.left))];
}

function majorityOf(members: number): number {
    return Math.floor(members / 2) + 1;
}

/** etcd runs on the control planes. */
function etcd(site: Fact, hosts: readonly Host[]): Subject[] {
    const isMember = ({ role }: NodeFact) => role === "controlPlane";
    const members = hosts.flatMap(({ nodes }) => nodes.filter(isMember)).length;
    const needed = majorityOf(members);
    return members === 0
        ? []
        : [
              {
                  fact: site,
                  needed,
                  leftWithout: ({ nodes }) => members - nodes.filter(isMember).length,
                  sentence: ({ name }, left) =>
                      `with Proxmox host ${name} gone etcd has ${left} of ${members} members, and needs ${needed}; put the control planes on three hosts`,
              },
          ];
}

/** Pools, and those of which nobody can say what is left. */
function pools(facts: Facts): { subjects: Subject[]; unknown: Finding[] } {
    const all = clusterNodes(facts)?.nodes ?? [];
    const byNamespace = new Map(
        facts
            .objects("ceph.rook.io", "CephCluster")
            .map((cluster) => [cluster.object.namespace, storageNodes(facts, cluster)]),
    );
    const subjects: Subject[] = [];
    const unknown: Finding[] = [];
    for (const { fact, who, pool } of cephPools(facts)) {
        const placement = pool.state === "known" ? placementOf(pool.value) : undefined;
        const names = byNamespace.get(fact.object.namespace) ?? [];
        if (pool.state === "unknown" || (pool.state === "known" && placement === undefined)) {
            unknown.push(notJudged(fact, `what ${who} keeps is known only at the update`));
        } else if (names === "unknown") {
            unknown.push(notJudged(fact, "which nodes have its disks is known only at the update"));
        } else if (placement !== undefined && byNamespace.has(fact.object.namespace)) {
            const nodes = all.filter(({ name }) => names.includes(name));
            const { copies, least, failureDomain } = placement;
            subjects.push({
                fact,
                needed: least,
                leftWithout: ({ has }) =>
                    fewestLeft(
                        placement,
                        nodes.map((node) => ({
                            ...node,
                            disks: Math.max(node.storage.length, 1),
                            isLost: has(node),
                        })),
                    ),
                sentence: ({ name }, left) =>
                    `with Proxmox host ${name} gone data of ${who} may have ${left} of ${copies} copies, and Ceph stops below ${least}; its failure domain is ${failureDomain}: use zone, with disks on nodes of at least ${copies} hosts`,
            });
        }
    }
    return { subjects, unknown };
}

const APART =
    "a topology spread constraint on topology.kubernetes.io/zone with DoNotSchedule keeps them on different hosts, of which there must be enough";

function adviceFor(members: number): string {
    return members < 3 ? "run at least 3, on three hosts" : APART;
}

/** Members of quorums and replicas of critical workloads, wherever the scheduler may put them. */
function placed(facts: Facts): { subjects: Subject[]; unknown: Finding[] } {
    const capacity = capacityOf(facts);
    if (capacity === undefined) {
        return { subjects: [], unknown: [] };
    }
    const { templates, cluster } = capacity;
    /** The fewest that are left: not all that are elsewhere need to have found a place there. */
    const left = (group: readonly Template[], count: number, { has }: Host) => {
        const { nodes } = cluster;
        const lost = mostPodsOn(group, { nodes, isAsked: has, templates });
        const room = mostPodsOn(group, { nodes, isAsked: (node) => !has(node), templates });
        return Math.max(0, Math.min(count - lost, room));
    };
    const quorums = quorumsOf(facts).map(({ what, first, made, members }): Subject => {
        const own = new Set(made.map(({ pods }) => pods));
        const group = templates.filter(({ set }) => set.made !== undefined && own.has(set.made));
        const needed = majorityOf(members);
        return {
            fact: first,
            needed,
            leftWithout: (host) => left(group, members, host),
            sentence: ({ name }, rest) =>
                `with Proxmox host ${name} gone ${rest} of ${members} ${what} may be left, and a majority is ${needed}; ${adviceFor(members)}`,
        };
    });
    const critical = new Set(criticalOf(facts).map(({ resource }) => resource));
    const workloads = templates
        .filter(({ set }) => critical.has(set.fact.key) && !set.perNode && !set.passing)
        .filter(({ set }) => set.count > 0)
        .map((template): Subject => {
            const { set } = template;
            return {
                fact: set.fact,
                needed: 1,
                leftWithout: (host) => left([template], set.count, host),
                sentence: ({ name }) =>
                    `with Proxmox host ${name} gone none of its ${set.count} replicas may be left, though it is among the critical workloads; ${set.count < 2 ? "run at least 2, on different hosts" : APART}`,
            };
        });
    const asked = new Set([
        ...critical,
        // What nobody can read may vote.
        ...operatedPods(facts).unjudged.map(({ fact }) => fact.key),
        cluster.fact.key,
    ]);
    return {
        subjects: [...quorums, ...workloads],
        unknown: capacity.unknown.filter(({ fact }) => asked.has(fact.key)),
    };
}

/** With fewer hosts one of them has the majority of whatever there is. */
const LEAST = 3;

/** Said once, instead of for everything that cannot be kept then. */
function tooFew(hosts: readonly Host[]): string {
    const names = hosts.map(({ name }) => name).join(" and ");
    const why =
        hosts.length === 1
            ? "with it everything is gone"
            : "with one of them gone there is no majority";
    return `all nodes are on ${hosts.length === 1 ? "Proxmox host" : "the Proxmox hosts"} ${names}, and ${why}; put them on three hosts`;
}

/** HA-16. */
export const hostLoss: StackCriterion = {
    id: "HA-16",
    name: "ha-16-host-loss",
    description:
        "Checks that with any one Proxmox host gone etcd and every quorum system keep a majority, every Ceph pool enough copies, and every critical workload a replica.",
    severity: "critical",
    remediation:
        "Put nodes on three hosts in the stack's settings; pass `spread(labels)` of components/base/availability.ts to the workload, and let pools have the failure domain zone.",
    judgeStack: (facts) => {
        const site = machineSite(facts);
        if (site === undefined) {
            const findings = withoutNodes(facts);
            return { subjects: findings.length, findings };
        }
        const byHost = nodesByHost(facts, site);
        if (typeof byHost === "string") {
            return { subjects: 1, findings: [notJudged(site, byHost)] };
        }
        const hosts = [...byHost].map(([name, nodes]): Host => {
            const names = new Set(nodes.map((node) => node.name));
            return { name, nodes, has: (node) => names.has(node.name) };
        });
        const [ofPools, ofPods] = [pools(facts), placed(facts)];
        const subjects = [...etcd(site, hosts), ...ofPools.subjects, ...ofPods.subjects];
        return {
            subjects: subjects.length,
            judged: [site, ...subjects.map(({ fact }) => fact)],
            findings:
                hosts.length < LEAST
                    ? [violated(site, tooFew(hosts))]
                    : [
                          ...ofPools.unknown,
                          ...ofPods.unknown,
                          ...subjects.flatMap((subject) => judgeSubject(subject, hosts)),
                      ],
        };
    },
};
