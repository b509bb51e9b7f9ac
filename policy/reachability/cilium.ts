/**
 * Cilium's own policies, as far as they say who reaches whom. What they deny is not subtracted:
 * pods under a rule that denies are "unsure", and nothing is concluded about them.
 */
import {
    holdsUnknown,
    isTree,
    read,
    readLabels,
    readList,
    readString,
    readTree,
} from "../machinery/tree";
import { asSelector } from "../references/selecting";
import type { Pods } from "../references/pods";
import type { ObjectOf } from "../references/resolve";
import type { PlaceName } from "./ends";
import {
    DIRECTIONS,
    type Direction,
    governable,
    type Peer,
    podsPeer,
    type Policy,
    type PortRange,
    type Rule,
    type Scenery,
} from "./rules";

const NAMESPACE = "io.kubernetes.pod.namespace";
const NAMESPACE_LABELS = "io.cilium.k8s.namespace.labels.";
const ENTITIES: Readonly<Record<string, readonly PlaceName[]>> = {
    world: ["internet"],
    "world-ipv4": ["internet"],
    "kube-apiserver": ["api-server"],
    host: ["nodes"],
    "remote-node": ["nodes"],
    ingress: ["gateway"],
    cluster: ["nodes", "api-server", "gateway"],
    all: ["nodes", "api-server", "gateway", "internet"],
};

function bare(key: string): string {
    return key.replace(/^(?:k8s|any)[:.]/, "");
}

/** A selector for endpoints: labels of pods, and of their namespace under a prefix. */
function select(selector: unknown, own: string | undefined, { selector: pods }: Scenery): Pods[] {
    const labels = Object.entries(readLabels(selector, "matchLabels")).map(
        ([key, value]) => [bare(key), value] as const,
    );
    const expressions = readList(selector, "matchExpressions").map((item) =>
        isTree(item) ? { ...item, key: bare(readString(item, "key") ?? "") } : item,
    );
    const named = labels.find(([key]) => key === NAMESPACE)?.[1] ?? own;
    const ofNamespace = labels.filter(([key]) => key.startsWith(NAMESPACE_LABELS));
    const matchLabels = Object.fromEntries(
        ofNamespace.map(([key, value]) => [key.slice(NAMESPACE_LABELS.length), value]),
    );
    const anywhere = ofNamespace.length > 0 || named === undefined;
    const namespaces = anywhere ? pods.namespaces(asSelector({ matchLabels })) : [named];
    const ofPods = labels.filter(([key]) => key !== NAMESPACE && !key.startsWith(NAMESPACE_LABELS));
    const wanted = asSelector({
        matchLabels: Object.fromEntries(ofPods),
        matchExpressions: expressions,
    });
    return namespaces.flatMap((name) => pods.pods(name, wanted).pods);
}

function toPorts(rule: unknown): PortRange[] | undefined {
    const ports = readList(rule, "toPorts").flatMap((entry) => readList(entry, "ports"));
    return ports.length === 0
        ? undefined
        : ports.filter(isTree).map(({ port, endPort, protocol }) => {
              const number = Number(port);
              return {
                  protocol: typeof protocol === "string" ? protocol : "ANY",
                  port: Number.isInteger(number)
                      ? number
                      : typeof port === "string"
                        ? port
                        : undefined,
                  endPort: typeof endPort === "number" ? endPort : undefined,
              };
          });
}

function toPeers(
    rule: unknown,
    direction: Direction,
    own: string | undefined,
    scenery: Scenery,
): Peer[] | undefined {
    const side = direction === "ingress" ? "from" : "to";
    const entities = readList(rule, `${side}Entities`).map(String);
    const inside = entities.some((entity) => entity === "cluster" || entity === "all");
    const peers: Peer[] = [
        ...readList(rule, `${side}Endpoints`).map((selector) =>
            podsPeer(() => select(selector, own, scenery)),
        ),
        ...readList(rule, `${side}CIDR`).map((cidr) => ({
            block: { cidr: String(cidr), except: [] },
        })),
        ...readList(rule, `${side}CIDRSet`).map((set) => ({
            block: {
                cidr: readString(set, "cidr") ?? "",
                except: readList(set, "except").map(String),
            },
        })),
        ...(entities.length > 0
            ? [{ places: entities.flatMap((entity) => ENTITIES[entity] ?? []) }]
            : []),
        ...(inside ? [podsPeer(scenery.everyPod)] : []),
        ...(readList(rule, "toFQDNs").length > 0 ? [{ places: ["internet"] as const }] : []),
    ];
    const named = Object.keys(isTree(rule) ? rule : {}).some((field) =>
        /^(?:from|to)(?!Ports)/.test(field),
    );
    return named ? peers : undefined;
}

function compileSpec(
    fact: ObjectOf,
    spec: unknown,
    own: string | undefined,
    scenery: Scenery,
): Policy {
    const vague = holdsUnknown(spec);
    const denies = DIRECTIONS.some((direction) => readList(spec, `${direction}Deny`).length > 0);
    const governed = vague
        ? own === undefined
            ? scenery.everyPod()
            : select({}, own, scenery)
        : select(readTree(spec, "endpointSelector"), own, scenery);
    const pods = governable(governed);
    const rules: Partial<Record<Direction, Rule[]>> = {};
    const policy: Policy = {
        fact,
        declared: scenery.isDeclared(fact),
        own: vague ? [] : pods,
        unsure: vague || denies ? pods : [],
        rules,
    };
    for (const direction of DIRECTIONS) {
        if (read(spec, [direction]).state === "known") {
            rules[direction] = readList(spec, direction)
                .filter((rule) => isTree(rule) && Object.keys(rule).length > 0)
                .map((rule) => ({
                    policy,
                    peers: toPeers(rule, direction, own, scenery),
                    ports: toPorts(rule),
                }));
        }
    }
    return policy;
}

/** Compiles a CiliumNetworkPolicy or CiliumClusterwideNetworkPolicy; nothing for other kinds. */
export function compileCilium(fact: ObjectOf, scenery: Scenery): Policy[] {
    const { kind, namespace } = fact.object;
    const isClusterwide = kind === "CiliumClusterwideNetworkPolicy";
    if (!isClusterwide && kind !== "CiliumNetworkPolicy") {
        return [];
    }
    // Rules for nodes concern no pod.
    const specs = [fact.inputs.spec, ...readList(fact.inputs, "specs")].filter(
        (spec) => spec !== undefined && read(spec, ["nodeSelector"]).state === "absent",
    );
    const own = isClusterwide ? undefined : (namespace ?? "");
    return specs.map((spec) => compileSpec(fact, spec, own, scenery));
}
