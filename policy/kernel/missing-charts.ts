/**
 * Which of the charts that could not be rendered may hold what is missing: those of its namespace, or
 * those that bring its API group. Each is blamed by its own name, and only for what may be its own.
 */
import { isCustomGroup } from "../kubernetes/api-groups";
import type { Fact, Facts } from "./facts";
import { readList } from "./tree";

/** Where something is looked for; what is not said may be anywhere. */
export interface Whereabouts {
    readonly namespace?: string;
    /** API group whose CRD is looked for. */
    readonly group?: string;
}

/** Charts that nobody saw and that may bring it. */
export function chartsThatMayBring(facts: Facts, { namespace = "", group }: Whereabouts): Fact[] {
    const missing = facts.unrenderedCharts();
    if (group !== undefined) {
        const owners = missing.filter(({ inputs }) =>
            readList(inputs, "apiGroups").includes(group),
        );
        // A chart that does not say which groups it brings may bring any custom one.
        const silent = missing.filter(({ inputs }) => inputs.apiGroups === undefined);
        return owners.length > 0 || !isCustomGroup(group) ? owners : silent;
    }
    return namespace === ""
        ? missing
        : missing.filter(({ inputs }) => inputs.namespace === namespace);
}

/** The same for something that is called `Kind/namespace/name`. */
export function chartsOfKey(facts: Facts, key: string): Fact[] {
    const [, namespace = "", name] = key.split("/");
    return chartsThatMayBring(facts, { namespace: name === undefined ? "" : namespace });
}

/** Whether a message is about something that a missing chart may bring. */
export function blamesCharts(message: string): boolean {
    return /(?:, which (?:was|were) not rendered|charts that were not rendered)$/.test(message);
}

/** So many charts are named; more are counted. */
const MOST = 3;

/** `Chart/a, which was not rendered`, for the end of a sentence. */
export function namesOfMissing(charts: readonly Fact[]): string {
    const names = charts.map(({ key }) => key);
    const last = names.at(-1) ?? "";
    if (names.length > MOST) {
        return `one of the ${names.length} charts that were not rendered`;
    }
    return names.length === 1
        ? `${last}, which was not rendered`
        : `${names.slice(0, -1).join(", ")} or ${last}, which were not rendered`;
}
