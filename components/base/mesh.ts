/**
 * The mesh as namespaces and flows see it: who is in it, which port carries it, and which policies
 * follow from declared flows. Istio's ambient mode, v1.30. Pure: no Pulumi.
 */
import { outsideMesh } from "../../trust/mesh";
import type { Flow, FlowPort, Peer } from "./flow";
import type { Manifest } from "./object";

type Labels = Readonly<Record<string, string>>;

/** Whether the pods of a namespace are in the mesh of a stack that has one. */
export function isInMesh(namespace: string): boolean {
    return !Object.hasOwn(outsideMesh, namespace);
}

/** The namespace of a peer that is pods; undefined for every other peer. */
function homeOf(peer: Peer, own: string): string | undefined {
    return typeof peer === "string" || "cidr" in peer
        ? undefined
        : "namespace" in peer
          ? peer.namespace
          : own;
}

/** Whether the other end of a flow is in the mesh, some of it at least. */
export function isPeerInMesh(peer: Peer, own: string): boolean {
    const home = homeOf(peer, own);
    return peer === "cluster" || peer === "tenants" || (home !== undefined && isInMesh(home));
}

function isTcp(port: FlowPort): boolean {
    return typeof port === "number" || port.protocol === "TCP";
}

/** Whether a flow of a namespace in the mesh goes through the tunnel: TCP between its members. */
export function isTunnelled({ from, to, ports = [] }: Flow, own: string): boolean {
    return isInMesh(own) && isPeerInMesh(from ?? to, own) && ports.some(isTcp);
}

/** Whether a flow lets somebody in who is outside of the mesh. */
export function entersFromOutside({ from }: Flow, own: string): boolean {
    return from !== undefined && !isPeerInMesh(from, own);
}

/** Most ports that there are. */
const EVERY_PORT = 65_535;

/**
 * Every number of the TCP ports, as an AuthorizationPolicy has them: it knows no ranges.
 *
 * @returns undefined when they are all that there are
 */
function portNumbers(ports: readonly FlowPort[]): string[] | undefined {
    const ranges = ports.filter(isTcp).map((port) => {
        const { port: first, endPort = first } = typeof port === "number" ? { port } : port;
        return { first, last: endPort };
    });
    return ranges.some(({ first, last }) => first === 1 && last === EVERY_PORT)
        ? undefined
        : ranges.flatMap(({ first, last }) =>
              Array.from({ length: last - first + 1 }, (_, index) => String(first + index)),
          );
}

/** Pods of a namespace, and who may call them. */
export interface Admission {
    /** Name of the policy: the same as of the NetworkPolicy. */
    readonly name: string;
    readonly namespace: string;
    /** Undefined: all pods of the namespace. */
    readonly pods: Labels | undefined;
    readonly flows: readonly Flow[];
}

/** Callers of the same ports, as one rule. */
interface Rule {
    /** undefined: all of them. */
    readonly ports: string[] | undefined;
    readonly namespaces: Set<string>;
    /** As `<namespace>/<name>`. */
    readonly accounts: Set<string>;
}

function addCaller({ namespaces, accounts }: Rule, peer: Peer, own: string): void {
    const home = homeOf(peer, own) ?? "*";
    const account = typeof peer !== "string" && "account" in peer ? peer.account : undefined;
    if (account === undefined) {
        namespaces.add(home);
    } else {
        accounts.add(`${home}/${account}`);
    }
}

/** The callers of a rule: a source has accounts or namespaces, not both. */
function sourcesOf({ namespaces, accounts }: Rule): object[] {
    const named = [...accounts].filter(
        (account) => ![...namespaces].some((namespace) => account.startsWith(`${namespace}/`)),
    );
    return [
        ...(namespaces.size === 0 ? [] : [{ namespaces: [...namespaces].sort() }]),
        ...(named.length === 0 ? [] : [{ serviceAccounts: named.sort() }]),
    ].map((source) => ({ source }));
}

/**
 * The AuthorizationPolicy of some pods: a rule for each set of ports, with all who may call them, by
 * their ServiceAccount where the flow knows it, else by their namespace. Which pods of those namespaces may is for the NetworkPolicy, which has let nobody
 * else reach the tunnel; the ports are for this policy, because all of them go through one tunnel.
 *
 * @returns undefined when nobody in the mesh calls the pods
 */
export function authorizationPolicy({
    name,
    namespace,
    pods,
    flows,
}: Admission): Manifest | undefined {
    const rules = new Map<string, Rule>();
    for (const flow of flows.filter((one) => isTunnelled(one, namespace))) {
        const ports = portNumbers(flow.ports ?? []);
        const key = ports?.join() ?? "every port";
        const rule = rules.get(key) ?? { ports, namespaces: new Set(), accounts: new Set() };
        addCaller(rule, flow.from ?? "cluster", namespace);
        rules.set(key, rule);
    }
    return rules.size === 0
        ? undefined
        : {
              apiVersion: "security.istio.io/v1",
              kind: "AuthorizationPolicy",
              metadata: { name, namespace },
              spec: {
                  ...(pods === undefined ? {} : { selector: { matchLabels: pods } }),
                  action: "ALLOW",
                  rules: [...rules.values()].map((rule) => ({
                      from: sourcesOf(rule),
                      // Without any, a rule is about all of them.
                      ...(rule.ports === undefined
                          ? {}
                          : { to: [{ operation: { ports: rule.ports } }] }),
                  })),
              },
          };
}
