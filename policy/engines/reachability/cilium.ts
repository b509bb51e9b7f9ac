/**
 * Cilium's own policies: what they allow, what they deny whatever others allow, and the pods that
 * they leave open. Of rules for groups, nodes and Services nobody can say here whom they mean.
 *
 * cilium v1.20: `pkg/policy/utils/parserules.go`, `pkg/policy/api/entity.go`.
 */
import type { ObjectOf } from "../../kernel/facts";
import { holdsUnknown, isTree, read, readList, readString, readTree } from "../../kernel/tree";
import { endpoint, selectEndpoints, subject } from "../references/cilium-selectors";
import { RESERVED_LABELS, reservedPeer, toHostTest } from "./cilium-places";
import {
    DIRECTIONS,
    type Direction,
    governable,
    type PolicyPeer,
    podsPeer,
    type Policy,
    type PortRange,
    type Rule,
    type PolicySurroundings,
} from "./rules";

const INSIDE = ["host", "remote-node", "ingress", "kube-apiserver"];
/** What entities mean besides pods; the others are no end of this stack. */
const ENTITIES: Readonly<Record<string, readonly string[]>> = {
    all: RESERVED_LABELS,
    cluster: INSIDE,
    "cluster-mesh": INSIDE,
    world: ["world"],
    "kube-apiserver": ["kube-apiserver"],
    host: ["host"],
    "remote-node": ["remote-node"],
    ingress: ["ingress"],
};
/** Entities that are every pod of the cluster too. */
const EVERY_POD = ["all", "cluster", "cluster-mesh"];

function toPort(entry: unknown): PortRange {
    const { port, endPort } = readTree(entry);
    const protocol = readString(entry, "protocol")?.toUpperCase() ?? "ANY";
    const number = Number(port);
    if (!Number.isInteger(number)) {
        return { protocol, port: String(port).toLowerCase() };
    }
    // Zero is every port.
    return number === 0
        ? { protocol }
        : { protocol, port: number, ...(typeof endPort === "number" ? { endPort } : {}) };
}

/** The ports of a rule, none where it is about ICMP only. */
export function ciliumPorts(rule: unknown): PortRange[] | undefined {
    const lists = readList(rule, "toPorts");
    return lists.length + readList(rule, "icmps").length === 0
        ? undefined
        : lists.flatMap((list) => readList(list, "ports").filter(isTree).map(toPort));
}

function ofEntities(entities: readonly string[], { everyPod }: PolicySurroundings): PolicyPeer[] {
    const named = entities.flatMap((entity) => ENTITIES[entity] ?? []);
    return [
        reservedPeer((labels) => labels.some((label) => named.includes(label))),
        ...(entities.some((entity) => EVERY_POD.includes(entity)) ? [podsPeer(everyPod)] : []),
    ];
}

function ofEndpoint(
    selector: unknown,
    own: string | undefined,
    surroundings: PolicySurroundings,
): PolicyPeer[] {
    const compiled = endpoint(selector, own, surroundings.clusterName);
    return [
        podsPeer(() => selectEndpoints(compiled, surroundings).pods),
        reservedPeer(compiled.isReserved),
    ];
}

/** Kinds of peers that a rule names, each in a field of its own; a rule without any is everybody's. */
const PEERS = ["Endpoints", "Entities", "CIDR", "CIDRSet", "FQDNs"];
const OPAQUE = ["Nodes", "Groups", "Services"];

/** How the fields of a rule begin that name its peers. */
export function sideOf(direction: Direction): "from" | "to" {
    return direction === "ingress" ? "from" : "to";
}

/** Whether a rule names peers, be it an empty list of them. */
export function namesPeers(rule: unknown, direction: Direction): boolean {
    return [...PEERS, ...OPAQUE].some(
        (field) => read(rule, [sideOf(direction) + field]).state === "known",
    );
}

