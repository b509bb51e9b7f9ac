/** What the policy pack knows of the site: never a secret, it lands in the state. Pure. */
import type { PlatformInputs } from "./base/component";
import { type Exception, notBuiltExceptions } from "./base/exceptions";
import type { Site } from "./site";

/**
 * Of a stack that is not protected anyway: etcd is kept nowhere where there is no place for it.
 *
 * @param resource where findings about something absent stand: the root component
 */
function withoutTarget({ backup, protect, cluster }: Site, resource: string): Exception[] {
    return backup !== undefined || protect || cluster.source !== "proxmox"
        ? []
        : [
              {
                  criterion: "DR-05",
                  resource,
                  reason: "The site names no target outside of the cluster (backup), and a snapshot of etcd inside of it is lost with it.",
                  guard: "The program builds such a cluster anew in an hour, without what people put into it; prod has no such exception.",
                  expires: "2027-11-30",
              },
          ];
}

/**
 * The inputs of the root component.
 *
 * @param name of the component, where the policy pack finds what is absent
 */
export function siteFacts(site: Site, name: string): PlatformInputs {
    const { profile, cluster, network, proxmox, controlPlanes, nodes } = site;
    const { criticalWorkloads, exceptions, cost } = site;
    const root = `Platform/${name}`;
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
        exceptions: [...exceptions, ...notBuiltExceptions(root), ...withoutTarget(site, root)],
    };
}
