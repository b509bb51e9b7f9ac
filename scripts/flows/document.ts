/** The flows as one JSON document. */
import type { FlowMap } from "./flow-map";

/** What `--json` prints: ends are named by their ids. */
export function flowsDocument({ namespaces, flows, refused, ...map }: FlowMap) {
    return {
        ...map,
        namespaces: namespaces.map(({ name, layer, tier, groups }) => ({
            ...{ name, layer, tier },
            groups: groups.map(({ id, makers }) => ({ id, makers })),
        })),
        flows: flows.map(({ from, to, port, reasons, egress, ingress }) => ({
            ...{ from: from.id, to: to.id, ...port },
            isNeeded: reasons.length > 0,
            ...{ reasons, egress, ingress },
        })),
        refused: refused.map(({ from, to, port, reason, isUnknown }) => ({
            ...{ from: from.id, to: to.id, ...port, reason, isUnknown },
        })),
    };
}
