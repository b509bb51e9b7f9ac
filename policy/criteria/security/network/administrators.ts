/**
 * Policies of administrators, which come before those of namespaces or after them, for SEC-01.
 *
 * kubernetes-sigs/network-policy-api v0.2.0: apis/v1alpha1 (AdminNetworkPolicy,
 * BaselineAdminNetworkPolicy) and apis/v1alpha2 (ClusterNetworkPolicy).
 */
import { isAnyName } from "../../../engines/reachability/cilium-places";
import { type Direction, DIRECTIONS, type PortRange } from "../../../engines/reachability/rules";
import { sideOf } from "../../../engines/reachability/cilium";
import { notJudged, violated } from "../../../kernel/criterion";
import type { Facts, ObjectOf } from "../../../kernel/facts";
import { holdsUnknown, read, readList, readString, readTree } from "../../../kernel/tree";
import { protocolOf } from "../../../kubernetes/protocols";
import { asSelector } from "../../../engines/references/selecting";
import { found, gather, isWholeCluster, type OpenRules } from "./kubernetes";
import type { OpenRule } from "./openness";

export const ADMINISTRATORS_GROUP = "policy.networking.k8s.io";
/** The kinds of policies. */
export const ADMINISTRATORS_POLICIES = [
    "AdminNetworkPolicy",
    "BaselineAdminNetworkPolicy",
    "ClusterNetworkPolicy",
];

/** Actions that let through; the others deny, or leave it to the namespaces' own policies. */
const LETTING = ["Allow", "Accept"];

function numberAt(tree: unknown, ...path: string[]): number | undefined {
    const reading = read(tree, path);
    return reading.state === "known" ? Number(reading.value) : undefined;
}

/** A port of v1alpha1, or what v1alpha2 says for each protocol. */
function toPorts(rule: unknown): PortRange[] | undefined {
    const old = readList(rule, "ports").map((entry): PortRange => {
        const [kind = ""] = Object.keys(readTree(entry));
        const tree = readTree(entry, kind);
        const name = readString(entry, "namedPort");
        return {
            protocol: protocolOf(tree),
            port: name ?? numberAt(tree, "port") ?? numberAt(tree, "start"),
            endPort: numberAt(tree, "end"),
        };
    });
    const recent = readList(rule, "protocols").map((entry): PortRange => {
        const [protocol = "TCP"] = Object.keys(readTree(entry));
        const port = readTree(entry, protocol, "destinationPort");
        return {
            protocol: protocol.toUpperCase(),
            port:
                readString(entry, "destinationNamedPort") ??
                numberAt(port, "number") ??
                numberAt(port, "range", "start"),
            endPort: numberAt(port, "range", "end"),
        };
    });
    const all = [...old, ...recent];
    return all.length === 0 ? undefined : all;
}

function isEveryPod(facts: Facts, peer: unknown): boolean {
    return read(peer, ["namespaces"]).state === "known"
        ? isWholeCluster(facts, peer, ["namespaces", "none"])
        : isWholeCluster(facts, readTree(peer, "pods"), ["namespaceSelector", "podSelector"]);
}

function readRule(facts: Facts, fact: ObjectOf, direction: Direction, rule: unknown): OpenRules {
    const peers = readList(rule, sideOf(direction));
    const opening: OpenRule = {
        fact,
        direction,
        ports: toPorts(rule),
        isClusterWide: peers.some((peer) => isEveryPod(facts, peer)),
        blocks: peers.flatMap((peer) =>
            readList(peer, "networks").map((cidr) => ({ cidr: String(cidr), except: [] })),
        ),
        subject: JSON.stringify(asSelector(readTree(fact.inputs, "spec").subject)),
    };
    const names = peers.flatMap((peer) => readList(peer, "domainNames").map(String));
    const any = names.filter((name) => isAnyName({ matchPattern: name }));
    return {
        rules: [opening],
        findings: any.map((name) =>
            violated(
                fact,
                `an ${direction} rule allows hosts of any name (${name}); name the hosts, or their domain`,
            ),
        ),
    };
}

/** The rules of a policy that let somebody through. */
export function readAdministratorsPolicy(facts: Facts, fact: ObjectOf): OpenRules {
    if (holdsUnknown(fact.inputs.spec)) {
        return found(notJudged(fact, "part of its rules is known only at the update"));
    }
    return gather(
        DIRECTIONS.flatMap((direction) =>
            readList(fact.inputs, "spec", direction)
                .filter((rule) => LETTING.includes(readString(rule, "action") ?? ""))
                .map((rule) => readRule(facts, fact, direction, rule)),
        ),
    );
}
