/**
 * Network flows as data. A component declares who may come in and where it may go out, next to its
 * code; this file turns the declarations into NetworkPolicies. Pure: no Pulumi.
 *
 * Standard NetworkPolicies carry everything, so the platform also runs on a cluster with another
 * network than Cilium. Cilium is told to match nodes by address (`policyCIDRMatchMode: nodes`),
 * because otherwise an address rule never selects a node or the API server.
 */
import type { Manifest } from "./object";

type Labels = Readonly<Record<string, string>>;

/** The other end of a flow. */
export type Peer =
    /** Pods of a namespace; all of them unless `pods` selects. */
    | { readonly namespace: string; readonly pods?: Labels }
    /** Pods of the same namespace. */
    | { readonly pods: Labels }
    /** Every pod of every namespace, for what serves the whole cluster. */
    | "cluster"
    /** The Kubernetes API servers. */
    | "api-server"
    /** The nodes themselves: kubelets and pods on the host network. */
    | "nodes"
    /** Addresses outside the cluster and its node network. */
    | "internet"
    | { readonly cidr: string };

/** A port number (TCP), or a port with its protocol; with `endPort` the range up to it. */
export type FlowPort =
    number | { readonly port: number; readonly endPort?: number; readonly protocol: "TCP" | "UDP" };

/** One declared flow of a namespace: who may come in, or where it may go out. */
export type Flow = {
    /** Name of the policy, unique in the namespace: what it is for. */
    readonly name: string;
    /** Own pods that it concerns; default: all of the namespace. */
    readonly pods?: Labels;
} & (
    | { readonly from: Peer; readonly to?: never; readonly ports: readonly FlowPort[] }
    | {
          readonly to: Exclude<Peer, "api-server">;
          readonly from?: never;
          readonly ports: readonly FlowPort[];
      }
    // The API servers have one port, which the site says.
    | { readonly to: "api-server"; readonly from?: never; readonly ports?: never }
);

/** Lets pods watch and change objects of the cluster; default: all pods of the namespace. */
export function toApiServer(pods?: Labels, name = "to-api-server"): Flow {
    return { name, pods, to: "api-server" };
}

/** Addresses that peers stand for on this stack. */
export interface NetworkMap {
    /** Host addresses (`/32`) or networks of the API servers, the VIP included. */
    readonly apiServers: readonly string[];
    /** Port on which they listen. */
    readonly apiServerPort: number;
    /** Network of the nodes. */
    readonly nodes: string;
    /** Networks that are not the internet: pods, services, nodes. */
    readonly inside: readonly string[];
}

const ipBlocks = (cidrs: readonly string[]) => cidrs.map((cidr) => ({ ipBlock: { cidr } }));

function toPeers(peer: Peer, map: NetworkMap): object[] {
    if (peer === "cluster") {
        return [{ namespaceSelector: {} }];
    }
    if (peer === "api-server") {
        return ipBlocks(map.apiServers);
    }
    if (peer === "nodes") {
        return ipBlocks([map.nodes]);
    }
    if (peer === "internet") {
        return [{ ipBlock: { cidr: "0.0.0.0/0", except: [...map.inside] } }];
    }
    if ("cidr" in peer) {
        return ipBlocks([peer.cidr]);
    }
    const pods = peer.pods === undefined ? {} : { podSelector: { matchLabels: peer.pods } };
    return "namespace" in peer
        ? [
              {
                  namespaceSelector: {
                      matchLabels: { "kubernetes.io/metadata.name": peer.namespace },
                  },
                  ...pods,
              },
          ]
        : [pods];
}

function toPorts(ports: readonly FlowPort[]): object[] {
    return ports.map((port) => (typeof port === "number" ? { port, protocol: "TCP" } : port));
}

function policy(namespace: string, name: string, spec: object): Manifest {
    return {
        apiVersion: "networking.k8s.io/v1",
        kind: "NetworkPolicy",
        metadata: { name, namespace },
        spec,
    };
}

/** Denies all traffic of the namespace that no other policy allows. */
export function denyAll(namespace: string): Manifest {
    return policy(namespace, "default-deny", {
        podSelector: {},
        policyTypes: ["Ingress", "Egress"],
    });
}

/** Lets every pod of the namespace ask the cluster's DNS. */
export function allowDns(namespace: string): Manifest {
    return policy(namespace, "allow-dns", {
        podSelector: {},
        policyTypes: ["Egress"],
        egress: [
            {
                to: [
                    {
                        namespaceSelector: {
                            matchLabels: { "kubernetes.io/metadata.name": "kube-system" },
                        },
                        podSelector: { matchLabels: { "k8s-app": "kube-dns" } },
                    },
                ],
                ports: toPorts([
                    { port: 53, protocol: "UDP" },
                    { port: 53, protocol: "TCP" },
                ]),
            },
        ],
    });
}

/** The NetworkPolicy of one flow. */
export function allowFlow(namespace: string, flow: Flow, map: NetworkMap): Manifest {
    const podSelector = flow.pods === undefined ? {} : { matchLabels: flow.pods };
    const ports = toPorts(flow.ports ?? [map.apiServerPort]);
    const rule =
        flow.from !== undefined
            ? { policyTypes: ["Ingress"], ingress: [{ from: toPeers(flow.from, map), ports }] }
            : { policyTypes: ["Egress"], egress: [{ to: toPeers(flow.to, map), ports }] };
    return policy(namespace, `allow-${flow.name}`, { podSelector, ...rule });
}
