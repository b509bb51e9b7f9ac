/** What the policy pack knows of the site: never a secret, it lands in the state. Pure. */
import type { PlatformInputs } from "./base/component";
import { notBuiltExceptions } from "./base/exceptions";
import type { Site } from "./site";

/**
 * The inputs of the root component.
 *
 * @param name of the component, where the policy pack finds what is absent
 */
export function siteFacts(site: Site, name: string): PlatformInputs {
    const { profile, cluster, network, proxmox, controlPlanes, nodes } = site;
    const { criticalWorkloads, exceptions, cost } = site;
    return {
        profile,
        source: cluster.source,
        virtualIp: cluster.virtualIp,
        nodeNetwork: network.nodes,
        podNetwork: network.pods,
        serviceNetwork: network.services,
        apiServerPort: network.apiServerPort,
        hosts: proxmox?.hosts.map(({ name }) => name),
        controlPlanes: controlPlanes.map(({ name, address, host }) => ({ name, address, host })),
        // Talos patches may hold secrets.
        nodes: nodes.map((node) => ({ ...node, talosPatches: undefined })),
        cost,
        criticalWorkloads,
        // The site's own come first: they may say more.
        exceptions: [...exceptions, ...notBuiltExceptions(`Platform/${name}`)],
    };
}
