/** The agreement of proof and scheduler, as a person and as a machine read it. Pure. */
import { plural } from "../../preview/scorecard/judged";
import { paintOf, type TerminalStyle, wrap } from "../../preview/scorecard/terminal";
import { type Agreement, isTrustworthy } from "./agree";
import type { Comparison, Deviation } from "./compare";

/** So many of a list are shown. */
const MOST = 8;

const percent = (share: number) => `${(share * 100).toFixed(1)} %`;
const thousands = (count: number) => count.toLocaleString("en");

/** How often something occurs in a list, as `2 of x, 1 of y`. */
function counted(keys: readonly string[]): string {
    const counts = new Map<string, number>();
    for (const key of keys) {
        counts.set(key, (counts.get(key) ?? 0) + 1);
    }
    return [...counts].map(([key, count]) => `${count} of ${key}`).join(", ");
}

function question({ stack, lost }: Comparison): string {
    return lost === undefined ? `${stack} with all nodes` : `${stack} without ${lost}`;
}

/** How to see the same again. */
function repetition(seeds: readonly (number | undefined)[]): string[] {
    const [seed] = seeds.filter((each) => each !== undefined);
    return seed === undefined ? [] : [`    Again: npm run rehearse -- --agree 1 --seed ${seed}`];
}

function falseFit(comparison: Comparison): string {
    const { how, pending } = comparison.witness ?? { how: "whole", pending: [] };
    const [first] = pending;
    return `    ${question(comparison)} (${how}): ${counted(pending.map(({ key }) => key))} pending: ${first?.reason ?? ""}`;
}

function falseAlarm(comparison: Comparison): string {
    const { unschedulable = [], share = 1 } = comparison.failure ?? {};
    const pods = unschedulable.map(({ template, count }) => `${count} of ${template.set.key}`);
    return `    ${question(comparison)}: ${pods.join(", ")}, in ${percent(share)} of the courses of events`;
}

function deviation({ stack, key, node, admitted, best, message }: Deviation): string {
    return node === undefined
        ? `    ${stack}: ${key} was refused (${message}), by the proof it may go to ${admitted.join(", ")}`
        : admitted.includes(node)
          ? `    ${stack}: ${key} went to ${node}, by the proof ${best.join(" or ")} is better`
          : `    ${stack}: ${key} went to ${node}, which by the proof is impossible`;
}

function listed<T>(items: readonly T[], toLine: (item: T) => string): string[] {
    const rest = items.length - MOST;
    return [...items.slice(0, MOST).map(toLine), ...(rest > 0 ? [`    and ${rest} more`] : [])];
}

/** The table and what does not agree, as lines. */
export function agreementTable(agreement: Agreement, style: TerminalStyle): string[] {
    const { cases, questions, bothFit, neitherFits, falseFits, falseAlarms } = agreement;
    const { rate, seed, decisions, deviations } = agreement;
    const paint = paintOf(style);
    const fold = (line: string) => wrap(line, style.width, "      ");
    const row = (title: string, placed: string, pending: string) =>
        `    ${title.padEnd(26)}${placed.padStart(12)}${pending.padStart(12)}`;
    const good = isTrustworthy(agreement);
    return [
        fold(
            `${good ? paint.green("+") : paint.red("x")} The N+1 proof and kube-scheduler judged ${plural(cases, "stack")} (first seed ${seed}), with all nodes and without each worker: ${thousands(questions)} questions`,
        ),
        row("", "all placed", "some not"),
        row("the proof says it fits", thousands(bothFit), thousands(falseFits.length)),
        row("the proof says it does not", thousands(falseAlarms.length), thousands(neitherFits)),
        fold(
            `  ${percent(rate)} false alarms: something may go wrong that the scheduler did right in every attempt`,
        ),
        fold(
            `  ${thousands(decisions)} single decisions of the scheduler compared, ${deviations.length === 0 ? "all as the proof's rules say" : `${deviations.length} of them not as the proof's rules say`}`,
        ),
        ...(falseFits.length > 0 ? [paint.red("  Not placed, though it should fit:")] : []),
        ...listed(falseFits, (item) => fold(falseFit(item))),
        ...repetition(falseFits.map((item) => item.seed)),
        ...(deviations.length > 0 ? [paint.red("  Decided otherwise than expected:")] : []),
        ...listed(deviations, (item) => fold(deviation(item))),
        ...repetition(deviations.map((item) => item.seed)),
        ...(falseAlarms.length > 0 ? [paint.dim("  False alarms:")] : []),
        ...listed(falseAlarms, (item) => paint.dim(fold(falseAlarm(item)))),
    ];
}

function identity({ stack, seed, lost }: Comparison) {
    return { stack, seed, lost };
}

/** The part of the JSON document. */
export function agreementDocument(agreement: Agreement): Record<string, unknown> {
    return {
        ...agreement,
        falseFits: agreement.falseFits.map((item) => ({ ...identity(item), ...item.witness })),
        falseAlarms: agreement.falseAlarms.map((item) => ({
            ...identity(item),
            share: item.failure?.share,
            pods: item.failure?.unschedulable.map(({ template, count }) => ({
                workload: template.set.key,
                count,
            })),
        })),
    };
}
