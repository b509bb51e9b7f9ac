/** Which nodes are lost together. Pure. */
import { nearest } from "../../components/nearest";
import type { ClusterNode } from "../../policy/engines/scheduling/nodes";
import { UsageError } from "../../preview/stack-file";

/** Nodes that fall silent at the same moment. */
export interface LossTarget {
    /** What is lost, for a person: `worker-1`, `host pve-1`. */
    readonly lost: string;
    readonly nodes: readonly string[];
}

const ZONE = "topology.kubernetes.io/zone";

function together(
    nodes: readonly ClusterNode[],
    what: string,
    placeOf: (node: ClusterNode) => string | undefined,
): LossTarget[] {
    const places = new Map<string, string[]>();
    for (const node of nodes) {
        const place = placeOf(node);
        if (place !== undefined) {
            places.set(place, [...(places.get(place) ?? []), node.name]);
        }
    }
    return [...places].map(([place, names]) => ({ lost: `${what} ${place}`, nodes: names }));
}

function each(nodes: readonly ClusterNode[], role: ClusterNode["role"]): LossTarget[] {
    return nodes
        .filter((node) => node.role === role)
        .map(({ name }) => ({ lost: name, nodes: [name] }));
}

const GROUPS: Readonly<Record<string, (nodes: readonly ClusterNode[]) => LossTarget[]>> = {
    "each-worker": (nodes) => each(nodes, "worker"),
    "each-control-plane": (nodes) => each(nodes, "controlPlane"),
    "each-host": (nodes) => together(nodes, "host", ({ shape }) => shape.host),
    "each-zone": (nodes) => together(nodes, "zone", ({ labels }) => labels[ZONE]),
};

/**
 * What is to be lost, one after the other.
 *
 * @param what `each-worker`, `each-control-plane`, `each-host`, `each-zone`, or the name of a node
 * @throws UsageError when it is none of these, or there is nothing of the kind
 */
export function targetsOf(what: string, nodes: readonly ClusterNode[]): LossTarget[] {
    const group = GROUPS[what];
    if (group !== undefined) {
        const targets = group(nodes);
        if (targets.length === 0) {
            throw new UsageError(`LOSE is ${what}, but the stack has none.`);
        }
        return targets;
    }
    const names = nodes.map(({ name }) => name);
    if (names.includes(what)) {
        return [{ lost: what, nodes: [what] }];
    }
    const allowed = [...Object.keys(GROUPS), ...names];
    const meant = nearest(what, allowed);
    throw new UsageError(
        `LOSE is ${what}${meant === undefined ? "" : ` (${meant}?)`}; give ${allowed.join(", ")}.`,
    );
}
