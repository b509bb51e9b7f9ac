/** Dashboards as data: what a person sees of a system. Pure: no Pulumi, and no Grafana. */

/** What a number is, in Grafana's names for units (packages/grafana-data, valueFormats). */
export type Unit =
    | "short"
    | "percentunit"
    | "bytes"
    | "Bps"
    | "s"
    | "ms"
    | "reqps"
    | "ops"
    | "dateTimeAsIso"
    | "cores";

/** One query, and how its series are called: `{{ pod }}`. */
export interface Query {
    readonly expression: string;
    /** Absent for a panel with one series. */
    readonly legend?: string;
}

/** From which value on a number is worth a look, and from which it is bad. */
export interface Thresholds {
    readonly warning: number;
    readonly bad: number;
}

/** One picture. */
export interface Panel {
    readonly title: string;
    /** `lines` over time, one `number` a series, or a `table` of the last values; default: lines. */
    readonly as?: "lines" | "number" | "table";
    readonly unit?: Unit;
    readonly queries: readonly [Query, ...Query[]];
    /** Colours the number; where `bad` is below `warning`, less is worse. */
    readonly thresholds?: Thresholds;
    /** Stands on the overview for an incident too. */
    readonly overview?: true;
}

/** Panels beside each other, with what they answer. */
export interface Row {
    readonly title: string;
    readonly panels: readonly Panel[];
}

/** What a person narrows a dashboard to: its queries hold `label=~"$label"`. */
export interface Choice {
    readonly label: string;
    /** Series whose values of the label are offered. */
    readonly of: string;
}

/** One dashboard. */
export interface Dashboard {
    /** Unique on the platform, and end of its address: lower case, digits and hyphens. */
    readonly name: string;
    readonly title: string;
    /** What it answers, in one sentence. */
    readonly purpose: string;
    readonly rows: readonly Row[];
    /** Default: everything is shown. */
    readonly choices?: readonly Choice[];
    /** How far back it looks when it is opened; default: `6h`. */
    readonly from?: string;
}

type Shown = Pick<Panel, "unit" | "thresholds" | "overview">;

/** A query over time, with the name of its series. */
export function lines(title: string, expression: string, legend: string, shown?: Shown): Panel {
    return { title, queries: [{ expression, legend }], ...shown };
}

/** One number, or one for each series where a legend names them. */
export function number(
    title: string,
    expression: string,
    { legend, ...shown }: Shown & Pick<Query, "legend"> = {},
): Panel {
    const query = legend === undefined ? { expression } : { expression, legend };
    return { title, as: "number", queries: [query], ...shown };
}

/** The last value of each series, with its labels. */
export function table(title: string, expression: string, shown?: Shown): Panel {
    return { title, as: "table", queries: [{ expression }], ...shown };
}

/** Names of series from the labels that tell them apart, or the title where there is one series. */
function legendOf(title: string, by: string): string {
    return by === ""
        ? title
        : by
              .split(", ")
              .map((label) => `{{ ${label} }}`)
              .join(" ");
}

function aggregated(how: "sum" | "max" | "min", by: string, expression: string): string {
    return by === "" ? `${how}(${expression})` : `${how} by (${by}) (${expression})`;
}

/**
 * How often something happens in a second.
 *
 * @param counter series of counters
 * @param by labels that tell the lines apart, as in PromQL; empty for one line
 */
export function rates(title: string, counter: string, by: string, shown: Shown = {}): Panel {
    const expression = aggregated("sum", by, `rate(${counter}[$__rate_interval])`);
    return lines(title, expression, legendOf(title, by), { unit: "ops", ...shown });
}

/**
 * How long the slowest of a hundred take.
 *
 * @param buckets series of a histogram of seconds
 */
export function slowest(title: string, buckets: string, by: string, shown: Shown = {}): Panel {
    const labels = by === "" ? "le" : `le, ${by}`;
    const expression = `histogram_quantile(0.99, sum by (${labels}) (rate(${buckets}[$__rate_interval])))`;
    return lines(title, expression, legendOf(title, by), { unit: "s", ...shown });
}

/**
 * How long one takes on average.
 *
 * @param metric name of a summary or histogram, without `_sum` and `_count`
 */
export function average(
    title: string,
    metric: string,
    matchers: string,
    by: string,
    shown: Shown = {},
): Panel {
    const rate = (part: string) =>
        aggregated("sum", by, `rate(${metric}_${part}{${matchers}}[$__rate_interval])`);
    const expression = `${rate("sum")} / (${rate("count")} > 0)`;
    return lines(title, expression, legendOf(title, by), { unit: "s", ...shown });
}

/** Series added up by labels. */
export function sums(title: string, series: string, by: string, shown?: Shown): Panel {
    return lines(title, aggregated("sum", by, series), legendOf(title, by), shown);
}

/** The highest of the series with the same labels. */
export function highest(title: string, series: string, by: string, shown?: Shown): Panel {
    return lines(title, aggregated("max", by, series), legendOf(title, by), shown);
}

/** Whether the pods of a scrape answer. */
export function answering(job: string): Panel {
    return lines("Pods that answer", `sum by (job) (up{job=~"${job}"})`, "{{ job }}");
}

/**
 * What the controllers of a program made with controller-runtime do; its metrics are in
 * {@link controllerMetrics}.
 */
export function controllerRow(job: string): Row {
    const rate = (metric: string) =>
        `sum by (controller) (rate(controller_runtime_${metric}{job="${job}"}[10m]))`;
    return {
        title: "Operator",
        panels: [
            answering(job),
            lines("Reconciliations", rate("reconcile_total"), "{{ controller }}", { unit: "ops" }),
            lines("Failures", rate("reconcile_errors_total"), "{{ controller }}", { unit: "ops" }),
        ],
    };
}

/** Metrics of every program made with controller-runtime. */
export const controllerMetrics = [
    "controller_runtime_reconcile_errors_total",
    "controller_runtime_reconcile_total",
] as const;
