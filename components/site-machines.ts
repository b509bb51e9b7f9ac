/** What the nodes and Proxmox hosts of a site must be like. Pure. */
import type { Fault } from "./base/definition";
import { nodeLabelFaults, nodeTaintFaults } from "./cluster/node-labels";
import { dotted } from "./configuration-faults";
import { nearest } from "./nearest";
import type { NodeSettings, SiteConfiguration } from "./site-schema";
import { eachReadable, whereReadable } from "./unreadable";

/** Items of a list that say what an earlier one says already. */
export function repeated(
    keys: readonly (() => { readonly key: string; readonly value: string | undefined })[],
    allowed: (first: string) => string,
): Fault[] {
    const seen = new Map<string, string>();
    return keys.flatMap((read) =>
        whereReadable(() => {
            const { key, value } = read();
            const first = value === undefined ? undefined : seen.get(value);
            if (value === undefined || first === undefined) {
                seen.set(value ?? "", key);
                return [];
            }
            return [{ key, found: value, allowed: allowed(first) }];
        }),
    );
}

/** The values of one field, item by item. */
function fieldOf<Item>(list: string, items: readonly Item[], field: string & keyof Item) {
    return Array.from({ length: items.length }, (_, index) => () => {
        const value: unknown = items[index]?.[field];
        return {
            key: `${list}[${index}].${field}`,
            value:
                typeof value === "string" || typeof value === "number"
                    ? String(value).toLowerCase()
                    : undefined,
        };
    });
}

/** Fields that no two nodes share; one line for each. Addresses are in the address book. */
export function repeatedNodes({ nodes }: SiteConfiguration): Fault[] {
    return (["name", "vmId"] as const).flatMap((field) =>
        repeated(
            fieldOf("nodes", nodes, field),
            (first) => `a value that no other node has: it is ${first} too`,
        ),
    );
}

/** Proxmox hosts that are listed twice. */
export function repeatedHosts({ proxmox }: SiteConfiguration): Fault[] {
    return repeated(
        fieldOf("proxmox.hosts", proxmox?.hosts ?? [], "name"),
        (first) => `each host once: it is ${first} too`,
    );
}

/** An even number of control planes, none included. */
export function oddControlPlanes({ nodes, cluster }: SiteConfiguration): Fault[] {
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
}

/** Talos' minimum by role: docs.siderolabs.com, "System Requirements" of Talos 1.13. */
const MINIMUM = {
    controlPlane: { cores: 2, memory: 2048 },
    worker: { cores: 1, memory: 1024 },
} as const;
/**
 * GiB by purpose; `local` is anything that holds a file system. Ceph: devices below 5 GB are no OSD
 * (docs.ceph.com, "Listing devices"). Longhorn: it keeps a quarter of a disk free and 30 % of it for
 * others (longhorn-manager v1.12.1: types/setting.go), which leaves half for volumes.
 */
const SMALLEST = { system: 10, ceph: 6, local: 1, longhorn: 10 } as const;
const ASKED_BY = {
    system: "Talos",
    ceph: "Ceph",
    local: "Talos",
    longhorn: "a Longhorn with room for a volume",
} as const;

type NodeCheck = (node: NodeSettings, key: string) => readonly Fault[];

const enough: NodeCheck = ({ role, cores, memory }, key) => {
    const { cores: least, memory: smallest } = MINIMUM[role];
    return [
        ...(cores < least
            ? [
                  {
                      key: `${key}.cores`,
                      found: String(cores),
                      allowed: `at least ${least}, Talos' minimum for a ${role}`,
                  },
              ]
            : []),
        ...(memory < smallest
            ? [
                  {
                      key: `${key}.memory`,
                      found: `${memory} MiB`,
                      allowed: `at least ${smallest} MiB, Talos' minimum for a ${role}`,
                  },
              ]
            : []),
    ];
};

const largeDisks: NodeCheck = ({ disks }, key) =>
    eachReadable(disks, ({ purpose, size }, index) =>
        size >= SMALLEST[purpose]
            ? []
            : [
                  {
                      key: `${key}.disks[${index}].size`,
                      found: `${size} GiB`,
                      allowed: `at least ${SMALLEST[purpose]} GiB for a ${purpose} disk, the minimum of ${ASKED_BY[purpose]}`,
                  },
              ],
    );

