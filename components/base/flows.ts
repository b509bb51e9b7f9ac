/**
 * Network flows as data. A component declares who may come in and where it may go out, next to its
 * code; this file turns the declarations into NetworkPolicies: one for all flows of the same pods in
 * the same direction, with a rule for each flow. Pure: no Pulumi.
 *
 * Standard NetworkPolicies carry everything, so the platform also runs on a cluster with another
 * network than Cilium. Cilium is told to match nodes by address (`policyCIDRMatchMode: nodes`),
 * because otherwise an address rule never selects a node or the API server.
 */
import type { Flow, FlowPort, Peer } from "./flow";
import { FLOWS_ANNOTATION, joinFlowNames } from "./flow-names";
import { tenantLabel } from "./labels";
import { isTunnelled } from "./mesh";
import type { MeshPlan } from "./mesh-plan";
import type { Manifest } from "./object";
import { TUNNEL_PORT } from "../../operators/ambient";

type Labels = Readonly<Record<string, string>>;

export type { Flow, FlowPort, Peer } from "./flow";

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
    /** Networks that are not the internet: pods, services, nodes, edge sites. */
    readonly inside: readonly string[];
    /** What each namespace in the mesh lets in; undefined on a stack without a mesh. */
    readonly mesh?: MeshPlan;
}

const ipBlocks = (cidrs: readonly string[]) => cidrs.map((cidr) => ({ ipBlock: { cidr } }));

function toPeers(peer: Peer, map: NetworkMap): object[] {
    if (peer === "cluster") {
        return [{ namespaceSelector: {} }];
    }
    if (peer === "tenants") {
        return [
            { namespaceSelector: { matchExpressions: [{ key: tenantLabel, operator: "Exists" }] } },
        ];
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

/** Every pod may ask the cluster's DNS. */
export const askDns: Flow = {
    name: "dns",
    to: { namespace: "kube-system", pods: { "k8s-app": "kube-dns" } },
    ports: [
        { port: 53, protocol: "UDP" },
        { port: 53, protocol: "TCP" },
    ],
};

/** Which way the flows of a policy go, as seen from its pods. */
export type FlowDirection = "in" | "out";

export function directionOf({ from }: Flow): FlowDirection {
    return from === undefined ? "out" : "in";
}

/** Whose flows a policy holds. */
export interface PolicySubject {
    readonly namespace: string;
    /** Undefined: all pods of the namespace. */
    readonly pods: Labels | undefined;
    readonly direction: FlowDirection;
}

/** Letters of a name that say which pods it is about; a name may have 253. */
const LONGEST_NAME = 200;

/** Whether some of the parts between hyphens are the other text. */
function holdsPart(text: string, part: string): boolean {
    return `-${text}-`.includes(`-${part}-`);
}

/**
 * The name of the policy with the flows of some pods: `allow-<values of their labels>-in`. Selectors
 * with the same values under other keys get the same name; whoever registers both tells them apart.
 */
export function policyName({ pods = {}, direction }: Omit<PolicySubject, "namespace">): string {
    const values = Object.keys(pods)
        .sort()
        // A name may hold less than the value of a label.
        .map((key) => (pods[key] ?? "").toLowerCase().replace(/[^a-z0-9]+/g, "-"));
    const distinct = [...new Set(values)];
    const text = distinct
        // `n8n` says nothing beside `n8n-webhook`.
        .filter((value) => !distinct.some((other) => value !== other && holdsPart(other, value)))
        .join("-")
        .slice(0, LONGEST_NAME);
    const subject = Object.keys(pods).length === 0 ? "every-pod" : text || "pods";
    return `allow-${subject}-${direction}`;
}

/** The port of the mesh beside those of a flow that goes through it. */
function tunnel(flow: Flow, namespace: string, { mesh }: NetworkMap): FlowPort[] {
    return mesh !== undefined && isTunnelled(flow, namespace) ? [TUNNEL_PORT] : [];
}

/** The flows of some pods as the rules of one NetworkPolicy, in the order of their names. */
export function allowFlows(
    name: string,
    { namespace, pods, direction }: PolicySubject,
    flows: readonly Flow[],
    map: NetworkMap,
): Manifest {
    const inOrder = [...flows].sort((left, right) => (left.name < right.name ? -1 : 1));
    const rules = inOrder.map((flow) => {
        const { from, to, ports = [map.apiServerPort] } = flow;
        return {
            ...(from === undefined ? {} : { from: toPeers(from, map) }),
            ...(to === undefined ? {} : { to: toPeers(to, map) }),
            ports: toPorts([...ports, ...tunnel(flow, namespace, map)]),
        };
    });
    const manifest = policy(namespace, name, {
        podSelector: pods === undefined ? {} : { matchLabels: pods },
        ...(direction === "in"
            ? { policyTypes: ["Ingress"], ingress: rules }
            : { policyTypes: ["Egress"], egress: rules }),
    });
    const annotations = { [FLOWS_ANNOTATION]: joinFlowNames(inOrder) };
    return { ...manifest, metadata: { ...manifest.metadata, annotations } };
}
