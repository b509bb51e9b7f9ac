/** What scenarios demand of the site after what they did. */
import { conditionOf } from "../pod-informer";
import { require } from "./fault";
import type { Stage } from "./stage";
import type { NodeEntry } from "./workspace";

const same = (one: readonly string[], other: readonly string[]) =>
    JSON.stringify([...one].sort()) === JSON.stringify([...other].sort());

/** Names of the nodes of the cluster that are ready. */
async function readyNodes({ site }: Stage): Promise<string[]> {
    const nodes = (await site.kubernetes.kubernetes?.list("v1", "Node")) ?? [];
    return nodes
        .filter((node) => conditionOf(node, "Ready")?.status === "True")
        .map(({ metadata }) => metadata.name)
        .sort();
}

/** Everything that the settings say is there, fenced and ready. */
export async function requireWhole(stage: Stage): Promise<void> {
    const { nodes, site } = stage;
    const names = nodes.map(({ name }) => name);
    const machines = [...site.proxmox.machines.values()];
    const isReady = await stage.until(30, async () => same(await readyNodes(stage), names));
    const unfenced = machines.filter(
        ({ firewall }) =>
            firewall.options.enable !== "1" ||
            firewall.options.policy_in !== "DROP" ||
            firewall.rules.length === 0,
    );
    const members = site.cluster.etcd.members.map(({ hostname }) => hostname);
    const controlPlanes = nodes.filter(({ role }) => role === "controlPlane");
    require([
        same(
            machines.map(({ config }) => config.name ?? ""),
            names,
        ),
        `Proxmox has ${machines.map(({ config }) => config.name).join(", ")}, the settings ${names.join(", ")}.`,
    ], [
        unfenced.length === 0,
        `Not fenced: ${unfenced.map(({ config }) => config.name).join(", ")}.`,
    ], [isReady, `Ready are only ${(await readyNodes(stage)).join(", ")}.`], [
        same(
            members,
            controlPlanes.map(({ name }) => name),
        ),
        `etcd has the members ${members.join(", ")}.`,
    ]);
}

/** An update that changes nothing, neither in the state nor on the site. */
export async function requireNothingChanges(stage: Stage): Promise<void> {
    const { stack } = stage.workspace;
    const before = stage.picture();
    await stage.must(
        "preview",
        "--stack",
        stack,
        "--expect-no-changes",
        "--diff",
        "--non-interactive",
        "--color",
        "never",
    );
    await stage.up();
    require([
        stage.picture() === before,
        "An update without a change changed something in Proxmox.",
    ]);
}

/** Nodes that were there before must not have been started anew. */
export function requireUntouched(
    stage: Stage,
    before: ReadonlyMap<number, number>,
    but: readonly NodeEntry[] = [],
): void {
    const others = [...before].filter(([vmId]) => !but.some((node) => node.vmId === vmId));
    const touched = others.filter(([vmId, starts]) => stage.starts().get(vmId) !== starts);
    require([
        touched.length === 0,
        `Started anew, too: ${touched.map(([vmId]) => vmId).join(", ")}.`,
    ]);
}

/** The node that scenarios add and take away again. */
export function added(stage: Stage): NodeEntry {
    const worker = stage.node("worker");
    const last = Math.max(...stage.nodes.map(({ vmId }) => vmId));
    return { ...worker, name: "worker-added", address: stage.spare[0] ?? "", vmId: last + 50 };
}