const oneSystemDisk: NodeCheck = ({ disks }, key) => {
    const purposes = disks.map(({ purpose }) => purpose);
    const system = purposes.filter((purpose) => purpose === "system").length;
    return [
        ...(system === 1
            ? []
            : [
                  {
                      key: `${key}.disks`,
                      found: `${system} system disks`,
                      allowed: "exactly one disk with purpose system",
                  },
              ]),
    ];
};

/** Longhorn is told of one path for all nodes. */
const oneLonghornDisk: NodeCheck = ({ disks }, key) => {
    const count = disks.filter(({ purpose }) => purpose === "longhorn").length;
    return count > 1
        ? [
              {
                  key: `${key}.disks`,
                  found: `${count} longhorn disks`,
                  allowed: "at most one disk with purpose longhorn, as large as all of them",
              },
          ]
        : [];
};

const machineId: NodeCheck = ({ vmId }, key) =>
    vmId === undefined
        ? [{ key: `${key}.vmId`, found: "nothing", allowed: "a fixed id from 100 on" }]
        : [];

/** Labels that the settings decide in other keys (`cluster/machine-configuration.ts`). */
const ownLabels = ["topology.kubernetes.io/region", "topology.kubernetes.io/zone"] as const;

const labelsAndTaints: NodeCheck = ({ labels, taints }, key) => [
    ...nodeLabelFaults(labels, [`${key}.labels`]),
    ...nodeTaintFaults(taints, [`${key}.taints`]),
    ...ownLabels
        .filter((name) => Object.hasOwn(labels, name))
        .map((name) => ({
            key: dotted([`${key}.labels`, name]),
            found: labels[name] ?? "",
            allowed: "no such label: the node's host and the cluster's name decide it",
        })),
];

/** Checks of each node that becomes a virtual machine. */
const nodeChecks: readonly NodeCheck[] = [
    machineId,
    enough,
    oneSystemDisk,
    oneLonghornDisk,
    largeDisks,
    labelsAndTaints,
];

/** Nodes that name no host of Proxmox. */
export function knownHosts({ cluster, proxmox, nodes }: SiteConfiguration): Fault[] {
    if (cluster.source !== "proxmox" || proxmox === undefined) {
        return [];
    }
    const hosts = proxmox.hosts.map(({ name }) => name);
    return eachReadable(nodes, ({ host: found }, index) => {
        const near = nearest(found, hosts);
        const hint = near === undefined ? "" : `; did you mean ${near}?`;
        const allowed = `a host of proxmox.hosts (${hosts.join(", ")})${hint}`;
        return hosts.includes(found) ? [] : [{ key: `nodes[${index}].host`, found, allowed }];
    });
}

/** Nodes that cannot be the virtual machines that they are to become. */
export function machines({ cluster, nodes }: SiteConfiguration): Fault[] {
    return cluster.source === "proxmox"
        ? nodeChecks.flatMap((check) =>
              eachReadable(nodes, (node, index) => check(node, `nodes[${index}]`)),
          )
        : [];
}

/** Nobody waits for what operators make, although there are operators. */
export function unattended({ cluster }: SiteConfiguration): Fault[] {
    return cluster.source === "proxmox" && !cluster.awaitOperators
        ? [
              {
                  key: "cluster.awaitOperators",
                  found: "false",
                  allowed:
                      "true, because cluster.source is proxmox: an update would call databases ready that are not",
              },
          ]
        : [];
}

/** What a source of the cluster cannot do without. */
export function sourceNeeds({ cluster, proxmox, network }: SiteConfiguration): Fault[] {
    const need = (key: string, value: () => unknown, allowed: () => string): readonly Fault[] =>
        whereReadable(() =>
            value() === undefined ? [{ key, found: "nothing", allowed: allowed() }] : [],
        );
    const because = `because cluster.source is ${cluster.source}`;
    return cluster.source === "proxmox"
        ? [
              ...need(
                  "cluster.virtualIp",
                  () => cluster.virtualIp,
                  () => `a free address inside network.nodes (${network.nodes}), ${because}`,
              ),
              ...need(
                  "proxmox",
                  () => proxmox,
                  () => `an object with endpoint and hosts, ${because}`,
              ),
          ]
        : [
              ...need(
                  "cluster.kubeconfig",
                  () => cluster.kubeconfig,
                  () => `the path of a kubeconfig such as ~/.kube/config, ${because}`,
              ),
          ];
}
