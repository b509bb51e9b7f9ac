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
