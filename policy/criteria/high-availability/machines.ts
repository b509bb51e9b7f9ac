/** HA-02 and HA-03: enough machines, on different hosts. */
import {
    type Finding,
    type Judgement,
    notJudged,
    type StackCriterion,
    violated,
} from "../../kernel/criterion";
import type { Fact, Facts } from "../../kernel/facts";
import { isMachine, machineSite, type NodeFact, nodesOf } from "../../kernel/site";
import { holdsUnknown, read, readList, readString, type Reading } from "../../kernel/tree";

const WORKERS = 3;

/** Where a node really is: what its virtual machine says counts more than the list. */
function hostOf(facts: Facts, node: NodeFact): Reading {
    const machine = facts.all().find((fact) => isMachine(fact) && fact.name === node.name);
    const reading = read(machine?.inputs, ["nodeName"]);
    return machine === undefined ? read(node.tree, ["host"]) : reading;
}

function judgeGroup(
    facts: Facts,
    site: Fact,
    what: string,
    nodes: readonly NodeFact[],
    hostCount: number,
): Finding[] {
    const hosts = new Map<string, string[]>();
    for (const node of nodes) {
        const host = hostOf(facts, node);
        if (host.state !== "known") {
            return [notJudged(site, `the host of ${node.name} is ${host.state}`)];
        }
        const name = String(host.value);
        hosts.set(name, [...(hosts.get(name) ?? []), node.name]);
    }
    if (hosts.size >= Math.min(nodes.length, hostCount)) {
        return [];
    }
    const crowded = [...hosts]
        .filter(([, names]) => names.length > 1)
        .map(([host, names]) => `${names.join(" and ")} share ${host}`);
    return [
        violated(
            site,
            `${crowded.join(", ")}, though ${hostCount} hosts could take the ${what}; use another host`,
        ),
    ];
}

/** Judges a stack that makes its own machines; others are not this program's to judge. */
function judgeSite(
    facts: Facts,
    judge: (site: Fact, nodes: readonly NodeFact[] | "unknown") => Judgement,
): Judgement {
    const site = machineSite(facts);
    return site === undefined ? { subjects: 0, findings: [] } : judge(site, nodesOf(site));
}

/** HA-02. */
export const differentHosts: StackCriterion = {
    id: "HA-02",
    name: "ha-02-different-hosts",
    description:
        "Checks that control planes are on different Proxmox hosts while there are hosts left, and storage nodes likewise.",
    severity: "critical",
    remediation: "Change `host` of the nodes in the stack's settings.",
    besidesCharts: true,
    judgeStack: (facts) =>
        judgeSite(facts, (site, nodes) => {
            const hosts = readList(site.inputs, "hosts");
            const hidden = holdsUnknown(site.inputs.hosts);
            if (nodes === "unknown" || hidden || read(site.inputs, ["hosts"]).state === "absent") {
                const what =
                    nodes === "unknown" || hidden ? "known only at the update" : "not declared";
                return {
                    subjects: 1,
                    findings: [notJudged(site, `the nodes or the Proxmox hosts are ${what}`)],
                };
            }
            const groups = [
                ["control planes", nodes.filter(({ role }) => role === "controlPlane")],
                ["storage nodes", nodes.filter(({ storage }) => storage)],
            ] as const;
            const subjects = groups.filter(([, members]) => members.length > 0);
            return {
                subjects: subjects.length,
                judged: [site],
                findings: subjects.flatMap(([what, members]) =>
                    judgeGroup(facts, site, what, members, hosts.length),
                ),
            };
        }),
};

/** HA-03. */
export const workers: StackCriterion = {
    id: "HA-03",
    name: "ha-03-workers",
    description: "Checks that there are at least 3 workers.",
    severity: "high",
    remediation: "Add workers to `nodes` in the stack's settings.",
    besidesCharts: true,
    judgeStack: (facts) =>
        judgeSite(facts, (site, nodes) => {
            if (nodes === "unknown") {
                return {
                    subjects: 1,
                    findings: [notJudged(site, "the nodes are known only at the update")],
                };
            }
            const count = nodes.filter(({ role }) => role === "worker").length;
            const names = readString(site.inputs, "profile") ?? "this stack";
            return {
                subjects: 1,
                judged: [site],
                findings:
                    count >= WORKERS
                        ? []
                        : [
                              violated(
                                  site,
                                  `${names} has ${count} workers; use at least ${WORKERS}`,
                              ),
                          ],
            };
        }),
};
