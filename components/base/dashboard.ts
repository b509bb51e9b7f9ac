/** Dashboards as data: what a person sees of a system. Pure: no Pulumi, and no Grafana. */

/** What a number is, in Grafana's names for units (packages/grafana-data, valueFormats). */
export type Unit =
    "short" | "percentunit" | "bytes" | "Bps" | "s" | "reqps" | "ops" | "dateTimeAsIso" | "cores";

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

/** One dashboard. */
export interface Dashboard {
    /** Unique on the platform, and end of its address: lower case, digits and hyphens. */
    readonly name: string;
    readonly title: string;
    /** What it answers, in one sentence. */
    readonly purpose: string;
    readonly rows: readonly Row[];
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
