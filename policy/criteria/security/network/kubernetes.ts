/** Rules of Kubernetes' own NetworkPolicy, for SEC-01. */
import { type Finding, notJudged, violated } from "../../../kernel/criterion";
import { sideOf } from "../../../engines/reachability/cilium";
import { type Direction, DIRECTIONS, toPorts } from "../../../engines/reachability/rules";
import type { Facts, ObjectOf } from "../../../kernel/facts";
import { holdsUnknown, isUnknown, read, readList, readString } from "../../../kernel/tree";
import type { AddressBlock } from "../../../kubernetes/address-space";
import { strangeNamespaces } from "../../../kubernetes/namespaces";
import { selects } from "../../../kubernetes/selectors";
import type { OpenRule } from "./openness";

/** What reading a policy yields: rules to weigh, and what is wrong with it already. */
export interface OpenRules {
    readonly rules: readonly OpenRule[];
    readonly findings: readonly Finding[];
}

/** Several readings as one. */
export function gather(parts: readonly OpenRules[]): OpenRules {
    return {
        rules: parts.flatMap(({ rules }) => rules),
        findings: parts.flatMap(({ findings }) => findings),
    };
}

/** A reading that is one finding. */
export function found(finding: Finding): OpenRules {
    return { rules: [], findings: [finding] };
}

/**
 * Whether a peer is every pod of the cluster: its selectors select a namespace that nobody made yet,
 * and in it a pod without any label.
 *
 * @param namespaces its selector of namespaces, without which the peer stays in its own
 * @param pods its selector of pods
 */
export function isWholeCluster(facts: Facts, peer: unknown, [namespaces, pods]: [string, string]) {
    const byNamespace = read(peer, [namespaces]);
    const byLabels = read(peer, [pods]);
    return (
        byNamespace.state === "known" &&
        strangeNamespaces(facts).some((labels) => selects(byNamespace, labels) === true) &&
        (byLabels.state === "absent" || selects(byLabels, {}) === true)
    );
}

function toBlock(peer: unknown): AddressBlock[] {
    const cidr = readString(peer, "ipBlock", "cidr");
    return cidr === undefined
        ? []
        : [{ cidr, except: readList(peer, "ipBlock", "except").map(String) }];
}

/** Of a rule for the whole cluster the ports decide. */
export function vaguePorts(fact: ObjectOf, direction: Direction): Finding {
    return notJudged(
        fact,
        `on which ports an ${direction} rule is for every pod of the cluster is known only at the update`,
    );
}

function judgePeer(fact: ObjectOf, direction: Direction, peer: unknown): Finding[] {
    const keys = ["podSelector", "namespaceSelector", "ipBlock"];
    if (isUnknown(peer)) {
        return [notJudged(fact, `a peer of an ${direction} rule is known only at the update`)];
    }
    if (keys.every((key) => read(peer, [key]).state === "absent")) {
        const wanted = "select pods, namespaces or addresses";
        return [violated(fact, `a peer of an ${direction} rule is empty; ${wanted}`)];
    }
    return holdsUnknown(peer)
        ? [notJudged(fact, `whom a peer of an ${direction} rule means is known only at the update`)]
        : [];
}

function readRule(facts: Facts, fact: ObjectOf, direction: Direction, rule: unknown): OpenRules {
    const side = sideOf(direction);
    if (read(rule, [side]).state === "unknown" || isUnknown(rule)) {
        return found(notJudged(fact, `an ${direction} rule is known only at the update`));
    }
    const peers = readList(rule, side);
    if (peers.length === 0) {
        const wanted = `has no ${side} and so allows everybody; name the peers`;
        return found(violated(fact, `an ${direction} rule ${wanted}`));
    }
    const known = peers.filter((peer) => !holdsUnknown(peer));
    const ports = readList(rule, "ports");
    const isVague = read(rule, ["ports"]).state === "unknown" || holdsUnknown(ports);
    const isWide = known.some((peer) =>
        isWholeCluster(facts, peer, ["namespaceSelector", "podSelector"]),
    );
    const opening: OpenRule = {
        fact,
        direction,
        ports: toPorts(ports),
        isClusterWide: isWide && !isVague,
        blocks: known.flatMap(toBlock),
        subject: JSON.stringify([
            fact.object.namespace,
            read(fact.inputs, ["spec", "podSelector"]),
        ]),
    };
    return {
        rules: [opening],
        findings: [
            ...peers.flatMap((peer) => judgePeer(fact, direction, peer)),
            ...(isWide && isVague ? [vaguePorts(fact, direction)] : []),
        ],
    };
}

/** The rules of a NetworkPolicy. */
export function readNetworkPolicy(facts: Facts, fact: ObjectOf): OpenRules {
    return gather(
        DIRECTIONS.map((direction) =>
            read(fact.inputs, ["spec", direction]).state === "unknown"
                ? found(notJudged(fact, `its ${direction} rules are known only at the update`))
                : gather(
                      readList(fact.inputs, "spec", direction).map((rule) =>
                          readRule(facts, fact, direction, rule),
                      ),
                  ),
        ),
    );
}
