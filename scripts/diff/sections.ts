/**
 * The report of a comparison as sections of lines, from which the text and the Markdown are made.
 * What comes from the stack is marked, so that Markdown can take its meaning away. Pure.
 */
import { groupBy, plural } from "../../preview/scorecard/judged";
import type { ResourceChange, StackChanges } from "./changes";
import type { Effect } from "./effects";
import type { FieldChange } from "./fields";
import { show } from "./values";
import type { ExceptionChange, FindingChange, VerdictChange } from "./verdicts";
import type { VersionChange } from "./versions";

/** Our own words, or `code`: a name or value of the stack. */
export type Piece = string | { readonly code: string };

/** A line; lines below it explain it. */
export interface Line {
    readonly pieces: readonly Piece[];
    readonly below?: readonly Line[];
    /** What to be careful about. */
    readonly grave?: boolean;
}

/** A part of the report. */
export interface Section {
    readonly title: string;
    readonly lines: readonly Line[];
    /** Long and seldom read. */
    readonly folded?: boolean;
}

function line(pieces: readonly Piece[], below: readonly Line[] = []): Line {
    return { pieces, ...(below.length > 0 ? { below } : {}) };
}

function code(text: string): Piece {
    return { code: text };
}

/** From one thing to another, where one of both may be missing. */
function fromTo(
    { before, after }: { before?: unknown; after?: unknown },
    isNew = "new",
    isGone = "gone",
): Piece[] {
    if (before === undefined) {
        return [`${isNew}, `, code(show(after))];
    }
    return after === undefined
        ? [`${isGone}, was `, code(show(before))]
        : [code(show(before)), " → ", code(show(after))];
}

function fieldLine(change: FieldChange): Line {
    return line([code(change.path), ": ", ...fromTo(change)]);
}

/** Our own sentences, in which backticks mark code. */
function prose(text: string): Piece[] {
    return text.split("`").map((part, index) => (index % 2 === 1 ? code(part) : part));
}

/** Reasons that one line names. */
const REASONS = 4;

function effectLine({ verb, noun, name, because, notes, cost, with: cause }: Effect): Line {
    const reasons = because.slice(0, REASONS).map(fieldLine);
    const rest = because.length - reasons.length;
    return {
        ...line(
            [
                `${verb} the ${noun} `,
                code(name),
                ...(cause === undefined ? [] : [" together with the ", code(cause)]),
                ...notes.flatMap((note) => ["; ", ...prose(note)]),
            ],
            [...reasons, ...(rest > 0 ? [line([`and ${plural(rest, "field")} more`])] : [])],
        ),
        ...(cost === "data" ? { grave: true } : {}),
    };
}

/** Effects that cost nothing, by verb and kind. */
function plainLines(effects: readonly Effect[]): Line[] {
    const groups = groupBy(effects, ({ verb, noun }) => `${verb} ${noun}`);
    return [...groups].map(([words, own]) => {
        const [first] = own;
        const names = own.map(({ name }) => line([code(name)]));
        return own.length === 1 && first !== undefined
            ? effectLine(first)
            : line([`${words}, ${own.length} times; no data goes with it`], names);
    });
}

/** Why a move is grave is the same for all of them. */
const MOVED =
    "known to Pulumi by another URN from now on: without an alias each is made under the new one and then deleted under the old, which is the same object";

function moveLines(moves: readonly Effect[]): Line[] {
    const names = moves.map(({ noun, name, notes, cost }) => ({
        ...line([`the ${noun} `, code(name), ...notes.flatMap((note) => ["; ", ...prose(note)])]),
        ...(cost === "data" ? { grave: true } : {}),
    }));
    return moves.length === 0
        ? []
        : [{ ...line([`${plural(moves.length, "resource")} ${MOVED}`], names), grave: true }];
}

