/**
 * Which of the charts that could not be rendered may hold what is missing: those of its namespace or
 * of the system that has it, or those that bring its API group. Each is blamed by its own name, and only for what may be its own.
 */
import type { Fact, Facts } from "./facts";
import { readList } from "./tree";

/** Where something is looked for; what is not said may be anywhere. */
export interface Whereabouts {
    readonly namespace?: string;
    /** API group whose CRD is looked for. */
    readonly group?: string;
}

/** The component that has a namespace; undefined where the stack only names it. */
function ownerOf(facts: Facts, namespace: string): string | undefined {
    const declared = facts.objects("", "Namespace").find(({ object }) => object.name === namespace);
    const component = declared?.parent === undefined ? undefined : facts.get(declared.parent);
    return component?.type === "platform:base:Namespace" ? component.parent : undefined;
}

/** Charts that nobody saw and that may bring it. */
export function chartsThatMayBring(facts: Facts, { namespace = "", group }: Whereabouts): Fact[] {
    const missing = facts.unrenderedCharts();
    // A chart that says neither where it lives nor what it brings may bring anything.
    const isSilent = ({ inputs }: Fact) => inputs.apiGroups === undefined;
    if (group !== undefined) {
        return missing.filter(
            (chart) => isSilent(chart) || readList(chart.inputs, "apiGroups").includes(group),
        );
    }
    // A system with several namespaces, such as one for what people start, has its programs reach all.
    const owner = missing.length === 0 ? undefined : ownerOf(facts, namespace);
    return missing.filter(
        (chart) =>
            namespace === "" ||
            chart.inputs.namespace === namespace ||
            (owner !== undefined && chart.parent === owner) ||
            (chart.inputs.namespace === undefined && isSilent(chart)),
    );
}

/** The same for something that is called `Kind/namespace/name`. */
export function chartsOfKey(facts: Facts, key: string): Fact[] {
    const [, namespace = "", name] = key.split("/");
    return chartsThatMayBring(facts, { namespace: name === undefined ? "" : namespace });
}

/** Whether a message is about something that a missing chart may bring. */
export function blamesCharts(message: string): boolean {
    return message.includes("not rendered");
}

/** So many charts are named; more are counted. */
const MOST = 3;

function listed(charts: readonly Fact[], conjunction: string): string {
    const names = charts.map(({ key }) => key);
    const last = names.pop() ?? "";
    return names.length === 0 ? last : `${names.join(", ")} ${conjunction} ${last}`;
}

function countOf(charts: readonly Fact[]): string {
    return `one of the ${charts.length} charts that were not rendered`;
}

/** `Chart/a, which was not rendered`, for the end of a sentence. */
export function namesOfMissing(charts: readonly Fact[]): string {
    return charts.length > MOST
        ? countOf(charts)
        : `${listed(charts, "or")}, which ${charts.length === 1 ? "was" : "were"} not rendered`;
}

/** `Chart/a was not rendered and may bring it`, as a clause of its own. */
export function missingMay(charts: readonly Fact[], verb: string): string {
    return charts.length > MOST
        ? `${countOf(charts)} may ${verb}`
        : `${listed(charts, "and")} ${charts.length === 1 ? "was" : "were"} not rendered and may ${verb}`;
}
