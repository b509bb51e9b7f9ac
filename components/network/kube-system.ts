/**
 * What may cross the border of `kube-system`. Only pods on the pod network count: Cilium's agents,
 * Envoy and operator, the API servers, controller managers and schedulers are on the host network,
 * which no NetworkPolicy selects, and the probes of a node's own kubelet are always let through.
 *
 * Every pod of the namespace may ask DNS already (`base/flows.ts`). A missing flow here takes the
 * cluster's DNS down, so each one names its source.
 */
import { connect } from "../base/connection";
import { type Flow, type FlowPort, toApiServer } from "../base/flows";
import type { Namespace } from "../base/namespace";
import type { Site } from "../site";

/** Label of the CoreDNS pods: Talos v1.13.9, `k8stemplates/testdata/coredns-deployment.yaml`. */
const coreDns = { "k8s-app": "kube-dns" };
const relay = { "k8s-app": "hubble-relay" };
const ui = { "k8s-app": "hubble-ui" };
/** Hubble's page (cilium 1.20.0: hubble-ui/deployment.yaml, the container `frontend`). */
export const hubbleUi = { pods: ui, containerPort: 8081 } as const;
const certgen = { "k8s-app": "hubble-generate-certs" };

/** Container ports of CoreDNS; Cilium judges a packet after Service translation. */
const dns: readonly FlowPort[] = [
    { port: 53, protocol: "UDP" },
    { port: 53, protocol: "TCP" },
];

/**
 * Talos' resolver on each node, to which CoreDNS forwards what it does not know
 * (`constants.HostDNSAddress`, on by default through `hostDNS.forwardKubeDNSToHost`).
 */
const HOST_DNS = "169.254.116.108/32";
/** gRPC port of each agent's Hubble server (`hubble.listenAddress`). */
const HUBBLE_SERVER = 4244;
/** gRPC port of Hubble Relay (`hubble-relay.config.listenPort`). */
const HUBBLE_RELAY = 4245;

/** The flows of the pods in `kube-system` whose other end is no pod of the stack. */
export function kubeSystemFlows({ network }: Site): Flow[] {
    // Where Talos does not forward, CoreDNS asks the nodes' own name servers.
    const upstreams = [HOST_DNS, ...network.nameservers.map((server) => `${server}/32`)];
    const api = (name: string, pods: Record<string, string>): Flow =>
        toApiServer(pods, `${name}-to-api-server`);
    return [
        { name: "dns-from-pods", pods: coreDns, from: "cluster", ports: dns },
        // Pods on the host network with the policy ClusterFirstWithHostNet, Rook's for example.
        { name: "dns-from-nodes", pods: coreDns, from: "nodes", ports: dns },
        ...upstreams.map((cidr, index): Flow => ({
            name: `dns-upstream-${index}`,
            pods: coreDns,
            to: { cidr },
            ports: dns,
        })),
        api("dns", coreDns),
        // Relay asks the peer Service, then every node's agent.
        { name: "relay-to-agents", pods: relay, to: "nodes", ports: [HUBBLE_SERVER] },
        // The backend lists namespaces.
        api("ui", ui),
        // Writes the certificates of Hubble as Secrets.
        api("certgen", certgen),
    ];
}

/** What pods of the namespace say to each other. */
export function kubeSystemConnections(namespace: Namespace): void {
    const to = { namespace, pods: relay, ports: [HUBBLE_RELAY] };
    connect("hubble-ui-relay", { from: { namespace, pods: ui }, to });
}