function effectsSection({ effects }: StackChanges): Section {
    const moves = effects.filter(({ verb }) => verb === "moves");
    const others = effects.filter(({ verb }) => verb !== "moves");
    const costly = others.filter(({ cost }) => cost !== "nothing");
    const plain = others.filter(({ cost }) => cost === "nothing");
    return {
        title: "Deleted, made anew or refused",
        lines: [...costly.map(effectLine), ...moveLines(moves), ...plainLines(plain)],
    };
}

function versionLine(kind: string, { what, ...versions }: VersionChange): Line {
    return line([`${kind} `, code(what), ": ", ...fromTo(versions)]);
}

function versionsSection({ versions: { charts, images, others } }: StackChanges): Section {
    return {
        title: "Versions",
        lines: [
            ...charts.map((change) => versionLine("chart", change)),
            ...others.map((change) => versionLine("version of", change)),
            ...images.map((change) => versionLine("image", change)),
        ],
    };
}

function verdictLine({ id, level, before, after, effect }: VerdictChange): Line {
    const from = before ?? "no criterion yet";
    const to = after ?? "no criterion any more";
    const mark = { worse: "worse: ", better: "better: ", other: "" }[effect];
    return {
        ...line([`${mark}${id} (${level}) ${from} → ${to}`]),
        ...(effect === "worse" ? { grave: true } : {}),
    };
}

function findingLine(word: string) {
    return ({ id, verdict, resource, message }: FindingChange): Line =>
        line([`${word} ${id} ${verdict}: `, code(resource), `: ${message}`]);
}

function exceptionLine({ criterion, resource, before, after }: ExceptionChange): Line {
    if (before === undefined) {
        return line([
            `new exception to ${criterion} until ${after?.expires ?? "nobody knows when"} for `,
            code(resource),
            `: ${after?.reason ?? ""}`,
        ]);
    }
    if (after === undefined) {
        return line([`no exception to ${criterion} any more for `, code(resource)]);
    }
    return line([
        `exception to ${criterion} for `,
        code(resource),
        before.expires === after.expires
            ? `: another reason, ${after.reason}`
            : `: until ${before.expires} → ${after.expires}`,
    ]);
}

/** Findings that one scorecard names; the rest is counted. */
const FINDINGS = 20;

function capped(lines: readonly Line[], most: number, noun: string): Line[] {
    const rest = lines.length - most;
    return rest > 0
        ? [...lines.slice(0, most), line([`and ${plural(rest, noun)} more`])]
        : [...lines];
}

function scorecardSection({ scorecard }: StackChanges): Section {
    const { verdicts, newFindings, goneFindings, exceptions } = scorecard;
    return {
        title: "Scorecard",
        lines: [
            ...verdicts.map(verdictLine),
            ...capped(newFindings.map(findingLine("new")), FINDINGS, "finding"),
            ...capped(goneFindings.map(findingLine("gone")), FINDINGS, "finding"),
            ...exceptions.map(exceptionLine),
        ],
    };
}

function figuresSection({ figures }: StackChanges): Section {
    return {
        title: "Capacity and cost",
        lines: figures.map(({ what, ...values }) => line([`${what}: `, ...fromTo(values)])),
    };
}

/** So many resources of a system must change alike for it to be told once. */
const ALIKE = 3;

function keyOf({ path, before, after }: FieldChange): string {
    return JSON.stringify([path, before ?? null, after ?? null]);
}

/** Resources that are added or removed, a few by name. */
const NAMED = 15;

function namesLine(word: string, resources: readonly ResourceChange[]): Line[] {
    const names = resources.slice(0, NAMED).map(({ label }) => line([code(label)]));
    const rest = resources.length - names.length;
    return resources.length === 0
        ? []
        : [
              line(
                  [`${word}: ${plural(resources.length, "resource")}`],
                  [...names, ...(rest > 0 ? [line([`and ${rest} more`])] : [])],
              ),
          ];
}

/** So many resources that change alike are named. */
const FEW = 5;

