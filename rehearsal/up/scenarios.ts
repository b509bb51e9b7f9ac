/** What is rehearsed, in the order in which it follows; each begins with what the one before left. */
import { require } from "./fault";
import { reasonsIn } from "./pulumi";
import type { Stage } from "./stage";
import { loseState, secretsOfCluster, takeOver, takeOverBootstrap } from "./take-over";
import type { NodeEntry } from "./workspace";

/** One scenario. */
export interface Scenario {
    readonly name: string;
    /** What it shows, as a sentence. */
    readonly shows: string;
    /** It begins with an empty Proxmox of its own. */
    readonly alone?: boolean;
    readonly run: (stage: Stage) => Promise<void>;
}

const same = (one: readonly string[], other: readonly string[]) =>
    JSON.stringify([...one].sort()) === JSON.stringify([...other].sort());

/** Everything that the settings say is there, fenced and ready. */
async function requireWhole(stage: Stage): Promise<void> {
    const { nodes, site } = stage;
    const names = nodes.map(({ name }) => name);
    const machines = [...site.proxmox.machines.values()];
    const isReady = await stage.until(30, async () => same(await stage.readyNodes(), names));
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
    ], [isReady, `Ready are only ${(await stage.readyNodes()).join(", ")}.`], [
        same(
            members,
            controlPlanes.map(({ name }) => name),
        ),
        `etcd has the members ${members.join(", ")}.`,
    ]);
}

/** An update that changes nothing, neither in the state nor on the site. */
async function requireNothingChanges(stage: Stage): Promise<void> {
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
function requireUntouched(
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
function added(stage: Stage): NodeEntry {
    const worker = stage.node("worker");
    const last = Math.max(...stage.nodes.map(({ vmId }) => vmId));
    return { ...worker, name: "worker-added", address: stage.spare[0] ?? "", vmId: last + 50 };
}

/** Places at which an update is killed: right after each of these was answered. */
export const KILLS: readonly RegExp[] = [
    /POST .*download-url/,
    /POST .*\/qemu$/,
    /PUT .*\/resize/,
    /POST .*status\/start/,
    /POST .*firewall\/rules/,
    /PUT .*firewall\/options/,
    /Talos: ApplyConfiguration/,
    /Talos: Bootstrap/,
    /Talos: Kubeconfig/,
    /Talos: EtcdMemberList/,
];

async function killAt(stage: Stage, place: RegExp): Promise<void> {
    const { heard, forget } = stage.site.whenHeard(place);
    const running = stage.startUp();
    const met = await Promise.race([heard.then(() => true), running.ended.then(() => false)]);
    forget();
    running.kill();
    const ended = await running.ended;
    require([met, [`An update ended before ${place.source}:`, ...reasonsIn(ended)].join(" ")]);
    stage.progress(`Killed after ${place.source}`);
    // The lock of the one that was killed.
    await stage.must("cancel", "--yes", "--stack", stage.workspace.stack);
    if (place.source.endsWith("Bootstrap")) {
        await takeOverBootstrap(stage);
    }
}

/** Those that are run, in order. */
export const SCENARIOS: readonly Scenario[] = [
    {
        name: "from-nothing",
        shows: "From an empty Proxmox to a kubeconfig and nodes that are ready.",
        run: async (stage) => {
            await stage.up();
            await requireWhole(stage);
            const { output } = await stage.must(
                ...[
                    "stack",
                    "output",
                    "kubeconfig",
                    "--show-secrets",
                    "--stack",
                    stage.workspace.stack,
                ],
            );
            require([output.includes("client-certificate-data"), "The output kubeconfig is none."]);
        },
    },
    {
        name: "again",
        shows: "A second update changes nothing.",
        run: requireNothingChanges,
    },
    {
        name: "refresh",
        shows: "Reading what is there changes nothing either.",
        run: async (stage) => {
            await stage.must(
                "refresh",
                "--yes",
                "--stack",
                stage.workspace.stack,
                "--non-interactive",
            );
            await requireNothingChanges(stage);
        },
    },
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
    {
        name: "state-lost",
        shows: "A state that is lost is made again from what is there, and no node notices.",
        run: async (stage) => {
            const before = stage.starts();
            const secrets = secretsOfCluster(stage);
            if (secrets === undefined) {
                stage.progress("Left out: there is no talosctl on the PATH");
                return;
            }
            await loseState(stage);
            await takeOver(stage, secrets);
            await requireWhole(stage);
            requireUntouched(stage, before);
            await requireNothingChanges(stage);
        },
    },
    {
        name: "destroy",
        shows: "A destroy leaves nothing.",
        run: async (stage) => {
            const { stack } = stage.workspace;
            for (const node of stage.nodes) {
                stage.site.proxmox.configure(stage.machine(node), { protection: "0" }, []);
            }
            await stage.must("state", "unprotect", "--all", "--yes", "--stack", stack);
            await stage.must(
                "destroy",
                "--yes",
                "--skip-preview",
                "--non-interactive",
                "--stack",
                stack,
            );
            const { machines, files } = stage.site.proxmox;
            const { resources } = await stage.state();
            require([
                machines.size === 0,
                `Proxmox still has ${[...machines.keys()].join(", ")}.`,
            ], [files.size === 0, `Storages still have ${[...files.keys()].join(", ")}.`], [
                resources.length === 0,
                `The state still has ${resources.length} resources.`,
            ]);
        },
    },
    {
        name: "killed",
        alone: true,
        shows: "An update that is killed at ten places, one after the other, is continued to its end.",
        run: async (stage) => {
            for (const place of KILLS) {
                await killAt(stage, place);
            }
            await stage.adopt();
            await requireWhole(stage);
            await requireNothingChanges(stage);
        },
    },
];
