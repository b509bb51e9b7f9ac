/**
 * What policies allow, held against what there is: a port that nobody listens on, a flow that only
 * one end knows of, a path that a chart opened and no component declared.
 */
import { type Finding, notJudged, violated } from "../../kernel/criterion";
import type { LabelledPods } from "../references/pods";
import { type FlowAnswer, holdsPort, type Network, type PortAt } from "./network";
import {
    type Direction,
    OPPOSITE,
    type PolicyPeer,
    type Policy,
    type PortRange,
    type Rule,
    showRule,
} from "./rules";

function named(pods: readonly LabelledPods[]): string {
    const keys = pods.map(({ key }) => key);
    return keys.length > 3
        ? `${keys.slice(0, 3).join(", ")} and ${keys.length - 3} more`
        : keys.join(", ");
}

/** A range of ports as messages name it. */
export function showPorts({ protocol, port = "every port", endPort }: PortRange): string {
    return `${protocol} ${port}${endPort === undefined ? "" : `-${endPort}`}`;
}

/** Ports of a range on which pods listen; a number where nobody can say on which they do. */
export function listening(pods: LabelledPods, range: PortRange): PortAt[] {
    const known = pods.ports
        .map(({ port, protocol = "TCP", endPort = port }) => ({ port, protocol, endPort }))
        .filter(({ protocol }) => range.protocol === protocol || range.protocol === "ANY")
        .flatMap(({ port, protocol, endPort }) => {
            const wanted = typeof range.port === "number" ? range.port : port;
            const at = { port: Math.max(port, wanted), protocol };
            return at.port <= endPort && holdsPort([range], at, pods) ? [at] : [];
        });
    return known.length === 0 && pods.portsUnknown && typeof range.port === "number"
        ? [{ port: range.port, protocol: range.protocol }]
        : known;
}

const EVERY_PORT: readonly PortRange[] = ["TCP", "UDP"].map((protocol) => ({ protocol }));

/** Whether any pair gets through, looking no further than the first. */
function first(pairs: Iterable<() => FlowAnswer>): FlowAnswer {
    let answer: FlowAnswer = "no";
    for (const ask of pairs) {
        const found = ask();
        if (found === "yes") {
            return "yes";
        }
        answer = found === "unknown" ? found : answer;
    }
    return answer;
}

/** Pods at both ends of a peer, as destinations and sources. */
function* pairs(
    direction: Direction,
    own: readonly LabelledPods[],
    others: readonly LabelledPods[],
) {
    for (const left of own) {
        for (const right of others) {
            yield direction === "ingress"
                ? { source: right, destination: left, other: right }
                : { source: left, destination: right, other: right };
        }
    }
}

function judgeOther(
    network: Network,
    rule: Rule,
    direction: Direction,
    others: readonly LabelledPods[],
    range: PortRange,
): Finding[] {
    const { own, fact } = rule.policy;
    const opposite = OPPOSITE[direction];
    function* questions() {
        for (const { source, destination } of pairs(direction, own, others)) {
            for (const port of listening(destination, range)) {
                yield () =>
                    direction === "ingress"
                        ? network.lets(opposite, source, destination, port)
                        : network.lets(opposite, destination, source, port);
            }
        }
    }
    const answer = first(questions());
    if (answer === "unknown") {
        return [
            notJudged(
                fact,
                `whether the other end of ${rule.flow === undefined ? "its" : `its flow ${rule.flow},`} ${direction} on ${showPorts(range)} agrees is known only at the update`,
            ),
        ];
    }
    const message =
        direction === "ingress"
            ? `${showRule(rule)} lets ${named(others)} in on ${showPorts(range)}, but no policy lets them out to it; declare the flow at both ends`
            : `${showRule(rule)} lets ${named(own)} out on ${showPorts(range)}, but no policy lets them in at ${named(others)}; declare the flow at both ends`;
    return answer === "yes" ? [] : [violated(fact, message)];
}

function judgeListeners(
    rule: Rule,
    direction: Direction,
    destinations: readonly LabelledPods[],
    range: PortRange,
): Finding[] {
    if (
        destinations.length === 0 ||
        destinations.some((pods) => listening(pods, range).length > 0)
    ) {
        return [];
    }
    const unsure = destinations.some(({ portsUnknown }) => portsUnknown);
    const ports = [...new Set(destinations.flatMap((pods) => pods.ports.map(({ port }) => port)))];
    const listed = ports.sort((left, right) => left - right).join(", ");
    return unsure
        ? []
        : [
              violated(
                  rule.policy.fact,
                  `${showRule(rule)} allows ${direction} on ${showPorts(range)}, where nobody listens; ${named(destinations)} listens on ${listed || "no port"}`,
              ),
          ];
}

function judgeRange(
    network: Network,
    rule: Rule,
    direction: Direction,
    peer: PolicyPeer,
    range: PortRange,
): Finding[] {
    const { own } = rule.policy;
    const others = peer.pods?.list() ?? [];
    if (own.length === 0 || (peer.pods !== undefined && others.length === 0)) {
        // HA-14 says so.
        return [];
    }
    const destinations = direction === "ingress" ? own : others;
    const silent = judgeListeners(rule, direction, destinations, range);
    return silent.length > 0 || others.length === 0
        ? silent
        : judgeOther(network, rule, direction, others, range);
}

/** A chart may not open what no component declared. */
function judgeUndeclared(network: Network, rule: Rule, direction: Direction): Finding[] {
    const { policy, peers = [], ports = EVERY_PORT } = rule;
    if (policy.declared) {
        return [];
    }
    const declared = (other: Policy) => other.declared;
    const opened = peers.some((peer) =>
        [...pairs(direction, policy.own, peer.pods?.list() ?? [])].some(({ destination, other }) =>
            ports.some((range) =>
                listening(destination, range).some((port) =>
                    policy.own.some(
                        (pods) => network.lets(direction, pods, other, port, declared) === "no",
                    ),
                ),
            ),
        ),
    );
    const outside = peers.some(({ block, places }) => block !== undefined || places !== undefined);
    return opened || outside
        ? [
              violated(
                  policy.fact,
                  `its chart allows ${direction} on ${ports.map(showPorts).join(", ")} that no component declared; declare the flow with the namespace and switch the chart's policy off`,
              ),
          ]
        : [];
}

/** Judges every rule of every policy. */
export function judgeAllowances(network: Network): Finding[] {
    return network.policies.flatMap(({ rules }) =>
        (["ingress", "egress"] as const).flatMap((direction) =>
            (rules[direction] ?? []).flatMap((rule) => [
                ...(rule.peers ?? []).flatMap((peer) =>
                    (rule.ports ?? []).flatMap((range) =>
                        judgeRange(network, rule, direction, peer, range),
                    ),
                ),
                ...judgeUndeclared(network, rule, direction),
            ]),
        ),
    );
}
