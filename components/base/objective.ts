/** Service level objectives as data: what a system promises to those who use it. Pure: no Pulumi. */

/** Where the window of a query goes: `rate(requests_total[$window])`. */
const WINDOW = /\$window/g;

/** Events that can go well or not, as rates over `$window`; each yields one series without labels. */
export type Events = { readonly total: string } & (
    { readonly good: string } | { readonly errors: string }
);

/**
 * What is measured: events, or at each moment the share of the service that is there, between 0 and
 * 1, in one series without labels. A share that is missing at a moment is left out of the account,
 * so whatever vanishes with its pods needs `or vector(0)`.
 */
export type Indicator = { readonly events: Events } | { readonly share: string };

/**
 * What may be done on purpose to the pods that keep a promise, where that is less than everything:
 * nothing at all, or to kill them and no more, because a cut, a clock that is wrong or a full disk
 * could cost data.
 */
export type Spared = { readonly entirely: string } | { readonly butKilled: string };

/** One promise. Its runbook is `docs/runbooks/<alert>.md`. */
export interface Objective {
    /** Unique on the platform: `gateway-availability`; value of the label `slo` of all its series. */
    readonly name: string;
    /** Share of the time or of the events in percent, below 100; over 30 days. */
    readonly percent: number;
    readonly indicator: Indicator;
    /** What is promised, in one sentence. */
    readonly description: string;
    /** Name of both of its alerts: the one that wakes somebody, and the one for the morning. */
    readonly alert: string;
    /** What is not done to its pods to see whether it is kept, and why; default: nothing is spared. */
    readonly spared?: Spared;
}

/** Days over which an objective is kept. */
export const PERIOD_DAYS = 30;

/** How fast the budget may go before somebody is told. */
export interface BurnRate {
    readonly severity: "critical" | "warning";
    /** Part of the budget that is gone when the alert fires, in percent. */
    readonly spent: number;
    /** The window in which it is gone, in hours. */
    readonly hours: number;
    /** Names of the window, and of the one that shows that it still burns: a twelfth of it. */
    readonly long: string;
    readonly short: string;
}

/**
 * The four pairs of windows of Google's SRE Workbook, chapter "Alerting on SLOs", as Sloth has them
 * (sloth v0.16.0: internal/alert/window.go and its default windows for 30 days).
 */
export const burnRates: readonly BurnRate[] = [
    { severity: "critical", spent: 2, hours: 1, long: "1h", short: "5m" },
    { severity: "critical", spent: 5, hours: 6, long: "6h", short: "30m" },
    { severity: "warning", spent: 10, hours: 24, long: "1d", short: "2h" },
    { severity: "warning", spent: 10, hours: 72, long: "3d", short: "6h" },
];

/** How many times faster than evenly the budget goes when it is spent in that window. */
export function burnFactor({ spent, hours }: BurnRate): number {
    return (spent * PERIOD_DAYS * 24) / (100 * hours);
}

/** The share of what may go wrong, of 1: 0.001 for 99.9 %. */
export function errorBudget({ percent }: Pick<Objective, "percent">): number {
    // Without it 100 - 99.9 leaves a tail of digits.
    return Number(((100 - percent) / 100).toFixed(9));
}

/** The share of what went wrong in a window, as PromQL; nothing where nothing happened. */
export function errorRatio({ indicator }: Pick<Objective, "indicator">, window: string): string {
    if ("share" in indicator) {
        // Twice as often as Prometheus asks makes no difference.
        return `1 - avg_over_time((${indicator.share})[${window}:1m])`;
    }
    const { events } = indicator;
    const ratio =
        "errors" in events
            ? `((${events.errors}) or vector(0)) / ((${events.total}) > 0)`
            : `1 - ((${events.good}) or vector(0)) / ((${events.total}) > 0)`;
    return ratio.replace(WINDOW, window);
}

/** The values of the label `job` that a promise is measured by; each stands for pods that are scraped. */
export function jobsOf({ indicator }: Pick<Objective, "indicator">): readonly string[] {
    const text = JSON.stringify(indicator).replaceAll('\\"', '"');
    const named = [...text.matchAll(/\bjob\s*=~?\s*"([^"]+)"/g)];
    return [...new Set(named.flatMap(([, jobs = ""]) => jobs.split("|")))];
}

/**
 * @returns what is wrong with an objective, in one sentence, or nothing
 */
export function objectiveFault({ name, percent }: Pick<Objective, "name" | "percent">) {
    return percent > 0 && percent < 100
        ? undefined
        : `Objective ${name} is ${percent} %: choose one above 0 and below 100, such as 99.9, because ` +
              "what must never fail leaves no room for any failure or change.";
}
