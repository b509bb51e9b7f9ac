/**
 * Objectives as rules of Prometheus: the share of errors in each window, the budget, and alerts on
 * how fast it goes. The rules are those of Sloth v0.16.0 under shorter labels, so that what is
 * written for it (dashboards, habits) goes on working. Pure: no Pulumi.
 */
import { runbookUrl } from "./monitoring-objects";
import type { Manifest } from "./object";
import {
    type BurnRate,
    burnFactor,
    burnRates,
    errorBudget,
    errorRatio,
    type Objective,
    objectiveFault,
    PERIOD_DAYS,
} from "./objective";

type Labels = Readonly<Record<string, string>>;

/** A recording rule. */
interface Recording {
    readonly record: string;
    readonly expr: string;
    readonly labels: Labels;
}

/** Whose objectives they are, and where people read about them. */
export interface ObjectivesOf {
    /** The system: value of the labels `service` and `system`. */
    readonly system: string;
    readonly repository: string | undefined;
}

const PERIOD = `${PERIOD_DAYS}d`;
const SHORTEST = "5m";

/** Series of one objective. */
function series(metric: string, { name }: Pick<Objective, "name">): string {
    return `${metric}{slo="${name}"}`;
}

const errorsIn = (window: string) => `slo:sli_error:ratio_rate${window}`;

/** Every window that is recorded from what is measured, shortest first. */
const windows = ["5m", "30m", "1h", "2h", "6h", "1d", "3d"];

function indicators(objective: Objective, labels: Labels): Recording[] {
    const shortest = series(errorsIn(SHORTEST), objective);
    return [
        ...windows.map((window) => ({
            record: errorsIn(window),
            expr: errorRatio(objective, window),
            labels: { ...labels, window },
        })),
        {
            record: errorsIn(PERIOD),
            // The whole period would be too much to read each time.
            expr:
                `sum_over_time(${shortest}[${PERIOD}]) / ` +
                `ignoring (window) count_over_time(${shortest}[${PERIOD}])`,
            labels: { ...labels, window: PERIOD },
        },
    ];
}

/** What dashboards show. */
function budgets(objective: Objective, labels: Labels): Recording[] {
    const burning = (window: string) =>
        `${series(errorsIn(window), objective)} / on (slo, service) group_left ` +
        series("slo:error_budget:ratio", objective);
    const recordings = {
        "slo:objective:ratio": `vector(${1 - errorBudget(objective)})`,
        "slo:error_budget:ratio": `vector(${errorBudget(objective)})`,
        "slo:time_period:days": `vector(${PERIOD_DAYS})`,
        "slo:current_burn_rate:ratio": burning(SHORTEST),
        "slo:period_burn_rate:ratio": burning(PERIOD),
        "slo:period_error_budget_remaining:ratio": `1 - ${series("slo:period_burn_rate:ratio", objective)}`,
    };
    return Object.entries(recordings).map(([record, expr]) => ({ record, expr, labels }));
}

/** Both windows burn: the long one that it matters, the short one that it has not stopped. */
function burns(objective: Objective, rate: BurnRate): string {
    const limit = `(${burnFactor(rate)} * ${errorBudget(objective)})`;
    const above = (window: string) =>
        `max(${series(errorsIn(window), objective)} > ${limit}) without (window)`;
    return `(${above(rate.short)} and ${above(rate.long)})`;
}

function alerts(objective: Objective, { system, repository }: ObjectivesOf): object[] {
    const severities = [...new Set(burnRates.map(({ severity }) => severity))];
    return severities.map((severity) => {
        const rates = burnRates.filter((rate) => rate.severity === severity);
        const told = rates.map(({ spent, long }) => `${spent} % in ${long}`).join(" or ");
        return {
            alert: objective.alert,
            expr: rates.map((rate) => burns(objective, rate)).join(" or "),
            labels: { severity, system },
            annotations: {
                summary: `The error budget of ${objective.name} goes too fast`,
                description:
                    `${objective.description} At this rate the budget of ${PERIOD_DAYS} days for ` +
                    `${objective.percent} % loses ${told}.`,
                runbook_url: runbookUrl(repository, objective.alert),
            },
        };
    });
}

/**
 * The rules of one objective, as one group: its rules are evaluated one after the other.
 *
 * @throws Error for an objective that nobody can keep
 */
export function objectiveRules(objective: Objective, of: ObjectivesOf) {
    const fault = objectiveFault(objective);
    if (fault !== undefined) {
        throw new Error(fault);
    }
    const labels = { slo: objective.name, service: of.system };
    return {
        name: `slo-${objective.name}`,
        rules: [
            ...indicators(objective, labels),
            ...budgets(objective, labels),
            ...alerts(objective, of),
        ],
    };
}

/** The objectives of one system as a PrometheusRule. */
export function objectivesRule(
    of: ObjectivesOf & { readonly namespace: string },
    objectives: readonly Objective[],
): Manifest {
    return {
        apiVersion: "monitoring.coreos.com/v1",
        kind: "PrometheusRule",
        metadata: { name: `${of.system}-objectives`, namespace: of.namespace },
        spec: { groups: objectives.map((objective) => objectiveRules(objective, of)) },
    };
}
