/** Nodes that come, change, fail and go. */
import { added, requireNothingChanges, requireUntouched, requireWhole } from "./checks";
import { require } from "./fault";
import type { Scenario } from "./scenario";

/** Each node that is added goes again. */
export const NODES: readonly Scenario[] = [
    {
        name: "node-added",
        shows: "A new node joins, and touches no other.",
        run: async (stage) => {
            const before = stage.starts();
            stage.nodes = [...stage.nodes, added(stage)];
            await stage.up();
            await requireWhole(stage);
            requireUntouched(stage, before);
        },
    },
    {
        name: "node-resized",
        shows: "More memory reaches that machine alone; in prod at its next start.",
        run: async (stage) => {
            const before = stage.starts();
            const { name, vmId } = added(stage);
            stage.nodes = stage.nodes.map((node) =>
                node.name === name ? { ...node, memory: node.memory + 1024 } : node,
            );
            await stage.up();
            const node = stage.nodes.find((one) => one.name === name) ?? added(stage);
            const { config, pending } = stage.machine(node);
            const memory = String(node.memory);
            const waits = stage.workspace.setting("profile") === "prod";
            require([
                waits ? pending.memory === memory : config.memory === memory,
                `The machine has ${config.memory ?? ""} MiB, and ${pending.memory ?? "nothing"} waits; ${memory} are set.`,
            ], [
                !waits || before.get(vmId) === stage.starts().get(vmId),
                "It was started anew in prod.",
            ]);
            requireUntouched(stage, before, [node]);
            await requireWhole(stage);
        },
    },
    {
        name: "node-replaced",
        shows: "A machine that is made anew has its firewall and its configuration again.",
        run: async (stage) => {
            const before = stage.starts();
            const node = stage.nodes.at(-1) ?? added(stage);
            const urn = await stage.urn("VmLegacy", node.name);
            await stage.unprotect(urn, node);
            await stage.up("--target-replace", urn, "--target-dependents");
            await requireWhole(stage);
            requireUntouched(stage, before, [node]);
            await requireNothingChanges(stage);
        },
    },
    {
        name: "node-removed",
        shows: "A node that is taken out of the settings goes, with all that was its own.",
        run: async (stage) => {
            const node = stage.nodes.at(-1) ?? added(stage);
            const before = new Map([...stage.starts()].filter(([vmId]) => vmId !== node.vmId));
            await stage.unprotect(await stage.urn("VmLegacy", node.name), node);
            stage.nodes = stage.nodes.slice(0, -1);
            await stage.up();
            await stage.site.kubernetes.kubernetes?.delete(`/api/v1/nodes/${node.name}`);
            await requireWhole(stage);
            requireUntouched(stage, before);
        },
    },
    {
        name: "control-plane-down",
        shows: "With a control plane down a change that is not about it goes through.",
        run: async (stage) => {
            if (stage.nodes.filter(({ role }) => role === "controlPlane").length < 3) {
                stage.progress(
                    "The stack has fewer than three control planes: nothing can go on without one",
                );
                return;
            }
            const first = stage.node("controlPlane");
            await stage.power(first, false);
            try {
                await stage.up();
            } finally {
                await stage.power(first, true);
            }
            await requireWhole(stage);
        },
    },
    {
        name: "task-fails",
        shows: "A machine that Proxmox cannot make is made by the next update.",
        run: async (stage) => {
            const node = added(stage);
            stage.site.tasks.failNext("qmcreate", String(node.vmId), "lvcreate: no space left");
            stage.nodes = [...stage.nodes, node];
            const { code, output } = await stage.startUp().ended;
            require([code !== 0, "An update succeeded although a machine could not be made."], [
                output.includes("no space left"),
                "Nobody was told why Proxmox could not make it.",
            ]);
            await stage.up();
            await requireWhole(stage);
            await stage.unprotect(await stage.urn("VmLegacy", node.name), node);
            stage.nodes = stage.nodes.slice(0, -1);
            await stage.up();
            await stage.site.kubernetes.kubernetes?.delete(`/api/v1/nodes/${node.name}`);
        },
    },
];
