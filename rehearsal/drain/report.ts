/** What a person and a program read of drains. Pure. */
import { plural } from "../../preview/scorecard/judged";
import type { Paint } from "../../preview/scorecard/terminal";
import { Footnotes, indented, readable } from "../loss/report";
import type { Drain } from "./drain";

function drainLines(
    drain: Drain,
    notes: Footnotes,
    paint: Paint,
    fold: (text: string) => string,
): string[] {
    const { node, otherDown, notDone, seconds, evicted, refused, failures } = drain;
    const what = `${paint.bold(node)}${otherDown === undefined ? "" : ` with ${otherDown} down`}`;
    if (notDone !== undefined) {
        return [`! ${fold(`${what}: not to be done, and not done: ${notDone}`)}`];
    }
    const good = failures.length === 0;
    const asked = refused === 0 ? "" : `, ${refused} of them not at once`;
    const waited = drain.blockedBy.some(({ waitsFor }) => waitsFor !== undefined);
    const took = waited
        ? `drained after ${otherDown ?? ""} was back`
        : `drained in ${readable(seconds)} s`;
    return [
        `${good ? paint.green("+") : paint.red("x")} ${what} ${took}: ${plural(evicted, "pod")} evicted${asked}`,
        ...drain.blockedBy
            .filter(({ deadlock }) => !deadlock)
            .map(({ budget = "a budget", pods, waitsFor = "" }) =>
                indented(
                    fold(`${budget} waits for ${waitsFor} before it lets ${pods.join(", ")} go`),
                ),
            ),
        ...drain.interrupted.map(({ name, secondsWithoutEndpoint, reason }) =>
            indented(
                `${name} had no ready endpoint for ${readable(secondsWithoutEndpoint)} s${notes.mark(reason)}`,
            ),
        ),
        ...drain.unplaced.map(({ pod, reason }) => indented(fold(`no place: ${pod}: ${reason}`))),
        ...failures.map((sentence) => indented(paint.red(fold(sentence)))),
    ];
}

/** The section of a report; empty without drains. */
export function drainReport(
    drains: readonly Drain[],
    paint: Paint,
    fold: (text: string) => string,
): string[] {
    if (drains.length === 0) {
        return [];
    }
    const notes = new Footnotes();
    const lines = drains.flatMap((drain) => drainLines(drain, notes, paint, fold));
    return [
        paint.bold("Drains"),
        fold(
            "Evictions that a budget refuses are asked for again every 0.25 s (kubectl: every 5 s); pods stop and start as fast as the simulation does it.",
        ),
        ...lines,
        ...notes.lines().map((line) => `  ${fold(line)}`),
        "",
    ];
}

const rounded = (seconds: number) => Math.round(seconds * 10) / 10;

/** The machine-readable form. */
export function drainDocument(drains: readonly Drain[]): Record<string, unknown>[] {
    return drains.map(({ seconds, interrupted, ...drain }) => ({
        ...drain,
        seconds: rounded(seconds),
        interrupted: interrupted.map(({ secondsWithoutEndpoint, ...service }) => ({
            ...service,
            secondsWithoutEndpoint: rounded(secondsWithoutEndpoint),
        })),
    }));
}
