/** Hostname, addresses, name resolution, time and ingress firewall of a node. Pure. */
import { firewallRules } from "../machines/firewall";
import { furtherInterfaces, mainAddress } from "../machines/interfaces";
import type { Site } from "../site";
import type { NodeSettings } from "../site-schema";
import type { NamedDocument } from "./machine-document";

const apiVersion = "v1alpha1";

/** Our name of the VM's first interface: the kernel's depends on the slot of the virtual bus. */
const link = "net0";

/** The further interfaces, each by the hardware address that the VM gives it. */
function further(node: NodeSettings): NamedDocument[] {
    return furtherInterfaces(node).flatMap(
        ({ link: name, macAddress, address, mtu }): NamedDocument[] => [
            {
                apiVersion,
                kind: "LinkAliasConfig",
                name,
                selector: { match: `mac(link.permanent_addr) == "${macAddress}"` },
            },
            {
                apiVersion,
                kind: "LinkConfig",
                name,
                up: true,
                ...(mtu === undefined ? {} : { mtu }),
                ...(address === undefined ? {} : { addresses: [{ address }] }),
            },
        ],
    );
}

/** The first interface is the one that is none of the others: an alias is for exactly one link. */
function firstLink(node: NodeSettings): string {
    const others = furtherInterfaces(node).map(({ macAddress }) => `"${macAddress}"`);
    const virtual = 'link.driver == "virtio_net"';
    return others.length === 0
        ? virtual
        : `${virtual} && !(mac(link.permanent_addr) in [${others.join(", ")}])`;
}

/**
 * Since Talos 1.12 hostname and addresses must be written down (siderolabs/talos#13249). The address
 * equals the one that nocloud gives before there is a configuration.
 */
function identity(site: Site, node: NodeSettings): NamedDocument[] {
    const { network } = site;
    const { address, gateway } = mainAddress(site, node);
    return [
        { apiVersion, kind: "HostnameConfig", hostname: node.name, auto: "off" },
        {
            apiVersion,
            kind: "LinkAliasConfig",
            name: link,
            selector: { match: firstLink(node) },
        },
        {
            apiVersion,
            kind: "LinkConfig",
            name: link,
            up: true,
            addresses: [{ address }],
            routes: [{ gateway }],
        },
        ...further(node),
        {
            apiVersion,
            kind: "ResolverConfig",
            nameservers: network.nameservers.map((address) => ({ address })),
            searchDomains: { disableDefault: true },
        },
        { apiVersion, kind: "TimeSyncConfig", ntp: { servers: [...network.timeServers] } },
    ];
}

/** The shared address, which the control planes hold in turn once etcd runs. */
function virtualAddress({ cluster }: Site, { role }: NodeSettings): NamedDocument[] {
    return role === "controlPlane" && cluster.virtualIp !== undefined
        ? [{ apiVersion, kind: "Layer2VIPConfig", name: cluster.virtualIp, link }]
        : [];
}

/**
 * Talos' own firewall: everything is blocked but what `firewallRules` lists. It covers the host's
 * ports, not what is routed to pods. ICMP has no document because Talos always allows five packets
 * per second.
 */
function ingress(site: Site, node: NodeSettings): NamedDocument[] {
    const rules = firewallRules(site, node).flatMap(
        ({ name, protocol, ports, sources }): NamedDocument[] =>
            protocol === "tcp" || protocol === "udp"
                ? [
                      {
                          apiVersion,
                          kind: "NetworkRuleConfig",
                          name,
                          portSelector: { ports: [...ports], protocol },
                          ingress: sources.map((subnet) => ({ subnet })),
                      },
                  ]
                : [],
    );
    return [{ apiVersion, kind: "NetworkDefaultActionConfig", ingress: "block" }, ...rules];
}

/** All network documents of a node. */
export function networkDocuments(site: Site, node: NodeSettings): NamedDocument[] {
    return [...identity(site, node), ...virtualAddress(site, node), ...ingress(site, node)];
}
