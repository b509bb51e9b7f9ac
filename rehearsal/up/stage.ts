/** A played site with a copy of the project in front of it: what a scenario acts upon. */
import * as os from "node:os";
import * as path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { ownFolder } from "../../components/base/ending";
import { readStackFile, UsageError } from "../../preview/stack-file";
import { ADOPTION } from "../../preview/engine/adoption";
import { findPulumi } from "../../preview/engine/toolchain";
import type { Machine } from "../machines/proxmox-machine";
import { addressOf } from "../machines/machine-inside";
import { PlayedSite } from "../machines/site";
import { ScenarioFault } from "./fault";
import { talosctlOf } from "./plugins";
import { type Ended, reasonsIn, type Running, start, surroundings } from "./pulumi";
import { describeSite, proxmoxApiToken } from "./site-of-stack";
import { type NodeEntry, Workspace } from "./workspace";

const root = path.join(__dirname, "..", "..");
/** Flags of every update: it was previewed by nobody, and nobody is asked. */
const UP = ["up", "--yes", "--skip-preview", "--non-interactive", "--color", "never"];

/** What it is made of. */
export interface StageOptions {
    readonly stack: string;
    /** Systems that stay on. */
    readonly systems: readonly string[] | "all";
    readonly progress: (line: string) => void;
}

/** The stage. */
export class Stage {
    private constructor(
        readonly workspace: Workspace,
        readonly site: PlayedSite,
        /** Addresses that no node has yet. */
        readonly spare: readonly string[],
        private readonly remove: () => void,
        readonly progress: (line: string) => void,
    ) {}

    /** Makes it: an empty Proxmox, and a stack that was never deployed. */
    static async build({ stack, systems, progress }: StageOptions): Promise<Stage> {
        const { folder, remove } = ownFolder(path.join(os.tmpdir(), "platform-up-"));
        const configuration = readStackFile(root, stack);
        if (configuration.values[`${configuration.project}:nodes`] === undefined) {
            remove();
            throw new UsageError(`Stack ${stack} makes no machines: there is nothing to rehearse.`);
        }
        const workspace = Workspace.create(folder, configuration, systems, {
            proxmoxApiToken,
        });
        const { description, spare } = await describeSite(folder, workspace);
        const site = await PlayedSite.start(description, progress);
        const stage = new Stage(workspace, site, spare, remove, progress);
        await stage.must("stack", "init", workspace.stack, "--non-interactive");
        for (const [key, value] of Object.entries(workspace.secrets)) {
            await stage.must("config", "set", "--secret", "--stack", workspace.stack, key, value);
        }
        return stage;
    }

    /** The nodes of the settings. */
    get nodes(): readonly NodeEntry[] {
        return this.workspace.setting("nodes");
    }

    set nodes(nodes: readonly NodeEntry[]) {
        this.workspace.set("nodes", nodes);
    }

    /** The first node of a role, by its place. */
    node(role: NodeEntry["role"], index = 0): NodeEntry {
        const found = this.nodes.filter((node) => node.role === role).at(index);
        if (found === undefined) {
            throw new ScenarioFault([`The stack has no ${role} at place ${index + 1}.`]);
        }
        return found;
    }

    /** The machine of a node. */
    machine({ address }: Pick<NodeEntry, "address">): Machine {
        const found = this.site.machineAt(address);
        if (found === undefined) {
            throw new ScenarioFault([`Proxmox has no machine at ${address}.`]);
        }
        return found;
    }

    /** Runs talosctl, which must succeed; resolves with what it prints. */
    async talosctl(...args: readonly string[]): Promise<string> {
        const { folder } = this.workspace;
        const env = surroundings(this.workspace, this.site);
        const file = talosctlOf(process.env) ?? "talosctl";
        const { code, output } = await start(file, args, folder, env).ended;
        if (code !== 0) {
            throw new ScenarioFault([`talosctl ${args[0] ?? ""} failed: ${output.trim()}`]);
        }
        return output;
    }

    /** Starts a command of the CLI. */
    pulumi(...args: readonly string[]): Running {
        const { folder } = this.workspace;
        const env = { ...surroundings(this.workspace, this.site), ...this.environment };
        return start(findPulumi() ?? "pulumi", args, folder, env);
    }

    /** Variables besides those of every command. */
    private environment: Readonly<Record<string, string>> = {};

