/**
 * Which metrics there are: those that components say their scrapes bring (`exposes`), those that
 * rules record, and Prometheus' own.
 */
import type { Facts, ObjectOf } from "../../kernel/facts";
import { memoize } from "../../kernel/memoize";
import { holdsUnknown, isUnknown, read, readList, readString, readTree } from "../../kernel/tree";
import { MONITORING } from "./prometheus";
import type { Selector } from "./promql";

/** Written by Prometheus for each target and alert (docs: "Jobs and instances", alerting rules). */
const OWN = new Set([
    "up",
    "ALERTS",
    "ALERTS_FOR_STATE",
    "scrape_duration_seconds",
    "scrape_samples_post_metric_relabeling",
    "scrape_samples_scraped",
    "scrape_series_added",
]);

/** What is known of the metrics of a stack. */
export interface Exposed {
    /** Names by the label `job`. */
    readonly byJob: ReadonlyMap<string, ReadonlySet<string>>;
    readonly recorded: ReadonlySet<string>;
    /** Something is scraped of which no component says what it brings. */
    readonly undeclared: boolean;
}

/** Whether only an update will know what some rules record. */
function hidesRecords({ inputs }: ObjectOf): boolean {
    const groups = read(inputs, ["spec", "groups"]);
    return (
        groups.state === "unknown" ||
        readList(inputs, "spec", "groups").some(
            (group) =>
                isUnknown(group) ||
                read(group, ["rules"]).state === "unknown" ||
                readList(group, "rules").some(
                    (rule) => isUnknown(rule) || read(rule, ["record"]).state === "unknown",
                ),
        )
    );
}

function collect(facts: Facts): Exposed {
    const byJob = new Map<string, Set<string>>();
    const components = facts.all().filter(({ type }) => type.startsWith("platform:"));
    for (const { inputs } of components) {
        for (const [job, names] of Object.entries(readTree(inputs, "exposes"))) {
            const found = byJob.get(job) ?? new Set<string>();
            readList({ names }, "names").forEach((name) => found.add(String(name)));
            byJob.set(job, found);
        }
    }
    const rules = facts.objects(MONITORING, "PrometheusRule");
    const monitors = ["ServiceMonitor", "PodMonitor", "ScrapeConfig"].some(
        (kind) => facts.objects(MONITORING, kind).length > 0,
    );
    return {
        byJob,
        recorded: new Set(
            rules
                .flatMap(({ inputs }) => readList(inputs, "spec", "groups"))
                .flatMap((group) => readList(group, "rules"))
                .flatMap((rule) => readString(rule, "record") ?? []),
        ),
        undeclared:
            (byJob.size === 0 && monitors) ||
            components.some(({ inputs }) => holdsUnknown(inputs.exposes)) ||
            rules.some(hidesRecords),
    };
}

/** What there is. */
export const exposedBy: (facts: Facts) => Exposed = memoize(collect);

/** The values that a matcher lets through, as far as it lists them. */
function listed(selector: Selector, label: string): readonly string[] | undefined {
    const matcher = selector.matchers.find((candidate) => candidate.label === label);
    return matcher === undefined || !["=", "=~"].includes(matcher.operator)
        ? undefined
        : matcher.operator === "="
          ? [matcher.value]
          : matcher.value.split("|");
}

function isKnown(metric: string, selector: Selector, { byJob, recorded }: Exposed): boolean {
    if (OWN.has(metric) || recorded.has(metric)) {
        return true;
    }
    const jobs = listed(selector, "job")?.filter((job) => byJob.has(job));
    const names =
        jobs === undefined || jobs.length === 0
            ? [...byJob.values()]
            : jobs.flatMap((job) => byJob.get(job) ?? []);
    return names.some((found) => found.has(metric));
}

/** The metrics of a selector that nothing exposes. */
export function missingMetrics(selector: Selector, exposed: Exposed): string[] {
    const metrics =
        selector.metric === "" ? (listed(selector, "__name__") ?? []) : [selector.metric];
    return metrics
        .filter((metric) => /^[a-zA-Z_:][\w:]*$/.test(metric))
        .filter((metric) => !isKnown(metric, selector, exposed));
}
