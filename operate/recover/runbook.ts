/** The steps of a runbook, as a program reads them: one text for people and for `make recover`. Pure. */

/** One numbered step. */
export interface Step {
    /** Its first line, without number and time. */
    readonly title: string;
    /** Minutes that it says; undefined for one that is no part of the time. */
    readonly minutes: number | undefined;
    readonly commands: readonly string[];
    /** How somebody sees that it is done. */
    readonly checks: readonly string[];
}

/** A part of a runbook with numbered steps. */
export interface Procedure {
    readonly steps: readonly Step[];
    /** Minutes within which everything is back, as the page says; undefined where it says none. */
    readonly rto: number | undefined;
}

/** The lines below a heading, up to the next one that is not deeper. */
function sectionOf(text: string, heading: string): string[] {
    const lines = text.split("\n");
    const start = lines.findIndex((line) => line.replace(/^#+ /, "") === heading);
    const level = /^#+/.exec(lines[start] ?? "")?.[0].length ?? 0;
    const rest = lines.slice(start + 1);
    const end = rest.findIndex((line) => {
        const depth = /^(#+) /.exec(line)?.[1]?.length;
        return depth !== undefined && depth <= level;
    });
    return start < 0 ? [] : rest.slice(0, end < 0 ? undefined : end);
}

const TIME = /\((\d+) min[^)]*\)/;
const PROGRAMS = /^(kubectl|npm|pulumi|talosctl|velero|aws|age|qm|pvecm|ceph|make|ping) /;

function spansOf(text: string): string[] {
    return [...text.matchAll(/`([^`]+)`/g)].flatMap(([, code = ""]) =>
        PROGRAMS.test(code) ? [code] : [],
    );
}

/** Lines of a shell that go on in the next one are one command. */
function joined(lines: readonly string[]): string[] {
    return lines
        .join("\n")
        .replace(/\\\n\s*/g, "")
        .split("\n")
        .map((line) => line.trim().replace(/\s+#.*$/, ""))
        .filter((line) => PROGRAMS.test(line));
}

function stepOf(item: readonly string[]): Step {
    const [first = "", ...rest] = item;
    const isCheck = (line: string) => /^\s*- Check: /.test(line);
    const isCode = (line: string, index: number) => {
        const fences = rest.slice(0, index).filter((each) => each.trim().startsWith("```")).length;
        return !line.trim().startsWith("```") && (fences % 2 === 1 || /^ {7,}\S/.test(line));
    };
    const code = rest.filter(isCode);
    const prose = rest.filter((line, index) => !isCode(line, index) && !isCheck(line));
    const time = TIME.exec(first)?.[1];
    return {
        title: first
            .replace(/^\d+\. /, "")
            .replace(TIME, "")
            .replace(/\[([^\]]+)\]\([^)]*\)/g, "$1")
            .replace(/\s+([,.:;])/g, "$1")
            .trim(),
        minutes: time === undefined ? undefined : Number(time),
        commands: [...spansOf(first), ...joined(code), ...prose.flatMap(spansOf)],
        checks: rest.filter(isCheck).map((line) => line.replace(/^\s*- Check: /, "")),
    };
}

/** `RTO: 90 min` or `RTO: 2 h`, in minutes. */
function rtoOf(text: string): number | undefined {
    const [, count, unit] = /\bRTO\b[^\n\d]*(\d+) (h|min)\b/.exec(text) ?? [];
    return count === undefined ? undefined : Number(count) * (unit === "h" ? 60 : 1);
}

/** The steps below a heading of a runbook; none where it has none. */
export function procedureOf(text: string, heading: string): Procedure {
    const lines = sectionOf(text, heading);
    const starts = lines.flatMap((line, index) => (/^\d+\. /.test(line) ? [index] : []));
    return {
        steps: starts.map((start, index) => stepOf(lines.slice(start, starts[index + 1]))),
        rto: rtoOf(text),
    };
}