/** What many resources share, once. */
function alikeLine(field: FieldChange, resources: readonly ResourceChange[]): Line {
    const names = resources.length > FEW ? [] : resources.map(({ label }) => line([code(label)]));
    return line(
        [`in ${plural(resources.length, "resource")}: `, ...fieldLine(field).pieces],
        names,
    );
}

/** The changes of one system: what many of its resources share first, and once. */
function systemLines(changes: readonly ResourceChange[]): Line[] {
    const ofOperation = (wanted: ResourceChange["operation"]) =>
        changes.filter(({ operation }) => operation === wanted);
    const changed = ofOperation("changed");
    const places = changed.flatMap((resource) =>
        resource.fields.map((field) => ({ resource, field })),
    );
    const alike = [...groupBy(places, ({ field }) => keyOf(field)).values()].filter(
        (own) => own.length >= ALIKE,
    );
    const told = new Set(alike.flatMap((own) => own.map(({ field }) => field)));
    return [
        ...namesLine("added", ofOperation("added")),
        ...namesLine("removed", ofOperation("removed")),
        ...alike.flatMap((own) =>
            own.slice(0, 1).map(({ field }) =>
                alikeLine(
                    field,
                    own.map(({ resource }) => resource),
                ),
            ),
        ),
        ...changed
            .map(({ label, fields }) => ({
                label,
                fields: fields.filter((field) => !told.has(field)),
            }))
            .filter(({ fields }) => fields.length > 0)
            .map(({ label, fields }) => line([code(label)], fields.map(fieldLine))),
    ];
}

function systemSections({ resources }: StackChanges): Section[] {
    const groups = groupBy(resources, ({ system }) => system);
    return [...groups].sort().map(([system, changes]) => ({
        title: `${system}: ${countsOf(changes)}`,
        lines: systemLines(changes),
        folded: true,
    }));
}

/** `2 added, 1 changed`. */
export function countsOf(changes: readonly ResourceChange[]): string {
    const count = (wanted: ResourceChange["operation"]) =>
        changes.filter(({ operation }) => operation === wanted).length;
    const words = (["added", "removed", "changed"] as const)
        .filter((operation) => count(operation) > 0)
        .map((operation) => `${count(operation)} ${operation}`);
    return words.length === 0 ? "nothing" : words.join(", ");
}

function uncomparedSection({ uncompared }: StackChanges): Section {
    const which = uncompared.length === 1 ? "chart" : `${uncompared.length} charts`;
    const names = uncompared.map((name) => line([code(name)]));
    return {
        title: "Not compared",
        lines:
            uncompared.length === 0
                ? []
                : [
                      line(
                          [`objects of the ${which} that one of both sides could not render`],
                          names,
                      ),
                  ],
    };
}

/** Every part that has something to say, the gravest first. */
export function sectionsOf(changes: StackChanges): Section[] {
    return [
        uncomparedSection(changes),
        effectsSection(changes),
        versionsSection(changes),
        scorecardSection(changes),
        figuresSection(changes),
        ...systemSections(changes),
    ].filter(({ lines }) => lines.length > 0);
}

/** The sentence that comes first. */
export function headlineOf(changes: StackChanges): string {
    const { effects, resources, versions, scorecard, figures } = changes;
    const losing = effects.filter(({ cost }) => cost === "data").length;
    const counted = countsOf(resources);
    const { charts, images, others } = versions;
    const nothing = [
        ...[effects, resources, charts, images, others, figures, scorecard.verdicts],
        ...[scorecard.newFindings, scorecard.goneFindings, scorecard.exceptions],
    ].every((list: readonly unknown[]) => list.length === 0);
    if (nothing) {
        return "Nothing changes.";
    }
    return `${counted === "nothing" ? "No resource changes" : `Resources: ${counted}`}; ${
        losing === 0 ? "no data goes with it" : `${losing} of them may take data with them`
    }.`;
}
