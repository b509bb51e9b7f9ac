/** Opens the ways to a stack's cluster: settings, state, talosctl, Kubernetes, Proxmox. */
import * as fs from "node:fs";
import * as path from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { askProxmox, putProxmox, type ProxmoxAccess } from "../components/machines/proxmox-api";
import {
    hostOf,
    proxmoxOf,
    type ProxmoxServer,
    proxmoxServers,
    serverOf,
    tokenOf,
} from "../components/machines/proxmox-hosts";
import {
    ConfigurationError,
    parseEntries,
    type Settings,
    toSettings,
} from "../components/settings";
import { tenantFiles } from "../components/tenant-files";
import type { NodeSettings } from "../components/site-schema";
import { rookCeph } from "../components/storage/rook-ceph";
import { Kubernetes } from "../kubernetes-client/kubernetes";
import { requirePulumi } from "../preview/engine/toolchain";
import { readStackFile, type StackConfiguration, UsageError } from "../preview/stack-file";
import { toolPathOf } from "../scripts/charts/acquire-helm";
import type { Cluster } from "./cluster/cluster";
import { realClock } from "./cluster/cluster";
import type { ListedMachine } from "./drift/machines";
import { type StackState, stateOf } from "./stack-state";
import { acquireTalosctl } from "./talosctl/acquire";
import { Talosctl } from "./talosctl/talosctl";

const root = path.join(__dirname, "..");

/** What the command line says about the ways. */
export interface Ways {
    /** Name of the stack, perhaps with its organisation and project. */
    readonly stack: string;
    /** Files that are taken instead of the stack's outputs. */
    readonly talosconfig?: string;
    readonly kubeconfig?: string;
    readonly tell: (line: string) => void;
}

/** A stack that is open. */
export interface OpenStack {
    readonly configuration: StackConfiguration;
    readonly settings: Settings;
    readonly cluster: Cluster;
    readonly state: StackState;
    readonly close: () => void;
}

/** The settings of a stack's file, without an engine. */
export function settingsOf(
    { project, stack, values, encrypted }: StackConfiguration,
    secret: Settings["secret"],
): Settings {
    const entries = Object.entries(values).map(([name, value]) => {
        const colon = name.indexOf(":");
        return {
            namespace: name.slice(0, colon),
            key: name.slice(colon + 1),
            ...{ value, encrypted: encrypted.includes(name) },
        };
    });
    const files = tenantFiles(process.cwd(), stack);
    const result = parseEntries(entries, project, process.env, undefined, files);
    if ("faults" in result) {
        throw new ConfigurationError(result.faults, stack);
    }
    return toSettings(result.configuration, stack, secret, process.env);
}

function readFile(what: string, file: string): string {
    try {
        return fs.readFileSync(file, "utf8");
    } catch {
        throw new UsageError(`--${what}: ${file} cannot be read.`);
    }
}

/** The Pulumi CLI is asked for only when something of the state is wanted. */
function lazyState(stack: string): StackState {
    let state: StackState | undefined;
    const open = () => (state ??= stateOf(requirePulumi(), stack));
    return {
        output: async (name) => open().output(name),
        resources: async () => open().resources(),
        unprotect: async (urn) => open().unprotect(urn),
        setConfig: async (key, value) => open().setConfig(key, value),
        secret: async (key) => open().secret(key),
        up: async (flags) => open().up(flags),
    };
}

async function credentials(
    state: StackState,
    { stack, talosconfig, kubeconfig }: Ways,
): Promise<{ talosconfig: string; kubeconfig: string }> {
    const of = async (what: "talosconfig" | "kubeconfig", file: string | undefined) => {
        const text = file === undefined ? await state.output(what) : readFile(what, file);
        if (text === undefined) {
            throw new UsageError(
                `The stack ${stack} has no output ${what}: no cluster was made with it, or give one with --${what} FILE.`,
            );
        }
        return text;
    };
    return {
        talosconfig: await of("talosconfig", talosconfig),
        kubeconfig: await of("kubeconfig", kubeconfig),
    };
}

/**
 * Opens a stack.
 *
 * @throws UsageError when a way is missing
 */
export async function openStack(ways: Ways): Promise<OpenStack> {
    const { stack, tell } = ways;
    const short = stack.split("/").at(-1) ?? stack;
    const configuration = readStackFile(root, short);
    const state = lazyState(stack);
    const { project } = configuration;
    const settings = settingsOf(configuration, (key) =>
        pulumi.output(state.secret(`${project}:${key}`)),
    );
    const { site } = settings;
    if (site.cluster.source !== "proxmox") {
        throw new UsageError(
            `Stack ${short} is on a cluster that was there before (cluster.source): its nodes are not this program's.`,
        );
    }
    const texts = await credentials(state, ways);
    const file = await acquireTalosctl(toolPathOf(process.env), site.versions.talos, tell);
    const talosctl = Talosctl.open(file, texts.talosconfig);
    const kubernetes = await Kubernetes.connectWith(texts.kubeconfig);
    return {
        configuration,
        settings,
        state,
        cluster: {
            ...{ stack: short, site, talosctl, kubernetes, tell },
            hasCeph: settings.isOn(rookCeph),
            snapshots: path.join(root, "output", "snapshots", short),
            clock: realClock,
        },
        close: () => {
            talosctl.close();
            kubernetes.close();
        },
    };
}

async function accessTo({ site }: Cluster, server: ProxmoxServer): Promise<ProxmoxAccess> {
    const token = await new Promise<string>((resolve) => {
        tokenOf(site, server).apply(resolve);
    });
    return { endpoint: server.endpoint, insecure: proxmoxOf(site).insecure, token };
}

/** The machines of every Proxmox. */
export async function listMachines(cluster: Cluster): Promise<ListedMachine[]> {
    const lists = await Promise.all(
        proxmoxServers(cluster.site).map(async (server) =>
            askProxmox(await accessTo(cluster, server), "/cluster/resources?type=vm"),
        ),
    );
    return lists.flatMap((list) => (Array.isArray(list) ? (list as ListedMachine[]) : []));
}

/** Takes Proxmox' own protection off a machine; one that is gone needs none. */
export async function unprotectMachine(cluster: Cluster, node: NodeSettings): Promise<void> {
    const server = serverOf(cluster.site, hostOf(cluster.site, node));
    const access = await accessTo(cluster, server);
    const path = `/nodes/${node.host}/qemu/${node.vmId}/config`;
    await putProxmox(access, path, { protection: "0" });
}
