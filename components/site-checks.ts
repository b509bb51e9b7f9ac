/**
 * What the site's values mean across keys. Every check is a pure function that returns all its
 * faults, so that a user sees every mistake at once.
 */
import { addressToNumber, isHostAddress, networksOverlap } from "./addresses";
import type { Fault } from "./base/definition";
import { nearest } from "./nearest";
import type { NodeSettings, SiteConfiguration } from "./site-schema";

type Check = (site: SiteConfiguration) => Fault[];

function duplicates(nodes: readonly NodeSettings[], field: "name" | "vmId" | "address"): Fault[] {
    return nodes.flatMap((node, index) => {
        const found = node[field];
        const first = nodes.findIndex((other) => other[field] === found);
        return found === undefined || first === index
            ? []
            : [
                  {
                      key: `nodes[${index}].${field}`,
                      found: String(found),
                      allowed: `a value that no other node has (nodes[${first}] has it too)`,
                  },
              ];
    });
}

const uniqueNodes: Check = ({ nodes }) => [
    ...duplicates(nodes, "name"),
    ...duplicates(nodes, "vmId"),
    ...duplicates(nodes, "address"),
];

const addressesInSubnet: Check = ({ nodes, cluster, network }) => {
    const { loadBalancers } = network;
    const all: [string, string | undefined][] = [
        ...nodes.map((node, index): [string, string] => [`nodes[${index}].address`, node.address]),
        ["cluster.virtualIp", cluster.virtualIp],
        ["network.gateway", network.gateway],
        ["network.loadBalancers.start", loadBalancers.start],
        ["network.loadBalancers.stop", loadBalancers.stop],
    ];
    const taken = new Set(nodes.map((node) => node.address));
    const outside = all.flatMap(([key, found]) =>
        found === undefined || isHostAddress(found, network.nodes)
            ? []
            : [{ key, found, allowed: `a host address inside network.nodes (${network.nodes})` }],
    );
    const gateway = taken.has(network.gateway)
        ? [{ key: "network.gateway", found: network.gateway, allowed: "an address no node has" }]
        : [];
    return [...outside, ...gateway];
};

const virtualIp: Check = ({ nodes, cluster, network }) => {
    const key = "cluster.virtualIp";
    if (cluster.virtualIp === undefined) {
        return cluster.source === "proxmox"
            ? [{ key, found: "nothing", allowed: `a free address inside ${network.nodes}` }]
            : [];
    }
    const found = cluster.virtualIp;
    const owner = nodes.find((node) => node.address === found);
    const allowed = "an address that nobody has";
    return [
        ...(owner ? [{ key, found, allowed: `${allowed} (${owner.name} has it)` }] : []),
        ...(found === network.gateway
            ? [{ key, found, allowed: `${allowed} (it is network.gateway)` }]
            : []),
    ];
};

const loadBalancerRange: Check = ({ nodes, cluster, network }) => {
    const start = addressToNumber(network.loadBalancers.start);
    const stop = addressToNumber(network.loadBalancers.stop);
    const key = "network.loadBalancers";
    const range = `${network.loadBalancers.start} to ${network.loadBalancers.stop}`;
    if (start > stop) {
        return [{ key, found: range, allowed: "a start that is not above its stop" }];
    }
    const inside = [...nodes.map((node) => node.address), cluster.virtualIp, network.gateway]
        .filter((address) => address !== undefined)
        .filter((address) => addressToNumber(address) >= start && addressToNumber(address) <= stop);
    return inside.length === 0
        ? []
        : [{ key, found: range, allowed: `a range without the used ${inside.join(", ")}` }];
};

const separateNetworks: Check = ({ network }) => {
    const pairs = [
        ["pods", "nodes"],
        ["services", "nodes"],
        ["services", "pods"],
    ] as const;
    return pairs.flatMap(([left, right]) =>
        networksOverlap(network[left], network[right])
            ? [
                  {
                      key: `network.${left}`,
                      found: network[left],
                      allowed: `a network that does not overlap network.${right} (${network[right]})`,
                  },
              ]
            : [],
    );
};

const oddControlPlane: Check = ({ nodes, cluster }) => {
    const count = nodes.filter((node) => node.role === "controlPlane").length;
    const judged = cluster.source === "proxmox" || count > 0;
    return judged && count % 2 === 0
        ? [
              {
                  key: "nodes",
                  found: `${count} control planes`,
                  allowed: "an odd number (etcd needs a majority), 3 for high availability",
              },
          ]
        : [];
};

const machines: Check = ({ nodes, cluster, proxmox }) => {
    if (cluster.source !== "proxmox") {
        return [];
    }
    if (proxmox === undefined) {
        return [
            {
                key: "proxmox",
                found: "nothing",
                allowed: "endpoint and hosts, because cluster.source is proxmox",
            },
        ];
    }
    const hosts = proxmox.hosts.map((host) => host.name);
    return nodes.flatMap((node, index) => {
        const key = `nodes[${index}]`;
        const near = nearest(node.host, hosts);
        const hint = near === undefined ? "" : `; did you mean ${near}?`;
        const systemDisks = node.disks.filter((disk) => disk.purpose === "system").length;
        const faults: Fault[] = [];
        if (!hosts.includes(node.host)) {
            const allowed = `a host of proxmox.hosts (${hosts.join(", ")})${hint}`;
            faults.push({ key: `${key}.host`, found: node.host, allowed });
        }
        if (node.vmId === undefined) {
            faults.push({
                key: `${key}.vmId`,
                found: "nothing",
                allowed: "a fixed id from 100 on",
            });
        }
        if (systemDisks !== 1) {
            const allowed = "exactly one disk with purpose system";
            faults.push({ key: `${key}.disks`, found: `${systemDisks} system disks`, allowed });
        }
        if (node.role === "controlPlane" && node.disks.length > systemDisks) {
            const allowed = "Ceph disks on workers only";
            faults.push({ key: `${key}.disks`, found: "a ceph disk on a control plane", allowed });
        }
        const minimum = node.role === "controlPlane" ? 2048 : 1024;
        if (node.memory < minimum) {
            const allowed = `at least ${minimum} MiB, the Talos minimum for its role`;
            faults.push({ key: `${key}.memory`, found: `${node.memory} MiB`, allowed });
        }
        return faults;
    });
};

const existingCluster: Check = ({ cluster }) =>
    cluster.source === "existing" && cluster.kubeconfig === undefined
        ? [
              {
                  key: "cluster.kubeconfig",
                  found: "nothing",
                  allowed: "the path of a kubeconfig, because cluster.source is existing",
              },
          ]
        : [];

/** All checks of the site, in the order in which their faults are printed. */
export const siteChecks: readonly Check[] = [
    uniqueNodes,
    addressesInSubnet,
    virtualIp,
    loadBalancerRange,
    separateNetworks,
    oddControlPlane,
    machines,
    existingCluster,
];
