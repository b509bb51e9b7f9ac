/** What cannot be meant of tenants. Pure. */
import type { Fault } from "./base/definition";
import { personRoleNames } from "./foundation/roles";
import type { SiteConfiguration } from "./site-schema";
import type { Tenant, TenantQuota } from "./tenant-schema";
import { eachReadable } from "./unreadable";

/** A fault for each tenant whose value another one before it has. */
function repeated(tenants: readonly Tenant[], field: "name" | "group", because: string): Fault[] {
    const seen = new Map<string, string>();
    return eachReadable(tenants, (tenant, index): Fault[] => {
        const value = tenant[field];
        const other = seen.get(value);
        seen.set(value, other ?? tenant.name);
        return other === undefined
            ? []
            : [
                  {
                      key: `tenants[${index}].${field}`,
                      found:
                          field === "name"
                              ? `${value}, as another has it`
                              : `${value}, which ${other} has`,
                      allowed: `a ${field} of its own, because ${because}`,
                  },
              ];
    });
}

/** Two tenants of one name: the namespace of the first would have two owners. */
export function repeatedTenants({ tenants }: SiteConfiguration): Fault[] {
    return repeated(tenants, "name", "each has its own namespace");
}

/** Two tenants of one group: its people would carry everything from one to the other. */
export function sharedGroups({ tenants }: SiteConfiguration): Fault[] {
    return repeated(tenants, "group", "whoever is in two tenants is a way between them");
}

/** A group that has rights elsewhere. */
export function groupsOfThePlatform({ tenants }: SiteConfiguration): Fault[] {
    const taken: ReadonlySet<string> = new Set([...personRoleNames, "lldap_admin"]);
    return eachReadable(tenants, ({ group }, index): Fault[] =>
        // LLDAP's own groups give rights in the directory itself.
        taken.has(group) || group.startsWith("lldap_")
            ? [
                  {
                      key: `tenants[${index}].group`,
                      found: `${group}, which has rights on the platform`,
                      allowed: "a group of its own, such as team-blue",
                  },
              ]
            : [],
    );
}

/** Names that Kubernetes keeps to itself, and those of every namespace's end. */
const OF_KUBERNETES = /^(kube-.*|default|kubernetes|platform)$/;

/** A name by which everybody would take it for something else. */
export function namesOfKubernetes({ tenants }: SiteConfiguration): Fault[] {
    return eachReadable(tenants, ({ name }, index): Fault[] =>
        OF_KUBERNETES.test(name)
            ? [
                  {
                      key: `tenants[${index}].name`,
                      found: `${name}, which Kubernetes or the platform itself is called`,
                      allowed: "a name of its own, such as blue",
                  },
              ]
            : [],
    );
}

/** One name for two pages. */
export function repeatedTenantHosts({ tenants }: SiteConfiguration): Fault[] {
    const seen = new Set<string>();
    return eachReadable(tenants, ({ hosts }, index) =>
        eachReadable(hosts, ({ name }, at): Fault[] => {
            const isRepeated = seen.has(name);
            seen.add(name);
            return isRepeated
                ? [
                      {
                          key: `tenants[${index}].hosts[${at}].name`,
                          found: `${name}, as another page has it`,
                          allowed: "a name of its own, because a name leads to one page",
                      },
                  ]
                : [];
        }),
    );
}

/** Pages of a virtual cluster: what serves them is known inside of it alone. */
export function hostsOfVirtualClusters({ tenants }: SiteConfiguration): Fault[] {
    return eachReadable(tenants, ({ kind, hosts }, index): Fault[] =>
        kind === "virtual-cluster" && hosts.length > 0
            ? [
                  {
                      key: `tenants[${index}].hosts`,
                      found: `${hosts.length}, of a virtual cluster`,
                      allowed:
                          "none: the program makes the Service of a page in the tenant's namespace, and a virtual cluster makes its Services itself",
                  },
              ]
            : [],
    );
}

/**
 * What the control plane of a virtual cluster itself takes of its quota, in the keys of the quota:
 * syncer, etcd and DNS with their surge, a fifth to spare (TEN-02), and as much again for its people.
 */
const LEAST_OF_VIRTUAL_CLUSTER = {
    cpu: 1,
    memory: 4,
    cpuLimit: 6,
    memoryLimit: 10,
    claims: 4,
    pods: 20,
    storage: 10,
} as const satisfies Partial<TenantQuota>;

/** A quota in which a virtual cluster would not even start. */
export function tightVirtualClusters({ tenants }: SiteConfiguration): Fault[] {
    return eachReadable(tenants, ({ kind, quota }, index) =>
        kind === "namespace"
            ? []
            : Object.entries(LEAST_OF_VIRTUAL_CLUSTER).flatMap(([key, least]): Fault[] => {
                  const found = quota[key as keyof typeof LEAST_OF_VIRTUAL_CLUSTER];
                  return found >= least
                      ? []
                      : [
                            {
                                key: `tenants[${index}].quota.${key}`,
                                found: String(found),
                                allowed: `at least ${least}, because the control plane of a virtual cluster is part of it`,
                            },
                        ];
              }),
    );
}

const MEBIBYTES = 1024;

/** More promised to tenants than there is once a worker is lost; of existing nodes nobody knows. */
export function promisedRoom({ tenants, nodes, cluster }: SiteConfiguration): Fault[] {
    const workers = nodes.filter(({ role }) => role === "worker");
    if (tenants.length === 0 || workers.length === 0 || cluster.source !== "proxmox") {
        return [];
    }
    const rooms = [
        { key: "cpu", unit: "cores", of: workers.map(({ cores }) => cores) },
        { key: "memory", unit: "GiB", of: workers.map(({ memory }) => memory / MEBIBYTES) },
    ] as const;
    return rooms.flatMap(({ key, unit, of }): Fault[] => {
        const left = of.reduce((sum, one) => sum + one, 0) - Math.max(...of);
        let promised = 0;
        return eachReadable(tenants, ({ quota }, index): Fault[] => {
            const before = promised;
            promised += quota[key];
            return promised <= left || before > left
                ? []
                : [
                      {
                          key: `tenants[${index}].quota.${key}`,
                          found: `${quota[key]} ${unit}, with which tenants are promised ${promised}`,
                          allowed: `at most ${Math.max(0, left - before)}: without their largest one all workers have ${left} ${unit}`,
                      },
                  ];
        });
    });
}