function toPeers(
    rule: unknown,
    direction: Direction,
    own: string | undefined,
    surroundings: PolicySurroundings,
): PolicyPeer[] | undefined {
    const side = sideOf(direction);
    const names = readList(rule, `${side}FQDNs`);
    return namesPeers(rule, direction)
        ? [
              ...readList(rule, `${side}Endpoints`).flatMap((selector) =>
                  ofEndpoint(selector, own, surroundings),
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
              ...ofEntities(readList(rule, `${side}Entities`).map(String), surroundings),
              ...(names.length > 0
                  ? [{ places: ["internet"] as const, isHost: toHostTest(names) }]
                  : []),
          ]
        : undefined;
}

/** Whether nobody here can say whom a rule means. */
function isOpaque(rule: unknown, direction: Direction): boolean {
    const side = sideOf(direction);
    return (
        OPAQUE.some((field) => readList(rule, side + field).length > 0) ||
        readList(rule, `${side}CIDRSet`).some((set) => readString(set, "cidr") === undefined)
    );
}

function compileSpec(
    fact: ObjectOf,
    spec: unknown,
    own: string | undefined,
    surroundings: PolicySurroundings,
): Policy {
    const isVague = holdsUnknown(spec);
    const selector = isVague ? {} : readTree(spec, "endpointSelector");
    const governed = selectEndpoints(
        subject(selector, own, surroundings.clusterName),
        surroundings,
    );
    const pods = governable(governed.pods);
    const allowing: Partial<Record<Direction, Rule[]>> = {};
    const denying: Partial<Record<Direction, Rule[]>> = {};
    const lists = DIRECTIONS.map((direction) => ({
        direction,
        allow: readList(spec, direction),
        deny: readList(spec, `${direction}Deny`),
        isDenied: readTree(spec, "enableDefaultDeny")[direction] !== false,
    })).filter(({ allow, deny }) => allow.length + deny.length > 0);
    const opaque = (list: "allow" | "deny") =>
        lists.some(({ direction, ...all }) => all[list].some((rule) => isOpaque(rule, direction)));
    const isUnsure = isVague || opaque("allow") || opaque("deny");
    const policy: Policy = {
        fact,
        declared: surroundings.isDeclared(fact),
        own: isVague ? [] : pods,
        unsure: [...governable(governed.maybe), ...(isUnsure ? pods : [])],
        mayDeny: isVague || opaque("deny"),
        isolates: lists.filter(({ isDenied }) => isDenied).map(({ direction }) => direction),
        rules: allowing,
        denials: denying,
    };
    const compile = (rules: readonly unknown[], direction: Direction): Rule[] =>
        rules
            .map((rule) => ({
                policy,
                peers: toPeers(rule, direction, own, surroundings),
                ports: ciliumPorts(rule),
            }))
            // An empty rule is nobody's.
            .filter(({ peers, ports }) => peers !== undefined || ports !== undefined);
    for (const { direction, allow, deny } of lists) {
        allowing[direction] = compile(allow, direction);
        denying[direction] = compile(deny, direction);
    }
    return policy;
}

/** What a policy of Cilium says of pods; rules for nodes concern none. */
export function ciliumSpecs({ inputs }: ObjectOf): readonly unknown[] {
    return [inputs.spec, ...readList(inputs, "specs")].filter(
        (spec) =>
            spec !== undefined && spec !== null && read(spec, ["nodeSelector"]).state === "absent",
    );
}

/** Compiles a CiliumNetworkPolicy or CiliumClusterwideNetworkPolicy; nothing for other kinds. */
export function compileCilium(fact: ObjectOf, surroundings: PolicySurroundings): Policy[] {
    const { kind, namespace } = fact.object;
    const isClusterwide = kind === "CiliumClusterwideNetworkPolicy";
    if (!isClusterwide && kind !== "CiliumNetworkPolicy") {
        return [];
    }
    const own = isClusterwide ? undefined : (namespace ?? "");
    return ciliumSpecs(fact).map((spec) => compileSpec(fact, spec, own, surroundings));
}
