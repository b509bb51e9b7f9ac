/** What cannot be meant of edge sites. Pure. */
import { isAddress, isHostAddress, networksOverlap } from "./addresses";
import type { Fault } from "./base/definition";
import { hostOf } from "./base/values";
import { edgeNetworks, edgeServerName, type EdgeSite } from "./edge-schema";
import { nearest } from "./nearest";
import { repeated } from "./site-machines";
import type { SiteConfiguration } from "./site-schema";
import { eachReadable, whereReadable } from "./unreadable";

/** What a check finds at each site. */
function eachSite(
    { edge }: SiteConfiguration,
    check: (site: EdgeSite, key: string, index: number) => readonly Fault[],
): Fault[] {
    return eachReadable(edge?.sites ?? [], (site, index) =>
        check(site, `edge.sites[${index}]`, index),
    );
}

/** Sites are virtual machines of Proxmox, whatever the platform's own cluster is. */
export function edgeWithoutProxmox({ edge, cluster, proxmox }: SiteConfiguration): Fault[] {
    // Of a cluster that is made there too, it is told already.
    return edge !== undefined && proxmox === undefined && cluster.source !== "proxmox"
        ? [
              {
                  key: "proxmox",
                  found: "nothing",
                  allowed: "an object with endpoint and hosts, because edge has sites",
              },
          ]
        : [];
}

/** Two sites of one name: nobody could tell their metrics apart. */
export function repeatedEdgeSites({ edge }: SiteConfiguration): Fault[] {
    const sites = edge?.sites ?? [];
    return repeated(
        Array.from({ length: sites.length }, (_, index) => () => ({
            key: `edge.sites[${index}].name`,
            value: sites[index]?.name,
        })),
        (first) => `a name that no other site has: it is ${first} too`,
    );
}

/** Networks that a site's must be apart from, each with what is there. */
function otherNetworks(
    { network, edge }: SiteConfiguration,
    index: number,
): (() => readonly [name: string, network: string])[] {
    const before = (edge?.sites ?? []).slice(0, index);
    return [
        ...(["nodes", "pods", "services"] as const).map(
            (name) => () => [`network.${name}`, network[name]] as const,
        ),
        () => ["the pods inside of each site", edgeNetworks.pods],
        () => ["the Services inside of each site", edgeNetworks.services],
        ...before.map((_, at) => {
            return () => [`edge.sites[${at}].network`, before[at]?.network ?? ""] as const;
        }),
    ];
}

/** A network that is somebody else's already. */
export function overlappingEdgeNetworks(configuration: SiteConfiguration): Fault[] {
    return eachSite(configuration, ({ network: found }, key, index) =>
        otherNetworks(configuration, index).flatMap((read) =>
            whereReadable((): Fault[] => {
                const [name, other] = read();
                return networksOverlap(found, other)
                    ? [
                          {
                              key: `${key}.network`,
                              found,
                              allowed: `a network that does not overlap ${name} (${other})`,
                          },
                      ]
                    : [];
            }),
        ),
    );
}

/** What sites must reach, at an address that means something else inside of them. */
export function unreachableFromEdge({ edge, network, backup }: SiteConfiguration): Fault[] {
    if (edge === undefined) {
        return [];
    }
    const reached: [key: string, read: () => string][] = [
        ["network.nodes", () => network.nodes],
        ["network.loadBalancers.start", () => network.loadBalancers.start],
        ["backup.endpoint", () => hostOf(backup?.endpoint ?? "") ?? ""],
        ...Array.from({ length: edge.sites.length }, (_, i): [string, () => string] => [
            `edge.sites[${i}].nameservers[0]`,
            () => edge.sites[i]?.nameservers[0] ?? "",
        ]),
    ];
    return reached.flatMap(([key, read]) =>
        whereReadable(() => {
            const found = read();
            const isNetwork = found.includes("/");
            return Object.values(edgeNetworks)
                .filter((inner) => (isNetwork || isAddress(found)) && networksOverlap(found, inner))
                .map((inner) => ({
                    key,
                    found,
                    allowed: `something outside ${inner}, which is inside of each edge site`,
                }));
        }),
    );
}

/** Addresses that are not in the site's own network. */
export function strayEdgeAddresses(configuration: SiteConfiguration): Fault[] {
    return eachSite(configuration, ({ network, gateway, servers }, key) => {
        const judge = (at: string, found: string): Fault[] =>
            isHostAddress(found, network)
                ? []
                : [
                      {
                          key: at,
                          found,
                          allowed: `a host address inside ${key}.network (${network})`,
                      },
                  ];
        return [
            ...judge(`${key}.gateway`, gateway),
            ...eachReadable(servers, ({ address }, at) =>
                judge(`${key}.servers[${at}].address`, address),
            ),
        ];
    });
}

/** Two servers lose their majority with either of them; more than three make nothing safer. */
export function oddEdgeServers(configuration: SiteConfiguration): Fault[] {
    return eachSite(configuration, ({ servers }, key) =>
        [1, 3].includes(servers.length)
            ? []
            : [
                  {
                      key: `${key}.servers`,
                      found: `${servers.length} servers`,
                      allowed: "1, or 3 of which one may be lost (etcd needs a majority)",
                  },
              ],
    );
}

/** Servers on hosts that Proxmox does not have. */
export function knownEdgeHosts(configuration: SiteConfiguration): Fault[] {
    const hosts = configuration.proxmox?.hosts.map(({ name }) => name) ?? [];
    return configuration.proxmox === undefined
        ? []
        : eachSite(configuration, ({ servers }, key) =>
              eachReadable(servers, ({ host: found }, at): Fault[] => {
                  const near = nearest(found, hosts);
                  const hint = near === undefined ? "" : `; did you mean ${near}?`;
                  return hosts.includes(found)
                      ? []
                      : [
                            {
                                key: `${key}.servers[${at}].host`,
                                found,
                                allowed: `a host of proxmox.hosts (${hosts.join(", ")})${hint}`,
                            },
                        ];
              }),
          );
}

/** VM ids and names that a node or another server has. */
export function repeatedEdgeMachines({ edge, nodes }: SiteConfiguration): Fault[] {
    const sites = edge?.sites ?? [];
    const servers = eachReadable(sites, ({ name, servers: all }, i) =>
        Array.from({ length: all.length }, (_, k) => ({
            key: `edge.sites[${i}].servers[${k}]`,
            name: edgeServerName({ name }, k),
            vmId: () => all[k]?.vmId,
        })),
    );
    const text = (value: number | undefined) => (value === undefined ? undefined : String(value));
    return edge === undefined
        ? []
        : [
              ...repeated(
                  [
                      ...nodes.map((_, i) => () => ({
                          key: `nodes[${i}].vmId`,
                          value: text(nodes[i]?.vmId),
                      })),
                      ...servers.map(({ key, vmId }) => () => ({
                          key: `${key}.vmId`,
                          value: text(vmId()),
                      })),
                  ],
                  (first) => `a value that no other machine has: it is ${first} too`,
              ).filter(({ key }) => key.startsWith("edge.")),
              ...servers.flatMap(({ key, name }) =>
                  whereReadable(() =>
                      nodes.some((node) => node.name.toLowerCase() === name)
                          ? [
                                {
                                    key,
                                    found: `the machine ${name}, as a node is called`,
                                    allowed: "a site whose machines no node is called after",
                                },
                            ]
                          : [],
                  ),
              ),
          ];
}
