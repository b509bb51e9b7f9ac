/**
 * How the network learns of load-balancer addresses, as custom resources. Pure: settings in,
 * manifests out. API versions as in the CRDs of Cilium 1.20.
 */
import type { Manifest } from "../base/object";
import type { Site } from "../site";

/** What peers and their configuration are matched by. */
const name = "load-balancers";

/** Kubernetes keeps load balancers off the control plane; without workers it has to serve. */
function announcers({ workers }: Site): object {
    return workers.length === 0
        ? {}
        : {
              nodeSelector: {
                  matchExpressions: [
                      { key: "node-role.kubernetes.io/control-plane", operator: "DoesNotExist" },
                  ],
              },
          };
}

/** One node per Service holds a lease and answers; when it dies another takes the address over. */
function arp(site: Site): Manifest[] {
    return [
        {
            apiVersion: "cilium.io/v2alpha1",
            kind: "CiliumL2AnnouncementPolicy",
            metadata: { name: "nodes" },
            spec: { loadBalancerIPs: true, ...announcers(site) },
        },
    ];
}

/** Every worker tells the routers of every address; they spread connections over the workers. */
function bgp(site: Site): Manifest[] {
    const { autonomousSystem: localASN = 0, peers = [] } = site.network.loadBalancers.bgp ?? {};
    return [
        {
            apiVersion: "cilium.io/v2",
            kind: "CiliumBGPAdvertisement",
            metadata: { name, labels: { "bgp.cilium.io/advertise": name } },
            spec: {
                advertisements: [
                    {
                        advertisementType: "Service",
                        service: { addresses: ["LoadBalancerIP"] },
                        // Without a selector nothing would be told; this one is of all Services.
                        selector: { matchLabels: {} },
                    },
                ],
            },
        },
        {
            apiVersion: "cilium.io/v2",
            kind: "CiliumBGPPeerConfig",
            metadata: { name },
            spec: {
                // The routers keep the routes while an agent restarts.
                gracefulRestart: { enabled: true, restartTimeSeconds: 120 },
                families: [
                    {
                        afi: "ipv4",
                        safi: "unicast",
                        advertisements: { matchLabels: { "bgp.cilium.io/advertise": name } },
                    },
                ],
            },
        },
        {
            apiVersion: "cilium.io/v2",
            kind: "CiliumBGPClusterConfig",
            metadata: { name },
            spec: {
                ...announcers(site),
                bgpInstances: [
                    {
                        name,
                        localASN,
                        peers: peers.map(({ address, autonomousSystem }) => ({
                            name: `router-${address.replaceAll(".", "-")}`,
                            peerAddress: address,
                            peerASN: autonomousSystem,
                            peerConfigRef: { name },
                        })),
                    },
                ],
            },
        },
    ];
}

/** The objects that make the site's choice true; none where the router sends packets by itself. */
export function announcements(site: Site): Manifest[] {
    const ways = { arp, bgp, static: () => [], metallb: () => [] };
    return ways[site.network.loadBalancers.announce](site);
}
