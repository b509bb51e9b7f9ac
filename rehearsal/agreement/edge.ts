/** Real stacks on smaller nodes, where they just fit and where they just do not. Pure. */
import { prove } from "../../policy/engines/scheduling/proof";
import type { JudgedStack } from "./judged-stack";

/** How finely the edge is searched: halvings of the share of what nodes have. */
const HALVINGS = 7;
const SCALED = ["cpu", "memory"];

/** The stack on nodes with a share of their CPU and memory. */
function onShare(stack: JudgedStack, share: number): JudgedStack {
    return {
        ...stack,
        name: `${stack.name} on ${(share * 100).toFixed(1)} % of its nodes`,
        nodes: stack.nodes.map((node) => ({
            ...node,
            allocatable: Object.fromEntries(
                Object.entries(node.allocatable).map(([resource, amount]) => [
                    resource,
                    SCALED.includes(resource) ? Math.floor(amount * share) : amount,
                ]),
            ),
        })),
    };
}

/**
 * The stack on the smallest nodes on which the proof says that it fits, and on those a little
 * smaller: none when it does not even fit as it is.
 */
export function atTheEdge(stack: JudgedStack): JudgedStack[] {
    const fits = (share: number) => {
        const { nodes, templates } = onShare(stack, share);
        return prove(nodes, templates).length === 0;
    };
    let [low, high] = [0, 1];
    if (!fits(high)) {
        return [];
    }
    for (let halving = 0; halving < HALVINGS; halving++) {
        const middle = (low + high) / 2;
        [low, high] = fits(middle) ? [low, middle] : [middle, high];
    }
    return [onShare(stack, high), onShare(stack, low)];
}
