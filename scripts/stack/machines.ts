/** Machines that an update would take away, and whether their nodes have left the cluster. */
import { runTool } from "../../components/base/ending";
import { isRecord } from "../../components/base/object";
import { Kubernetes } from "../../kubernetes-client/kubernetes";
import type { PlannedChange } from "../../preview/engine/events";
import { UsageError } from "../../preview/usage-error";

/** Type of a virtual machine in the state. */
export const MACHINE_TYPE = "proxmoxve:index/vmLegacy:VmLegacy";

/** Switch of `up` for whoever knows better. */
export const WITHOUT_DRAIN = "--without-drain";

/** A machine that goes: the name of its node, and how. */
export interface GoingMachine {
    readonly name: string;
    readonly operation: "delete" | "replace";
}

/** The machines that an update deletes or makes anew. */
export function goingMachines(changes: readonly PlannedChange[]): GoingMachine[] {
    return changes.flatMap(({ operation, type, urn }) =>
        type === MACHINE_TYPE && (operation === "delete" || operation === "replace")
            ? [{ name: urn.split("::").at(-1) ?? urn, operation }]
            : [],
    );
}

/**
 * Refuses to take machines away whose nodes are in the cluster still.
 *
 * @param nodes names of the Nodes that there are; undefined when there is no cluster yet
 * @throws UsageError with the command that takes each node out first
 */
export function requireLeft(
    going: readonly GoingMachine[],
    nodes: readonly string[] | undefined,
    stack: string,
): void {
    const staying = going.filter(({ name }) => nodes?.includes(name) === true);
    if (staying.length > 0) {
        const commands = staying.map(
            ({ name, operation }) =>
                `  make ${operation === "delete" ? "remove" : "replace"} NODE=${name} STACK=${stack}`,
        );
        throw new UsageError(
            [
                `This update would take machines away whose nodes are in the cluster, with their pods and disks: ${staying.map(({ name }) => name).join(", ")}.`,
                "Take them out first, one after the other, with their entries still in nodes:",
                ...commands,
                `Or go past it deliberately with ${WITHOUT_DRAIN}.`,
            ].join("\n"),
        );
    }
}

/** The kubeconfig of the stack; undefined while there is no cluster. */
async function kubeconfigOf(pulumi: string, stack: string): Promise<string | undefined> {
    const args = ["stack", "output", "--json", "--show-secrets", "--stack", stack];
    const { stdout } = await runTool(pulumi, args, { maxBuffer: 1024 ** 3 });
    const outputs: unknown = JSON.parse(stdout);
    const found = isRecord(outputs) ? outputs.kubeconfig : undefined;
    return typeof found === "string" ? found : undefined;
}

/**
 * Names of the Nodes of a stack; undefined while it has no cluster.
 *
 * @throws UsageError when the cluster does not say
 */
async function nodesOf(pulumi: string, stack: string): Promise<string[] | undefined> {
    let kubernetes: Kubernetes | undefined;
    try {
        const kubeconfig = await kubeconfigOf(pulumi, stack);
        if (kubeconfig === undefined) {
            return undefined;
        }
        kubernetes = await Kubernetes.connectWith(kubeconfig);
        const { items } = await kubernetes.get<{ items: { metadata: { name: string } }[] }>(
            "/api/v1/nodes",
        );
        return items.map(({ metadata }) => metadata.name);
    } catch (error) {
        const [reason = ""] = (error as Error).message.split("\n");
        throw new UsageError(
            `This update would take machines away, and the cluster does not say whether their nodes have left it (${reason.replace(/\.$/, "")}): bring it back, or go past it deliberately with ${WITHOUT_DRAIN}.`,
        );
    } finally {
        kubernetes?.close();
    }
}

/** Makes sure that the nodes of machines that go have left. */
export async function requireDrained(
    pulumi: string,
    stack: string,
    changes: readonly PlannedChange[],
): Promise<void> {
    const going = goingMachines(changes);
    if (going.length > 0) {
        requireLeft(going, await nodesOf(pulumi, stack), stack.split("/").at(-1) ?? stack);
    }
}
