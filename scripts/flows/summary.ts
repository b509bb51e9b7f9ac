/** How much there is, in one line. */
import type { FlowMap } from "./flow-map";

/** `10 namespaces, 34 groups of pods, 251 flows: 93 needed, 158 only declared`. */
export function summaryOf({ namespaces, flows }: Pick<FlowMap, "namespaces" | "flows">): string {
    const groups = namespaces.reduce((sum, info) => sum + info.groups.length, 0);
    const needed = flows.filter(({ reasons }) => reasons.length > 0).length;
    const counts = `${namespaces.length} namespaces, ${groups} groups of pods, ${flows.length} flows`;
    return `${counts}: ${needed} needed, ${flows.length - needed} only declared`;
}
