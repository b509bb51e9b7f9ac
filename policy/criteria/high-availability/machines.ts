/** HA-02 and HA-03: enough machines, on different hosts. */
import {
    type Finding,
    type Judgement,
    notJudged,
    type StackCriterion,
    violated,
} from "../../kernel/criterion";
import type { Fact, Facts } from "../../kernel/facts";
import { machineSite, type NodeFact, nodesByHost, nodesOf } from "../../kernel/site";
import { readString } from "../../kernel/tree";
import { cephPools } from "./ceph-pools";
import { placementOf } from "./pool-placement";

const WORKERS = 3;

/** Nodes by Proxmox host. */
type Hosts = ReadonlyMap<string, readonly NodeFact[]>;

/** The loss of any one host leaves a majority of the control planes. */
function judgeControlPlanes(site: Fact, hosts: Hosts): Finding[] {
    const groups = [...hosts].map(([host, nodes]) => ({
        host,
        names: nodes.filter(({ role }) => role === "controlPlane").map(({ name }) => name),
    }));
    const total = groups.flatMap(({ names }) => names).length;
    const majority = Math.floor(total / 2) + 1;
    const fatal = groups.find(({ names }) => names.length > 0 && total - names.length < majority);
    if (fatal === undefined) {
        return [];
    }
    const { host, names } = fatal;
    const who =
        names.length === total ? `all control planes (${names.join(", ")})` : names.join(" and ");
    return [
        violated(
            site,
            `Proxmox host ${host} has ${who}, and without it no majority of ${total} is left; put control planes on at least three hosts`,
        ),
    ];
}

/** Copies that Ceph keeps where no pool says how many. */
const DEFAULT_COPIES = 3;

/** The most copies that a pool of the stack keeps; undefined where a pool does not say. */
function mostCopies(facts: Facts): number | undefined {
    const copies: number[] = [];
    for (const { pool } of cephPools(facts)) {
        const placement = pool.state === "known" ? placementOf(pool.value) : undefined;
        if (placement === undefined && pool.state !== "absent") {
            return undefined;
        }
        copies.push(placement?.copies ?? DEFAULT_COPIES);
    }
    return copies.length === 0 ? DEFAULT_COPIES : Math.max(...copies);
}

/** There are at least as many hosts with disks as copies. */
function judgeStorage(facts: Facts, site: Fact, hosts: Hosts): Finding[] {
    const copies = mostCopies(facts);
    if (copies === undefined) {
        return [notJudged(site, "how many copies Ceph keeps is known only at the update")];
    }
    const withDisks = [...hosts].filter(([, nodes]) => nodes.some(({ storage }) => storage));
    return withDisks.length >= copies
        ? []
        : [
              violated(
                  site,
                  `the storage nodes are on ${withDisks.map(([host]) => host).join(" and ")} alone, and Ceph keeps ${copies} copies; give disks to nodes on ${copies} hosts`,
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
        "Checks that a majority of the control planes survives the loss of any Proxmox host, and that storage nodes are on as many hosts as Ceph keeps copies.",
    severity: "critical",
    remediation:
        "Change `host` of the nodes in the stack's settings; a site with fewer hosts declares an exception.",
    besidesCharts: true,
    judgeStack: (facts) =>
        judgeSite(facts, (site, nodes) => {
            const hosts = nodesByHost(facts, site);
            if (nodes === "unknown" || typeof hosts === "string") {
                const why =
                    typeof hosts === "string" ? hosts : "the nodes are known only at the update";
                return { subjects: 1, findings: [notJudged(site, why)] };
            }
            const hasStorage = nodes.some(({ storage }) => storage);
            const hasControlPlane = nodes.some(({ role }) => role === "controlPlane");
            return {
                subjects: Number(hasControlPlane) + Number(hasStorage),
                judged: [site],
                findings: [
                    ...judgeControlPlanes(site, hosts),
                    ...(hasStorage ? judgeStorage(facts, site, hosts) : []),
                ],
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
