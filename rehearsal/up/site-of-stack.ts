/** The site that a stack describes: what is played for it. */
import { neededPrivileges } from "../../components/machines/proxmox-privileges";
import { readStackFile, UsageError } from "../../preview/stack-file";
import { operatorDefinitions } from "../machines/operator-definitions";
import type { SiteDescription } from "../machines/site";
import { kubernetesOf, rehearsedStack } from "../stack";
import type { Workspace } from "./workspace";

const TOKEN = { id: "rehearsal@pve!up", secret: "00000000-0000-4000-8000-000000000000" } as const;
/** The content types that docs/proxmox.md asks for. */
const STORAGES = [
    { name: "local", content: ["iso", "vztmpl", "backup", "import"] },
    { name: "local-lvm", content: ["images", "rootdir"] },
];
/** Addresses that a scenario may add nodes at, besides those of the stack. */
const SPARE = 4;

/** Secret of the stack with which Proxmox is asked. */
export const proxmoxApiToken = `${TOKEN.id}=${TOKEN.secret}`;

/**
 * What is not played yet is said before anything is started.
 *
 * @throws UsageError
 */
function requirePlayable(
    stack: string,
    { hosts }: { readonly hosts: readonly { readonly endpoint?: string }[] },
): void {
    if (hosts.some(({ endpoint }) => endpoint !== undefined)) {
        throw new UsageError(
            `Stack ${stack} has hosts with an endpoint of their own; only one Proxmox cluster can be played.`,
        );
    }
}

function lastAddresses(network: string, taken: readonly string[]): string[] {
    const prefix = network.split(".").slice(0, 3).join(".");
    return Array.from({ length: 254 }, (_, index) => `${prefix}.${250 - index}`)
        .filter((address) => !taken.includes(address))
        .slice(0, SPARE);
}

/** The site of the stack in a workspace, and addresses that none of its nodes has. */
export async function describeSite(
    folder: string,
    workspace: Workspace,
): Promise<{ readonly description: SiteDescription; readonly spare: readonly string[] }> {
    const { stack } = workspace;
    const nodes = workspace.setting("nodes");
    const proxmox = workspace.setting("proxmox");
    const cluster = workspace.setting("cluster");
    const network = workspace.setting("network");
    requirePlayable(stack, proxmox);
    const copied = readStackFile(folder, stack);
    const { objects } = await rehearsedStack(copied);
    const addresses = nodes.map(({ address }) => address);
    const spare = lastAddresses(network.nodes, addresses);
    const [first = ""] = addresses;
    const description = {
        endpoint: proxmox.endpoint,
        hosts: proxmox.hosts.map(({ name }) => name),
        storages: STORAGES,
        token: { ...TOKEN, privileges: { "/": Object.values(neededPrivileges).flat() } },
        addresses: [...addresses, ...spare],
        controlPlanes: nodes
            .filter(({ role }) => role === "controlPlane")
            .map(({ address }) => address),
        virtualAddress: cluster.virtualIp ?? first,
        apiServerPort: network.apiServerPort ?? 6443,
        kubernetes: kubernetesOf(copied),
        definitions: operatorDefinitions(objects.map(({ manifest }) => manifest)),
    };
    return { description, spare };
}
