/** The runbook of an alert: which page it is, and what that page must say. */
import type { AlertingRule } from "../monitoring/alerts";
import { type Finding, notJudged, violated } from "../../kernel/criterion";
import { read, showReading } from "../../kernel/tree";
import type { Library } from "./library";
import { hasText, type Part, partsOf } from "./markdown";

/** The folder of the runbooks below `docs/`. */
export const RUNBOOKS = "runbooks";
/** Parts that the runbook of an alert has (readiness.md, DOC-01). */
const PARTS = ["Meaning", "Impact", "Diagnosis", "Mitigation", "Escalation"];

/** Where an alert says its runbook is, below `docs/runbooks`. */
export interface RunbookPlace {
    readonly page: string;
    readonly anchor: string | undefined;
}

/** A runbook that is there. */
export interface Runbook extends RunbookPlace {
    /** Its file below `docs/`. */
    readonly file: string;
    readonly text: string;
}

/** The place that the annotation names; a fault where it names none, undefined where unknown. */
export function placeOf({ tree, name }: AlertingRule): RunbookPlace | string | undefined {
    const reading = read(tree, ["annotations", "runbook_url"]);
    if (reading.state === "unknown") {
        return undefined;
    }
    const url = reading.state === "known" ? String(reading.value) : "";
    const match = /(?:^|\/)docs\/runbooks\/([^?#]+)(?:\?[^#]*)?(?:#(.+))?$/.exec(url);
    const [, page, anchor] = match ?? [];
    return page === undefined
        ? `annotation runbook_url of alert ${name} is ${showReading(reading)}; link to a page of docs/runbooks`
        : { page, anchor };
}

/** What is wrong with the place that an alert names, else what `judge` finds there. */
export function judgePlace(
    alert: AlertingRule,
    judge: (place: RunbookPlace) => Finding[],
): Finding[] {
    const { fact, name } = alert;
    const place = placeOf(alert);
    if (place === undefined) {
        return [notJudged(fact, `the runbook of alert ${name} is known only at the update`)];
    }
    return typeof place === "string" ? [violated(fact, place)] : judge(place);
}

/** The runbook at a place, or undefined when there is no such page. */
export function runbookAt(library: Library, place: RunbookPlace): Runbook | undefined {
    const files = [place.page, `${place.page}.md`].map((page) => `${RUNBOOKS}/${page}`);
    for (const file of files.filter((name) => name.endsWith(".md"))) {
        const text = library.read(file);
        if (text !== undefined) {
            return { ...place, file, text };
        }
    }
    return undefined;
}

/** Whether a page has the headings of an alert's runbook, whether or not an alert leads to it. */
export function hasRunbookParts(text: string): boolean {
    const titles = new Set(partsOf(text).map(({ title }) => title.toLowerCase()));
    return PARTS.every((part) => titles.has(part.toLowerCase()));
}

/** What a runbook lacks: its anchor, or parts that are missing or empty. */
export function faultsOf({ text, anchor, file }: Runbook): string[] {
    const parts = partsOf(text);
    const own = anchor === undefined ? undefined : parts.find((part) => part.anchor === anchor);
    if (anchor !== undefined && own === undefined) {
        return [`docs/${file} has no heading for #${anchor}`];
    }
    const within = parts.filter(
        ({ first, last }) => own === undefined || (first > own.first && last <= own.last),
    );
    const find = (title: string): Part | undefined =>
        within.find((part) => part.title.toLowerCase() === title.toLowerCase());
    return PARTS.flatMap((title) => {
        const part = find(title);
        return part === undefined
            ? [`docs/${file} has no part "${title}"`]
            : hasText(text, part)
              ? []
              : [`the part "${title}" of docs/${file} is empty`];
    });
}
