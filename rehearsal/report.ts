/** What a person reads at the end of a rehearsal. */
import { plural } from "../preview/scorecard/judged";
import { type Paint, paintOf, type TerminalStyle, wrap } from "../preview/scorecard/terminal";
import { isTrustworthy } from "./agreement/agree";
import { agreementTable } from "./agreement/report";
import { drainReport } from "./drain/report";
import { lossReport } from "./loss/report";
import type { Outcome } from "./run";

/** So many entries of a list are shown. */
const MOST = 12;
/** Quotas that are fuller than this are worth a line. */
const TIGHT = 0.8;

function listed<T>(items: readonly T[], toLine: (item: T) => string): string[] {
    const rest = items.length - MOST;
    return [...items.slice(0, MOST).map(toLine), ...(rest > 0 ? [`  and ${rest} more`] : [])];
}

const percent = (share: number) => `${Math.round(share * 100)} %`;

function mark(good: boolean, paint: Paint): string {
    return good ? paint.green("+") : paint.red("x");
}

function objects({ applied, skipped }: Outcome, paint: Paint, fold: (text: string) => string) {
    const { accepted, sent, refused, warnings, judgedOnly } = applied;
    return [
        `${mark(refused.length === 0, paint)} ${accepted} of ${plural(sent, "object")} accepted by the API server${judgedOnly > 0 ? ` (${judgedOnly} webhook configurations judged only: no webhook runs here)` : ""}`,
        ...listed(refused, ({ object, component, reason }) =>
            fold(`    ${object} of ${component}: ${reason}`),
        ),
        ...listed([...warnings], ([warning, from]) =>
            fold(
                `  ! ${warning} (${from[0] ?? ""}${from.length > 1 ? ` and ${from.length - 1} more` : ""})`,
            ),
        ),
        ...listed(skipped, ({ urn, reason }) =>
            fold(`  ? not sent: ${urn.split("::").at(-1) ?? urn}: ${reason}`),
        ),
    ];
}

function placed(
    { placement, refusedStandIns, withoutStandIns }: Outcome,
    paint: Paint,
    fold: (text: string) => string,
) {
    const { wanted, placed: count, misplaced } = placement;
    return [
        `${mark(misplaced.length === 0, paint)} ${count} of ${plural(wanted, "pod")} placed by the scheduler`,
        ...listed(misplaced, ({ object, count: missing, reason }) =>
            fold(`    ${object}${missing > 1 ? ` (${missing} pods)` : ""}: ${reason}`),
        ),
        ...listed(refusedStandIns, (text) => fold(`    refused: ${text}`)),
        ...listed(withoutStandIns, (text) => fold(`  ? without stand-ins: ${text}`)),
    ];
}

function admitted({ admission }: Outcome, fold: (text: string) => string) {
    const { quotas, defaulted, levels, budgets } = admission;
    const tight = quotas.filter(({ share }) => share > TIGHT);
    const blocking = budgets.filter(({ expected, allowed }) => expected > 0 && allowed === 0);
    const empty = budgets.filter(({ expected }) => expected === 0);
    const names = (items: readonly { name: string }[]) => items.map(({ name }) => name).join(", ");
    const [fullest] = quotas;
    return [
        `  ${plural(quotas.length, "quota")}${fullest === undefined ? "" : `, the fullest ${percent(fullest.share)} (${fullest.resource} of ${fullest.namespace})`}; limit ranges completed ${plural(defaulted, "pod")}`,
        ...listed(tight, ({ namespace, resource, share }) =>
            fold(`  ! ${namespace}: ${percent(share)} of ${resource} used`),
        ),
        `  Pod Security: ${[...levels].map(([level, count]) => `${level} in ${plural(count, "namespace")}`).join(", ")}`,
        `  ${plural(budgets.length, "PodDisruptionBudget")}${blocking.length === 0 ? ", all of which let a pod go" : ""}`,
        ...(blocking.length > 0 ? [fold(`  ! no eviction now: ${names(blocking)}`)] : []),
        ...(empty.length > 0 ? [fold(`  ! without pods: ${names(empty)}`)] : []),
    ];
}

function again({ again: changes }: Outcome, paint: Paint, fold: (text: string) => string) {
    if (changes === undefined) {
        return [];
    }
    return [
        `${mark(changes.length === 0, paint)} A second apply changed ${changes.length === 0 ? "nothing" : plural(changes.length, "object")}`,
        ...listed(changes, ({ object, fields }) => fold(`    ${object}: ${fields.join(", ")}`)),
    ];
}

function changed({ change }: Outcome, paint: Paint, fold: (text: string) => string) {
    if (change === undefined) {
        return [];
    }
    const { settings, planned, removed, unplanned, missed } = change;
    return [
        fold(
            `${mark(unplanned.length + missed.length === 0, paint)} ${settings.join(", ")} changes ${plural(planned.length, "object")}${removed.length > 0 ? ` and removes ${removed.length}` : ""}`,
        ),
        ...listed(planned, (object) => `    ${object}`),
        ...listed(unplanned, ({ object, fields }) =>
            fold(`    not planned: ${object}: ${fields.join(", ")}`),
        ),
        ...listed(missed, (object) => fold(`    planned, but did not change: ${object}`)),
    ];
}

/** Whether everything was taken, placed and kept up. */
export function isGood(outcome: Outcome): boolean {
    const { applied, placement, refusedStandIns, again: changes, change } = outcome;
    const { losses, drains, agreement } = outcome;
    return (
        applied.refused.length === 0 &&
        placement.misplaced.length === 0 &&
        refusedStandIns.length === 0 &&
        (changes ?? []).length === 0 &&
        (agreement === undefined || isTrustworthy(agreement)) &&
        [...losses, ...drains].every(({ failures }) => failures.length === 0) &&
        (change === undefined || change.unplanned.length + change.missed.length === 0)
    );
}

/** The report. */
export function rehearsalReport(outcome: Outcome, style: TerminalStyle): string {
    const paint = paintOf(style);
    const fold = (text: string) => wrap(text, style.width, "      ");
    const { missing, seconds, losses, drains, agreement } = outcome;
    const good = isGood(outcome);
    return [
        paint.bold(`Rehearsal of ${outcome.stack} on a real control plane with simulated nodes`),
        ...(missing.length > 0
            ? [paint.yellow(fold(`NOT RENDERED, so not rehearsed: ${missing.join(", ")}`))]
            : []),
        "",
        ...objects(outcome, paint, fold),
        ...placed(outcome, paint, fold),
        ...admitted(outcome, fold),
        ...again(outcome, paint, fold),
        ...changed(outcome, paint, fold),
        "",
        ...lossReport(losses, paint, fold),
        ...drainReport(drains, paint, fold),
        ...(agreement === undefined ? [] : [...agreementTable(agreement, style), ""]),
        ...(outcome.picture === undefined ? [] : [`Picture: ${outcome.picture}`]),
        `${seconds.total.toFixed(0)} s in all: ${seconds.started.toFixed(0)} s until the control plane answered, ${seconds.settled.toFixed(0)} s until the pods had settled.`,
        good
            ? paint.green(
                  "Passed as far as it goes; docs/rehearsal.md says what a rehearsal cannot show.",
              )
            : paint.red("Not passed: mend what is marked with x and run it again."),
    ].join("\n");
}
