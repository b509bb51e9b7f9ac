/** Who can reach whom in a stack, on which port, by which policies and for what. Pure. */
import type { Facts } from "../../policy/kernel/facts";
import { TUNNEL_PORT } from "../../operators/ambient";
import { networkOf } from "../../policy/engines/reachability";
import { isPods } from "../../policy/engines/reachability/places";
import type { Need } from "../../policy/engines/reachability/need";
import { needsOf } from "../../policy/engines/reachability/needs";
import { holdsPort, type Network } from "../../policy/engines/reachability/network";
import { type FlowPath, flowPathsOf } from "../../policy/engines/reachability/paths";
import { admitsNetwork, type Rule } from "../../policy/engines/reachability/rules";
import { Ends, type FlowEnd, type NamespaceInfo } from "./ends";
import { byPort, byText, type OpenPorts, toPort } from "./ports";

/** A flow that gets through. */
export interface AllowedFlow {
    readonly from: FlowEnd;
    readonly to: FlowEnd;
    readonly port: OpenPorts;
    /** What needs it; empty when it is only declared. */
    readonly reasons: readonly string[];
    /**
     * What lets it out, as `Kind/namespace/name` of the policy, with ` (flow)` where its rule has a
     * name; empty where none governs the source.
     */
    readonly egress: readonly string[];
    /** The same for those that let it in. */
    readonly ingress: readonly string[];
}

/** A need that policies refuse, or of which only the update will tell. */
export interface Refused {
    readonly from: FlowEnd;
    readonly to: FlowEnd;
    readonly port: OpenPorts;
    readonly reason: string;
    readonly isUnknown: boolean;
}

/** Everything that the matrix and the picture show. */
export interface FlowMap {
    readonly stack: string;
    readonly namespaces: readonly NamespaceInfo[];
    /** What runs on the network of its node, as `namespace/name`. */
    readonly onNodes: readonly string[];
    /** Groups that no policy governs in a direction: everything is open to them there. */
    readonly open: readonly string[];
    readonly flows: readonly AllowedFlow[];
    readonly refused: readonly Refused[];
}

interface Collected {
    readonly from: FlowEnd;
    readonly to: FlowEnd;
    readonly port: OpenPorts;
    readonly reasons: Set<string>;
    readonly egress: Set<string>;
    readonly ingress: Set<string>;
}

function sorted(texts: Iterable<string>): string[] {
    return [...texts].sort(byText);
}

function named({ policy, flow }: Rule): string {
    return flow === undefined ? policy.fact.key : `${policy.fact.key} (${flow})`;
}

function byEnds(left: Pick<AllowedFlow, "from" | "to" | "port">, right: typeof left): number {
    return (
        byText(left.from.id, right.from.id) ||
        byText(left.to.id, right.to.id) ||
        byPort(left.port, right.port)
    );
}

/** Whether rules let every address of a place through. */
function admitAddresses(rules: readonly Rule[], addresses: readonly string[] = []): boolean {
    return (
        addresses.length > 0 &&
        addresses.every((address) =>
            rules.some(({ peers }) => peers?.some((peer) => admitsNetwork(peer, address))),
        )
    );
}

/** Paths that serve a need: those between its ends, else those whose rules hold its address. */
function serving(need: Need, paths: readonly FlowPath[], ends: Ends): readonly FlowPath[] {
    const [from, to] = [ends.of(need.from), ends.of(need.to)];
    const open = paths.filter(({ port, to: there }) => holdsPort([port], need.port, there));
    const exact = open.filter((path) => ends.of(path.from) === from && ends.of(path.to) === to);
    if (exact.length > 0) {
        return exact;
    }
    return open.filter((path) => {
        const [source, target] = [ends.of(path.from), ends.of(path.to)];
        const { from: caller, to: called } = need;
        return isPods(called)
            ? !isPods(caller) &&
                  source.kind === "outside" &&
                  target === to &&
                  admitAddresses(path.ingress, caller.addresses)
            : source === from &&
                  target.kind === "outside" &&
                  admitAddresses(path.egress, called.addresses);
    });
}

function openGroups(network: Network, ends: Ends): string[] {
    const pods = [...network.view.inventory.pods.values()].flat();
    return pods
        .filter(({ hostNetwork }) => !hostNetwork)
        .filter((item) => network.isOpen(item, "ingress") || network.isOpen(item, "egress"))
        .map((item) => ends.of(item).id);
}

/** Computes the flows of a stack. */
export function flowMapOf(stack: string, facts: Facts): FlowMap {
    const network = networkOf(facts);
    const ends = new Ends(facts, network.view.inventory.pods);
    const flows = new Map<string, Collected>();
    const toFlow = ({ from, to, port }: Pick<FlowPath, "from" | "to" | "port">): Collected => {
        const [source, target, at] = [ends.of(from), ends.of(to), toPort(port)];
        const key = [source.id, target.id, JSON.stringify(at)].join(" ");
        const flow = flows.get(key) ?? {
            ...{ from: source, to: target, port: at },
            ...{ reasons: new Set(), egress: new Set(), ingress: new Set() },
        };
        flows.set(key, flow);
        return flow;
    };
    // The port of the mesh is beside all others between its members, and for nothing of its own.
    const paths = flowPathsOf(network).filter(({ port: { port } }) => port !== TUNNEL_PORT);
    for (const path of paths) {
        const flow = toFlow(path);
        path.egress.forEach((rule) => flow.egress.add(named(rule)));
        path.ingress.forEach((rule) => flow.ingress.add(named(rule)));
    }
    const refused: Refused[] = [];
    for (const need of needsOf(network.view, network.places)) {
        const { from, to, port, why } = need;
        const refusal = network.refusal(from, to, port);
        if (refusal !== undefined) {
            const isUnknown = refusal === "unknown";
            const [source, target] = [ends.of(from), ends.of(to)];
            refused.push({ from: source, to: target, port: toPort(port), reason: why, isUnknown });
            continue;
        }
        const found = serving(need, paths, ends);
        // Between two ends that no policy governs there is no path, but everything gets through.
        for (const path of found.length > 0 ? found : [{ from, to, port }]) {
            toFlow(path).reasons.add(why);
        }
    }
    return {
        stack,
        namespaces: ends.namespaces,
        onNodes: ends.onNodes,
        open: sorted(new Set(openGroups(network, ends))),
        flows: [...flows.values()].sort(byEnds).map((flow) => ({
            ...flow,
            reasons: sorted(flow.reasons),
            egress: sorted(flow.egress),
            ingress: sorted(flow.ingress),
        })),
        refused: refused.sort(byEnds),
    };
}
