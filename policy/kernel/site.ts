/** What the root component says about the site: the profile and the machines. */
import type { Fact, Facts } from "./facts";
import { holdsUnknown, isTree, read, readList, readString, type Reading, type Tree } from "./tree";

/** A machine of the node list. */
export interface NodeFact {
    readonly name: string;
    readonly role: string;
    /** Whether disks of it become storage. */
    readonly storage: boolean;
    readonly tree: Tree;
}

/** The stack's profile: `dev`, `staging` or `prod`. */
export function profileOf(facts: Facts): Reading {
    return read(facts.platform()?.inputs, ["profile"]);
}

/**
 * The root component of a stack that makes its own machines. The nodes of a cluster that was there
 * before are not this program's to judge.
 */
export function machineSite(facts: Facts): Fact | undefined {
    const fact = facts.platform();
    return fact === undefined || readString(fact.inputs, "source") === "existing"
        ? undefined
        : fact;
}

/** The machines, or unknown when the list or something in it is known only at the update. */
export function nodesOf(site: Fact): readonly NodeFact[] | "unknown" {
    const reading = read(site.inputs, ["nodes"]);
    if (reading.state === "unknown" || holdsUnknown(site.inputs.nodes)) {
        return "unknown";
    }
    return readList(site.inputs, "nodes")
        .filter(isTree)
        .map((tree) => ({
            name: readString(tree, "name") ?? "?",
            role: readString(tree, "role") ?? "?",
            storage: readList(tree, "disks").some((disk) => readString(disk, "purpose") === "ceph"),
            tree,
        }));
}

/** Whether a resource is a virtual machine. */
export function isMachine({ type }: Fact): boolean {
    return type.startsWith("proxmoxve") && (type.endsWith("VmLegacy") || type.endsWith(":Vm"));
}

/** Where a node really is: what its virtual machine says counts more than the list. */
export function hostOf(facts: Facts, { name, tree }: NodeFact): Reading {
    const machine = facts.all().find((fact) => isMachine(fact) && fact.name === name);
    return machine === undefined ? read(tree, ["host"]) : read(machine.inputs, ["nodeName"]);
}

/** The nodes by Proxmox host, or the sentence that says why nobody can tell. */
export function nodesByHost(
    facts: Facts,
    site: Fact,
): ReadonlyMap<string, readonly NodeFact[]> | string {
    const nodes = nodesOf(site);
    if (nodes === "unknown") {
        return "the nodes are known only at the update";
    }
    const hosts = new Map<string, NodeFact[]>();
    for (const node of nodes) {
        const host = hostOf(facts, node);
        if (host.state !== "known") {
            return `the host of ${node.name} is ${host.state === "unknown" ? "known only at the update" : "not declared"}`;
        }
        const name = String(host.value);
        hosts.set(name, [...(hosts.get(name) ?? []), node]);
    }
    return hosts;
}
