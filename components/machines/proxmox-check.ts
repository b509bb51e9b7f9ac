/** Looks at Proxmox before an update makes machines there. */
import * as pulumi from "@pulumi/pulumi";
import { HttpsError } from "../base/https-get";
import type { Site } from "../site";
import { askProxmox, type ProxmoxAccess, proxmoxAnswers } from "./proxmox-api";
import { prerequisiteFaults } from "./proxmox-prerequisites";
import { demandOf } from "./proxmox-privileges";
import {
    edgeMachines,
    madeNodes,
    proxmoxOf,
    type ProxmoxServer,
    proxmoxServers,
    tokenOf,
    usedHosts,
} from "./proxmox-hosts";

/** Fetches one path below `/api2/json` of a Proxmox. */
export type AskProxmox = (access: ProxmoxAccess, path: string) => Promise<unknown>;

function valueOf<T>(output: pulumi.Output<T>): Promise<T> {
    return new Promise((resolve) =>
        output.apply((value) => {
            resolve(value);
        }),
    );
}

/** Why nothing could be asked, in words that help. */
function unreachable(
    { endpoint, standalone }: ProxmoxServer,
    { message, status }: HttpsError,
): string {
    if (status === 401) {
        const secret = standalone === undefined ? "proxmoxApiToken" : "proxmoxHostTokens";
        return `Proxmox at ${endpoint} does not know the token in ${secret}, or it has expired: user@realm!name=uuid, of "pveum user token add".`;
    }
    return /certificate|self.signed|altname/i.test(message)
        ? `The certificate of Proxmox at ${endpoint} is not trusted here (${message}): trust its authority, /etc/pve/pve-root-ca.pem, on this machine, or give Proxmox a certificate that is trusted everywhere.`
        : `Proxmox at ${endpoint} does not answer (${message}): see proxmox.endpoint.`;
}

/** What one Proxmox lacks. */
async function faultsOf(site: Site, server: ProxmoxServer, ask: AskProxmox): Promise<string[]> {
    const { endpoint } = server;
    const { insecure } = proxmoxOf(site);
    const access = { endpoint, insecure, token: await valueOf(tokenOf(site, server)) };
    const demand = demandOf(site, server);
    try {
        const answers = await proxmoxAnswers(demand, (path) => ask(access, path));
        return prerequisiteFaults(demand, answers);
    } catch (error) {
        if (error instanceof HttpsError) {
            return [unreachable(server, error)];
        }
        throw error;
    }
}

/**
 * Checks that each Proxmox has what the machines need. It asks a dozen small questions; a preview
 * asks nothing.
 *
 * @throws RunError with one sentence for each thing that is missing, before anything is registered
 */
export async function checkProxmox(site: Site, ask: AskProxmox = askProxmox): Promise<void> {
    if (pulumi.runtime.isDryRun()) {
        return;
    }
    const hosts = usedHosts(site, [...madeNodes(site), ...edgeMachines(site)]);
    const all = await Promise.all(
        proxmoxServers(site, hosts).map((server) => faultsOf(site, server, ask)),
    );
    const faults = all.flat();
    if (faults.length > 0) {
        const lines = faults.map((fault) => `  ${fault}`).join("\n");
        throw new pulumi.RunError(
            `Proxmox is not ready for this stack, nothing was changed (docs/proxmox.md):\n${lines}`,
        );
    }
}