    /**
     * An update that takes over what is in the cluster and not in the state, as `npm run up` does it
     * after one that was killed (`scripts/stack/apply.ts`).
     */
    async adopt(): Promise<void> {
        this.environment = ADOPTION;
        try {
            await this.up();
        } finally {
            this.environment = {};
        }
        // The provider stays told so in the state until an update tells it otherwise.
        const { resources } = await this.state();
        const providers = resources.filter(({ type }) => type === "pulumi:providers:kubernetes");
        await this.up(...providers.flatMap(({ urn }) => ["--target", urn]));
    }

    /** Runs a command of this repository in the copy. */
    command(...args: readonly string[]): Promise<Ended> {
        const { folder } = this.workspace;
        const env = surroundings(this.workspace, this.site);
        return start(process.execPath, ["scripts/start.js", ...args], folder, env).ended;
    }

    /** Runs a command of the CLI that must succeed. */
    async must(...args: readonly string[]): Promise<Ended> {
        const ended = await this.pulumi(...args).ended;
        if (ended.code !== 0) {
            const reasons = reasonsIn(ended);
            throw new ScenarioFault([
                `pulumi ${args[0] ?? ""} ended with ${ended.code ?? "a kill"}:`,
                ...(reasons.length > 0 ? reasons : ended.output.split("\n").slice(-12)),
            ]);
        }
        return ended;
    }

    /** Starts an update. */
    startUp(...flags: readonly string[]): Running {
        return this.pulumi(...UP, "--stack", this.workspace.stack, ...flags);
    }

    /** An update that must succeed. */
    up(...flags: readonly string[]): Promise<Ended> {
        return this.must(...UP, "--stack", this.workspace.stack, ...flags);
    }

    /** The state, in plain text. */
    async state(): Promise<{
        resources: { urn: string; type: string; id?: string }[];
        pending: number;
    }> {
        const { output } = await this.must("stack", "export", "--stack", this.workspace.stack);
        const { deployment } = JSON.parse(output.slice(output.indexOf("{"))) as {
            deployment: {
                resources?: { urn: string; type: string; id?: string }[];
                pending_operations?: unknown[];
            };
        };
        return {
            resources: deployment.resources ?? [],
            pending: deployment.pending_operations?.length ?? 0,
        };
    }

    /** URN of a resource, by the end of its type and its name. */
    async urn(type: string, name: string): Promise<string> {
        const { resources } = await this.state();
        const found = resources.find(({ urn }) => urn.endsWith(`:${type}::${name}`));
        if (found === undefined) {
            throw new ScenarioFault([`The state has no ${type} ${name}.`]);
        }
        return found.urn;
    }

    /** How often each machine was started, by its id. */
    starts(): ReadonlyMap<number, number> {
        return new Map(
            [...this.site.proxmox.machines.values()].map(({ vmId, starts }) => [vmId, starts]),
        );
    }

    /** What Proxmox has of every machine and its firewall. */
    picture(): string {
        const machines = [...this.site.proxmox.machines.values()].map(
            ({ vmId, host, config, running, starts, firewall }) => ({
                ...{ vmId, host, config, running, starts },
                firewall: { options: firewall.options, rules: firewall.rules },
            }),
        );
        return JSON.stringify(machines.sort((one, other) => one.vmId - other.vmId));
    }

    /** Waits until something holds, or gives up after so many seconds. */
    async until(seconds: number, holds: () => boolean | Promise<boolean>): Promise<boolean> {
        const end = Date.now() + seconds * 1000;
        while (!(await holds())) {
            if (Date.now() > end) {
                return false;
            }
            await pause(250);
        }
        return true;
    }

    /** Takes a machine's power away, or gives it back. */
    async power(node: NodeEntry, isOn: boolean): Promise<void> {
        const machine = this.machine(node);
        if (isOn) {
            this.site.proxmox.powerOn(machine);
        } else {
            this.site.proxmox.powerOff(machine);
        }
        await this.until(10, () => {
            const stage = this.site.cluster.at(addressOf(machine) ?? "")?.stage ?? "off";
            return isOn ? stage === "running" : stage === "off";
        });
    }

    /** Lets a machine go that prod protects, as the runbook does it: in the state and in Proxmox. */
    async unprotect(urn: string, node: NodeEntry): Promise<void> {
        await this.must("state", "unprotect", urn, "--yes", "--stack", this.workspace.stack);
        this.site.proxmox.configure(this.machine(node), { protection: "0" }, []);
    }

    /** Ends everything and removes the copy. */
    async close(): Promise<void> {
        await this.site.stop();
        this.remove();
    }
}
