/** Asks nodes and tells them, through talosctl, in the fields' own types. */
import * as fs from "node:fs";
import * as path from "node:path";
import { runTool, temporaryFolder } from "../../components/base/ending";
import type { EtcdMember, EtcdReport } from "../../components/cluster/gate";
import {
    alarmsOf,
    clientVersion,
    configurationOf,
    leaderOf,
    membersOf,
    schematicOf,
    serviceState,
    versionOf,
} from "./answers";

/** talosctl ended with a failure. Its message is one line, without secrets. */
export class TalosctlError extends Error {}

/** Seconds that a question may take; one that is not answered then never is. */
const QUESTION = 30;
/** Seconds that an upgrade of a node may take: the drain, the download, and the reboot. */
const UPGRADE = 3600;
const LIMIT = 64 * 1024 * 1024;

/** The last thing that a program complained of. */
function complaint(stderr: string): string {
    const lines = stderr.split("\n").filter((line) => line.trim() !== "");
    const last = lines.at(-1)?.trim() ?? "no reason given";
    return last
        .replace(/^error:?\s*/i, "")
        .slice(0, 300)
        .replace(/\.$/, "");
}

/** talosctl with the credentials of one cluster. */
export class Talosctl {
    private constructor(
        private readonly file: string,
        private readonly talosconfig: string,
        /** Removes what lies on the disk. */
        readonly close: () => void,
    ) {}

    /**
     * @param file the program
     * @param talosconfig text of the talosconfig; it lies in a file of this user until the end
     */
    static open(file: string, talosconfig: string): Talosctl {
        const { folder, remove } = temporaryFolder("talosconfig");
        const name = path.join(folder, "config");
        fs.writeFileSync(name, talosconfig, { mode: 0o600 });
        return new Talosctl(file, name, remove);
    }

    /** Release of the program itself, such as `v1.13.9`. */
    static async release(file: string): Promise<string> {
        const { stdout } = await runTool(file, ["version", "--client", "--short"], {
            timeout: QUESTION * 1000,
        });
        return clientVersion(stdout);
    }

    /** Release of Talos on a node. */
    async version(address: string): Promise<string> {
        return versionOf(await this.ask(address, ["version", "--json"]));
    }

    async schematic(address: string): Promise<string> {
        return schematicOf(await this.ask(address, ["get", "extensions", "-o", "json"]));
    }

    /** The machine configuration of a node; full of secrets. */
    async configuration(address: string): Promise<string> {
        return configurationOf(await this.ask(address, ["get", "machineconfig", "-o", "json"]));
    }

    async members(address: string): Promise<EtcdMember[]> {
        return membersOf(await this.ask(address, ["etcd", "members"]));
    }

    /** Members and alarms, as one control plane knows them. */
    async etcd(address: string): Promise<EtcdReport> {
        return {
            members: await this.members(address),
            alarms: alarmsOf(await this.ask(address, ["etcd", "alarm", "list"])),
        };
    }

    /** Takes a member out of etcd that cannot leave by itself. */
    async removeMember(address: string, id: string): Promise<void> {
        await this.ask(address, ["etcd", "remove-member", id]);
    }

    /** Id of the member that leads etcd. */
    async leader(address: string): Promise<string> {
        return leaderOf(await this.ask(address, ["etcd", "status"]));
    }

    /** State of a service of a node. */
    async service(address: string, name: string): Promise<string> {
        return serviceState(await this.ask(address, ["service", name]));
    }

    /** Writes a snapshot of etcd; talosctl checks its sum before it takes the file's name. */
    async snapshot(address: string, file: string): Promise<void> {
        await this.ask(address, ["etcd", "snapshot", file], UPGRADE);
    }

    /** Drains a node, installs an image beside the old system, reboots, and uncordons. */
    async upgrade(address: string, image: string): Promise<void> {
        await this.ask(
            address,
            ["upgrade", "--image", image, "--drain", "--drain-timeout", "20m", "--timeout", "30m"],
            UPGRADE,
        );
    }

    /** What `upgrade-k8s` would do, or does. */
    async upgradeKubernetes(address: string, release: string, dryRun: boolean): Promise<void> {
        const further = dryRun ? ["--dry-run"] : [];
        await this.ask(address, ["upgrade-k8s", "--to", release, ...further], UPGRADE);
    }

    /** A control plane leaves etcd, and its system disk is wiped. */
    async reset(address: string): Promise<void> {
        await this.ask(address, ["reset", "--graceful", "--timeout", "30m"], UPGRADE);
    }

    /** Turns a node off, which was drained before. */
    async shutdown(address: string): Promise<void> {
        await this.ask(address, ["shutdown", "--force", "--timeout", "10m"], UPGRADE);
    }

    /** Makes etcd anew from a snapshot. */
    async recover(address: string, file: string): Promise<void> {
        await this.ask(address, ["bootstrap", `--recover-from=${file}`], UPGRADE);
    }

    /**
     * One call. The node is its own endpoint: the virtual address moves, and another control plane
     * may be the one that is down.
     */
    private async ask(
        address: string,
        args: readonly string[],
        seconds = QUESTION,
    ): Promise<string> {
        const credentials = ["--talosconfig", this.talosconfig, "-e", address, "-n", address];
        const what = args.slice(0, args[0] === "etcd" || args[0] === "get" ? 2 : 1).join(" ");
        try {
            const { stdout } = await runTool(this.file, [...args, ...credentials], {
                timeout: seconds * 1000,
                maxBuffer: LIMIT,
            });
            return stdout;
        } catch (error) {
            const { stderr = "", killed } = error as { stderr?: string; killed?: boolean };
            const reason = killed === true ? `no answer within ${seconds} s` : complaint(stderr);
            throw new TalosctlError(`talosctl ${what} at ${address}: ${reason}`);
        }
    }
}
