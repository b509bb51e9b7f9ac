/**
 * The scorecard as Markdown for a comment on a pull request. Everything that comes from the program
 * is escaped; what does not fit into a comment is left out, evidence first, and said to be.
 */
import { categories } from "../policy/kernel/criterion";
import type { CriterionVerdict, RecordedFinding, Verdict } from "../policy/kernel/ledger";
import {
    countVerdicts,
    coverageOf,
    groupBy,
    headlineOf,
    type Judged,
    exceptionCount,
    isMetSoFar,
    judgedCount,
    labelOf,
    missingByCause,
    plural,
    resourceCount,
    standingOf,
} from "./scorecard/judged";
import { type Mend, readMends } from "./scorecard/mends";

/** Where the links lead. */
export interface MarkdownOptions {
    /** Address of docs/criteria.md. */
    readonly documentation: string;
    /** Characters; GitHub accepts 65,536 in a comment. */
    readonly limit?: number;
}

interface Page {
    readonly judged: Judged;
    readonly mends: ReadonlyMap<string, Mend>;
    readonly documentation: string;
    /** Resources that are named as evidence of one criterion. */
    readonly evidence: number;
    /** Findings that are told of one criterion. */
    readonly findings: number;
}

const LIMIT = 60_000;
/** Tried one after the other until the text fits. */
const AMOUNTS = [
    { evidence: 40, findings: 200 },
    { evidence: 8, findings: 50 },
    { evidence: 0, findings: 20 },
    { evidence: 0, findings: 3 },
] as const;

const MARKS: Readonly<Record<Verdict, string>> = {
    met: "✅ met",
    violated: "❌ **violated**",
    excepted: "🟡 excepted",
    "not judged": "❔ not judged",
    "not applicable": "➖ not applicable",
};

/** The first line, by which the workflow finds its comment again. */
export function markerOf(stack: string): string {
    return `<!-- readiness-scorecard:${stack} -->`;
}

/**
 * Text that means nothing in Markdown or HTML. An invisible character after `@` and `#` keeps
 * GitHub from notifying people and from linking issues.
 */
