/**
 * Rules of a machine's firewall that an update made and could not write down, because it was killed. The
 * provider makes none beside rules that exist ("Existing rules detected. Aborting...", bpg v0.111.1:
 * proxmoxtf/resource/firewall/rules.go), so each later update would stop there.
 */
import * as pulumi from "@pulumi/pulumi";
import { HttpsError } from "../base/https-get";
import { isRecord } from "../base/object";
import type { Site } from "../site";
import type { NodeSettings } from "../site-schema";
import { firewallRules } from "./firewall";
import { askProxmox, deleteProxmox, type ProxmoxAccess } from "./proxmox-api";
import { hostOf, proxmoxOf, serverOf, tokenOf } from "./proxmox-hosts";

/** What asks Proxmox, and takes something away there. */
export interface RuleKeeper {
    readonly ask: (access: ProxmoxAccess, path: string) => Promise<unknown>;
    readonly remove: (access: ProxmoxAccess, path: string) => Promise<void>;
}

const REAL: RuleKeeper = { ask: askProxmox, remove: deleteProxmox };

/** Whether all rules are those that this program makes for the node, by their comments. */
function areOurs(rules: readonly unknown[], site: Site, node: NodeSettings): boolean {
    const ours = new Set(firewallRules(site, node).map(({ name }) => name));
    return rules.every((rule) => isRecord(rule) && ours.has(String(rule.comment)));
}

/**
 * Takes away the rules of a node's machine, if all of them are this program's. Somebody else's stay, and
 * so do all of them where Proxmox does not answer: then the provider says what is in its way.
 */
export async function removeLeftoverRules(
    site: Site,
    node: NodeSettings,
    access: ProxmoxAccess,
    { ask, remove }: RuleKeeper = REAL,
): Promise<void> {
    const path = `/nodes/${node.host}/qemu/${node.vmId ?? ""}/firewall/rules`;
    try {
        const rules = await ask(access, path);
        if (Array.isArray(rules) && areOurs(rules, site, node)) {
            for (const position of rules.map((_, index) => index).reverse()) {
                await remove(access, `${path}/${position}`);
            }
        }
    } catch (error) {
        if (!(error instanceof HttpsError)) {
            throw error;
        }
    }
}

/** Options for each resource with rules; none in a preview. */
export function leftoverRules(site: Site, node: NodeSettings): pulumi.ResourceHookBinding {
    if (pulumi.runtime.isDryRun()) {
        return {};
    }
    const server = serverOf(site, hostOf(site, node));
    const { insecure } = proxmoxOf(site);
    const hook = new pulumi.ResourceHook(`no-rules-of-${node.name}-are-left`, async () => {
        const token = await new Promise<string>((resolve) => {
            tokenOf(site, server).apply(resolve);
        });
        await removeLeftoverRules(site, node, { endpoint: server.endpoint, insecure, token });
    });
    return { beforeCreate: [hook] };
}
