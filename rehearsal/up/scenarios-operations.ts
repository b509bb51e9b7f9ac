/** The operations of `operate/`, against the nodes as an update left them. */
import * as fs from "node:fs";
import * as path from "node:path";
import { added, requireNothingChanges, requireUntouched, requireWhole } from "./checks";
import { expireClient } from "./expired-client";
import { require } from "./fault";
import { mustOperate, mustRefuse, newestSnapshot } from "./operate";
import type { Scenario } from "./scenario";
import { upgradeTalos } from "./upgrade-talos";
import type { Stage } from "./stage";

/** Whatever is refused must leave everything as it is. */
async function untouched(stage: Stage, run: () => Promise<unknown>): Promise<void> {
    const before = [stage.picture(), JSON.stringify(stage.site.cluster.etcd.members)];
    await run();
    const after = [stage.picture(), JSON.stringify(stage.site.cluster.etcd.members)];
    require([
        JSON.stringify(before) === JSON.stringify(after),
        "What was refused changed something.",
    ]);
}

/** Takes a snapshot. */
async function snapshot(stage: Stage): Promise<string> {
    await mustOperate(stage, "snapshot");
    return newestSnapshot(stage) ?? "";
}

const operations: readonly Scenario[] = [
    {
        name: "snapshot",
        shows: "A snapshot of etcd is one that talosctl can read.",
        run: async (stage) => {
            const file = await snapshot(stage);
            const size = fs.statSync(file).size;
            require([size > 32 && size % 512 === 32, `The snapshot has ${size} bytes.`]);
        },
    },
    {
        name: "refused",
        shows: "A mistake is one sentence, and touches nothing.",
        run: async (stage) => {
            const taken = await snapshot(stage);
            const empty = path.join(stage.workspace.folder, "empty.snap");
            fs.writeFileSync(empty, "");
            await untouched(stage, async () => {
                await mustRefuse(
                    stage,
                    /There is no node worker-99 in Pulumi/,
                    "replace",
                    "--node",
                    "worker-99",
                );
                await mustRefuse(
                    stage,
                    /etcd runs on .*: a restore would throw away/,
                    "restore",
                    "--snapshot",
                    taken,
                );
                await mustRefuse(
                    stage,
                    /is empty: take the one before/,
                    "restore",
                    "--snapshot",
                    empty,
                );
                await mustRefuse(
                    stage,
                    /minor releases away/,
                    "upgrade-kubernetes",
                    "--to",
                    "1.99.0",
                );
            });
        },
    },
    {
        name: "certificates",
        shows: "A client certificate that has ended shuts the nodes, and is renewed from the state alone.",
        run: async (stage) => {
            const { stack } = stage.workspace;
            const ended = await expireClient(stage);
            await mustRefuse(
                stage,
                /talosctl etcd snapshot at /,
                "snapshot",
                "--talosconfig",
                ended,
            );
            const { code, output } = await stage.command(
                ...["operate/certificates", "--stack", stack, "--renew"],
            );
            require([code === 0, `make certificates RENEW=1 failed: ${output.trim()}`]);
            await stage.up();
            await mustOperate(stage, "snapshot");
            await requireNothingChanges(stage);
            // An update renews by itself one that has ended.
            await expireClient(stage);
            await stage.up();
            await mustOperate(stage, "snapshot");
            await requireNothingChanges(stage);
        },
    },
    {
        name: "drift",
        shows: "What somebody changed by hand is listed, and nothing else.",
        run: async (stage) => {
            await mustOperate(stage, "drift");
            const node = stage.node("worker");
            const machine = stage.machine(node);
            const inside = stage.site.cluster.at(node.address);
            const { configuration, image } = inside?.disk ?? {};
            if (inside === undefined || configuration === undefined || image === undefined) {
                require([false, `${node.name} is not configured.`]);
                return;
            }
            const { cores } = machine.config;
            machine.config = { ...machine.config, cores: "1" };
            inside.disk.image = { ...image, release: "v1.12.8" };
            inside.disk.configuration = {
                ...configuration,
                text: configuration.text.replace("clusterName:", "clusterName: x-"),
            };
            await mustRefuse(
                stage,
                new RegExp(
                    [
                        `Machine ${node.vmId} \\(${node.name}\\) has cores: 1,`,
                        `${node.name} runs Talos v1.12.8,`,
                        `The configuration of ${node.name} is not the one that was applied: cluster.clusterName`,
                    ].join("[^]*"),
                ),
                "drift",
            );
            machine.config = { ...machine.config, cores: cores ?? "" };
            Object.assign(inside.disk, { configuration, image });
            await mustOperate(stage, "drift");
        },
    },
    {
        name: "upgrade",
        shows: "Talos goes up a minor node by node, stops at one that fails, and goes on there.",
        run: upgradeTalos,
    },
    {
        name: "remove",
        shows: "A worker that leaves is drained, turned off, and deleted by the update after it.",
        run: async (stage) => {
            const before = stage.starts();
            const node = added(stage);
            stage.nodes = [...stage.nodes, node];
            await stage.up();
            await requireWhole(stage);
            await mustOperate(stage, "remove", "--node", node.name);
            const isOff = !stage.machine(node).running;
            require([isOff, `${node.name} was not turned off.`], [
                stage.machine(node).config.protection !== "1",
                `The machine of ${node.name} is still protected.`,
            ]);
            stage.nodes = stage.nodes.filter(({ name }) => name !== node.name);
            await stage.up();
            await requireWhole(stage);
            requireUntouched(stage, before);
        },
    },
    {
        name: "replace",
        shows: "The machine of a node is made anew, a control plane as well as a worker.",
        run: async (stage) => {
            const controlPlanes = stage.nodes.filter(({ role }) => role === "controlPlane");
            const chosen = [
                stage.node("worker"),
                ...(controlPlanes.length > 1 ? controlPlanes.slice(-1) : []),
            ];
            for (const node of chosen) {
                const before = stage.starts();
                const { starts } = stage.machine(node);
                await mustOperate(stage, "replace", "--node", node.name);
                await requireWhole(stage);
                requireUntouched(stage, before, [node]);
                require([
                    stage.machine(node).starts === 1 && starts >= 1,
                    `The machine of ${node.name} is not a new one.`,
                ]);
            }
        },
    },
    {
        name: "restore",
        shows: "etcd is made anew from a snapshot where every control plane has lost it.",
        run: async (stage) => {
            const file = await snapshot(stage);
            stage.site.cluster.loseEtcd();
            await stage.until(10, () => stage.site.cluster.etcd.members.length === 0);
            await mustOperate(stage, "restore", "--snapshot", file);
            await requireWhole(stage);
            // What is asked twice is refused: etcd runs.
            await mustRefuse(stage, /etcd runs on/, "restore", "--snapshot", file);
        },
    },
];

/** Each begins with a cluster that is well, and leaves one. */
export const OPERATIONS: readonly Scenario[] = operations.map((scenario) => ({
    ...scenario,
    needsTalosctl: true,
}));