export function escapeMarkdown(text: string): string {
    return text
        .replace(/\s+/g, " ")
        .replace(/[&<>|*_`[\]\\~$]/g, (character) => `&#${character.charCodeAt(0)};`)
        .replace(/[@#](?=\w)/g, "$&\u200b")
        .replace(/&#\u200b(?=\d+;)/g, "&#");
}

function code(text: string): string {
    return `<code>${escapeMarkdown(text)}</code>`;
}

/** Our own sentences, in which backticks mark code. */
function prose(text: string): string {
    return text
        .split("`")
        .map((part, index) => (index % 2 === 1 ? code(part) : escapeMarkdown(part)))
        .join("");
}

function details(summary: string, lines: readonly string[]): string[] {
    return lines.length === 0
        ? []
        : ["", `<details><summary>${summary}</summary>`, "", ...lines, "", "</details>"];
}

function capped(lines: readonly string[], most: number, what: string): string[] {
    const rest = lines.length - most;
    return rest <= 0
        ? [...lines]
        : [...lines.slice(0, most), `- and ${plural(rest, what)} more, on the HTML page`];
}

function summaryTable({ scorecard: { criteria } }: Judged): string[] {
    return [
        "| Category | Met | Violated | Excepted | Not judged | Not applicable |",
        "| --- | --: | --: | --: | --: | --: |",
        ...Object.entries(categories).map(([id, title]) => {
            const own = criteria.filter(({ category }) => category === id);
            const cells = (
                ["met", "violated", "excepted", "not judged", "not applicable"] as const
            ).map((verdict) => String(countVerdicts(own, verdict) || ""));
            return `| ${title} | ${cells.join(" | ")} |`;
        }),
    ];
}

function findingLine({ resource, message }: RecordedFinding): string {
    return `- ${code(resource)}: ${escapeMarkdown(message)}`;
}

function mendLine({ id }: CriterionVerdict, { mends, documentation }: Page): string {
    const mend = mends.get(id);
    const link = `[${id} explained](${documentation}#${id.toLowerCase()})`;
    return `**Mend:** ${mend === undefined ? "" : `${prose(mend.steps)} `}${link}`;
}

function violations(page: Page): string[] {
    const { judged } = page;
    const levels = new Map(judged.policies.map(({ criterion, level }) => [criterion, level]));
    return judged.scorecard.criteria
        .filter(({ verdict }) => verdict === "violated")
        .flatMap((criterion) => [
            "",
            `#### ❌ ${criterion.id} (${levels.get(criterion.id) ?? "mandatory"}): ${prose(criterion.description)}`,
            "",
            ...capped(
                criterion.findings.filter(({ verdict }) => verdict === "violated").map(findingLine),
                page.findings,
                "finding",
            ),
            "",
            mendLine(criterion, page),
        ]);
}

function broken({ judged }: Page): string[] {
    const list = standingOf(judged).broken;
    return list.length === 0
        ? []
        : [
              "",
              "#### ❌ Policies that could not run",
              "",
              ...list.map(({ message, urn }) => `- ${escapeMarkdown(message)} ${code(urn)}`),
          ];
}

function exceptions({ judged }: Page): string[] {
    const list = judged.scorecard.exceptions;
    return details(
        `Exceptions: ${exceptionCount(judged)}`,
        list.length === 0
            ? []
            : [
                  "| Criterion | Resource | State | Until | Reason | Guarded by |",
                  "| --- | --- | --- | --- | --- | --- |",
                  ...list.map(
                      ({ criterion, resource, state, expires, reason, guard }) =>
                          `| ${escapeMarkdown(criterion)} | ${code(resource)} | ${state} | ${escapeMarkdown(expires)} | ${escapeMarkdown(reason)} | ${escapeMarkdown(guard)} |`,
                  ),
              ],
    );
}

function criterionLines(criterion: CriterionVerdict, page: Page): string[] {
    const { id, verdict, description, findings, judged } = criterion;
    const labels = new Map(
        page.judged.resources.map((resource) => [resource.urn, labelOf(resource)]),
    );
    const evidence = judged.slice(0, page.evidence).map((urn) => code(labels.get(urn) ?? urn));
    const rest = judged.length - evidence.length;
    const more = evidence.length > 0 && rest > 0 ? ` and ${rest} more` : "";
    const others = findings.filter((finding) => finding.verdict !== "violated");
    return [
        `- ${isMetSoFar(criterion) ? "❔ met so far" : MARKS[verdict]} **${id}** ${prose(description)} (${judgedCount(criterion)})`,
        ...capped(others.map(findingLine), page.findings, "finding").map((line) => `  ${line}`),
        ...(evidence.length > 0 ? [`  - judged: ${evidence.join(", ")}${more}`] : []),
    ];
}

function everyCriterion(page: Page): string[] {
    const groups = groupBy(page.judged.scorecard.criteria, ({ category }): string => category);
    return Object.entries(categories).flatMap(([id, title]) => {
        const own = groups.get(id) ?? [];
        const summary = `${title}: ${own.length === 0 ? "nothing to judge yet" : plural(own.length, "criterion").replace("criterions", "criteria")}`;
        return details(
            summary,
            own.flatMap((criterion) => criterionLines(criterion, page)),
        );
    });
}

function render(page: Page): string {
    const { judged } = page;
    const { ready, partial, missingCharts, advisory } = standingOf(judged);
    const sign = partial ? "⚠️" : ready ? "✅" : "❌";
    return [
        markerOf(judged.stack),
        `## ${sign} Readiness of ${code(judged.stack)}`,
        "",
        `**${headlineOf(judged)}** ${coverageOf(judged)} ${plural(resourceCount(judged), "resource")}, ${plural(advisory.length, "advisory violation")}.`,
        ...missingByCause(missingCharts).map(
            ([cause, names]) => `- not rendered, ${escapeMarkdown(cause)}: ${code(names)}`,
        ),
        ...judged.warnings.map((warning) => `- pulumi warns: ${escapeMarkdown(warning)}`),
        "",
        ...summaryTable(judged),
        ...broken(page),
        ...violations(page),
        ...exceptions(page),
        ...everyCriterion(page),
        "",
    ].join("\n");
}

/** The whole comment. */
export function scorecardMarkdown(
    judged: Judged,
    { documentation, limit = LIMIT }: MarkdownOptions,
): string {
    const mends = readMends(judged);
    const texts = AMOUNTS.map(
        (amounts) => () => render({ judged, mends, documentation, ...amounts }),
    );
    let text = "";
    for (const attempt of texts) {
        text = attempt();
        if (text.length <= limit) {
            return text;
        }
    }
    const note = "\n\nThe rest did not fit into a comment: it is on the HTML page.\n";
    return text.slice(0, limit - note.length).replace(/\n[^\n]*$/, "") + note;
}
