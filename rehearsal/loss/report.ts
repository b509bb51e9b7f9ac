/** What a person and a program read of losses. Pure. */
import { plural } from "../../preview/scorecard/judged";
import type { Paint } from "../../preview/scorecard/terminal";
import type { ServiceOutcome } from "./outcome";
import type { Loss, MisplacedPod } from "./loss";

/** Reasons that several lines share, each with a number. */
export class Footnotes {
    private readonly texts: string[] = [];

    /** The mark of a text, such as ` [1]`; empty for none. */
    mark(text: string | undefined): string {
        if (text === undefined) {
            return "";
        }
        if (!this.texts.includes(text)) {
            this.texts.push(text);
        }
        return ` [${this.texts.indexOf(text) + 1}]`;
    }

    lines(): string[] {
        return this.texts.map((text, index) => `[${index + 1}] ${text}`);
    }
}

/** A line below another. */
export function indented(text: string): string {
    return `    ${text}`;
}

/** Seconds as a person reads them: 0.4, 7, 366. */
export function readable(seconds: number): string {
    return seconds < 1 ? seconds.toFixed(1) : seconds.toFixed(0);
}

/** Misplaced pods by their reason. */
function byReason(pods: readonly MisplacedPod[]): [reason: string, names: string[]][] {
    const names = new Map<string, string[]>();
    for (const { pod, reason } of pods) {
        names.set(reason, [...(names.get(reason) ?? []), pod]);
    }
    return [...names];
}

function table(services: readonly ServiceOutcome[], notes: Footnotes, paint: Paint): string[] {
    const width = Math.max(...services.map(({ name }) => name.length));
    return services.map(
        ({ name, critical, needed, secondsWithoutEndpoint, minimumReady, before, ...rest }) => {
            const least = `${minimumReady} of ${before} ready${needed > 1 ? `, ${needed} needed` : ""}`;
            const line = `    ${name.padEnd(width)}  ${readable(secondsWithoutEndpoint).padStart(4)} s  ${least}`;
            const isFailure = critical && rest.reason === undefined;
            const waits = rest.waits ? ", until the node is back" : "";
            return `${isFailure ? paint.red(line) : line}${waits}${notes.mark(rest.reason)}`;
        },
    );
}

function lossLines(
    loss: Loss,
    notes: Footnotes,
    paint: Paint,
    fold: (text: string) => string,
): string[] {
    const { lost, nodes, services, failures, unplaced, waiting, local, evicted } = loss;
    const out = services
        .filter(({ secondsWithoutEndpoint }) => secondsWithoutEndpoint > 0)
        .sort((one, other) => other.secondsWithoutEndpoint - one.secondsWithoutEndpoint);
    const fewer = services.filter(
        ({ minimumReady, before, secondsWithoutEndpoint }) =>
            minimumReady < before && secondsWithoutEndpoint === 0,
    );
    const good = failures.length === 0;
    const critical = services.filter((service) => service.critical).length;
    return [
        `${good ? paint.green("+") : paint.red("x")} ${paint.bold(lost)}${nodes.length > 1 ? ` (${nodes.join(", ")})` : ""} lost: ${plural(evicted, "pod")} evicted, ${local} gone with ${nodes.length > 1 ? "their nodes" : "the node"}; of ${plural(services.length, "service")} (${critical} critical) ${out.length} had no ready endpoint for some time, ${fewer.length} had fewer than before`,
        ...(out.length > 0 ? table(out, notes, paint) : []),
        ...byReason(unplaced).map(([reason, names]) =>
            indented(fold(`no place: ${names.join(", ")}: ${reason}`)),
        ),
        ...byReason(waiting).map(([reason, names]) =>
            indented(fold(`${names.join(", ")}: ${reason}`)),
        ),
        ...loss.consequences.map((sentence) => `  ${fold(`! ${sentence}`)}`),
        ...failures.map((sentence) => indented(paint.red(fold(sentence)))),
    ];
}

/** The section of a report; empty without losses. */
export function lossReport(
    losses: readonly Loss[],
    paint: Paint,
    fold: (text: string) => string,
): string[] {
    if (losses.length === 0) {
        return [];
    }
    const notes = new Footnotes();
    const lines = losses.flatMap((loss) => lossLines(loss, notes, paint, fold));
    const isComputed = losses.some(({ computed }) => computed);
    return [
        paint.bold("Losses"),
        fold(
            isComputed
                ? "Seconds are the stack's, computed from a rehearsal with shorter waits (--real-time measures them); what a pod takes to start is the simulation's. An endpoint on a silent node counts as gone from the first moment, although the API still lists it."
                : "Seconds are measured; what a pod takes to start is the simulation's. An endpoint on a silent node counts as gone from the first moment, although the API still lists it.",
        ),
        ...lines,
        ...notes.lines().map((line) => `  ${fold(line)}`),
        "",
    ];
}

const rounded = (seconds: number) => Math.round(seconds * 10) / 10;

/** The machine-readable form. */
export function lossDocument(losses: readonly Loss[]): Record<string, unknown>[] {
    return losses.map(({ services, moments, seconds, ...loss }) => ({
        ...loss,
        seconds: rounded(seconds),
        notReadyAfter: moments.notReady === undefined ? undefined : rounded(moments.notReady),
        services: services.map(({ steps, ...service }) => ({
            ...service,
            secondsWithoutEndpoint: rounded(service.secondsWithoutEndpoint),
            measuredSeconds: rounded(service.measuredSeconds),
            listedUntil: rounded(
                steps.find(({ listed }) => listed < service.before)?.at ?? moments.end,
            ),
        })),
    }));
}
