/**
 * What a person reads in the terminal: how much the verdict covers, the plan, the scorecard, the
 * violations with their mend, and last what to do next.
 */
import { categories } from "../policy/kernel/criterion";
import type { CriterionVerdict, Verdict } from "../policy/kernel/ledger";
import { blamesCharts } from "../policy/kernel/missing-charts";
import type { Violation } from "./analyzer";
import { CHART_TYPE } from "./chart-line";
import {
    countVerdicts,
    coverageOf,
    exceptionCount,
    groupBy,
    headlineOf,
    isMetSoFar,
    type Judged,
    judgedCount,
    missingByCause,
    type PlannedResource,
    plural,
    resourceCount,
    type Standing,
    standingOf,
} from "./scorecard/judged";
import { type Mend, readMends } from "./scorecard/mends";
import { placeOf, whoMayOpen } from "./page-line";
import { byTexts } from "./scorecard/order";
import { columns, type Paint, paintOf, type TerminalStyle, wrap } from "./scorecard/terminal";

/** Everything that the parts of the report need. */
interface Page extends TerminalStyle {
    readonly judged: Judged;
    readonly standing: Standing;
    readonly mends: ReadonlyMap<string, Mend>;
    readonly paint: Paint;
}

/** So many resources are named that one criterion could not judge. */
const MOST_UNKNOWNS = 4;
/** Columns of the plan where nobody says how wide the page is. */
const DEFAULT_WIDTH = 100;

const MARKS: Readonly<Record<Verdict, readonly [string, keyof Paint]>> = {
    met: ["+ met", "green"],
    violated: ["x VIOLATED", "red"],
    excepted: ["~ excepted", "yellow"],
    "not judged": ["? not judged", "yellow"],
    "not applicable": ["- not applicable", "dim"],
};

/** For what could not be judged to its end. */
const SO_FAR: readonly [string, keyof Paint] = ["+ met so far", "yellow"];

function coverage({ judged, standing, paint, width }: Page): string[] {
    const sentence = coverageOf(judged);
    const isPartial = standing.missingCharts.length > 0;
    const indented = (text: string) => `  ${wrap(text, width && width - 2, "    ")}`;
    return [
        isPartial ? paint.yellow(paint.bold(sentence.toUpperCase())) : sentence,
        ...missingByCause(standing.missingCharts).map(([cause, names]) =>
            indented(`not rendered, ${cause}: ${names}`),
        ),
        ...judged.missingSecrets.map((key) =>
            indented(`not set yet, needed by \`pulumi up\`: pulumi config set --secret ${key}`),
        ),
        ...judged.warnings.map((warning) => paint.yellow(indented(`pulumi warns: ${warning}`))),
    ];
}

/** The systems with the number of resources that each brings, as far as they were seen. */
function plan({ judged, standing, paint, width }: Page): string[] {
    const { resources } = judged;
    const children = groupBy(resources, ({ parent }) => parent);
    const missing = new Set(standing.missingCharts.map(({ name }) => name));
    const below = (urn: string): readonly PlannedResource[] =>
        (children.get(urn) ?? []).flatMap((child) => [child, ...below(child.urn)]);
    const stack = resources.find(({ parent }) => parent === "");
    // The stack's only child is the platform; what it consists of says more.
    const roots = children.get(stack?.urn ?? "") ?? [];
    const systems = (roots.length === 1 ? (children.get(roots[0]?.urn ?? "") ?? []) : roots)
        .filter(({ custom }) => !custom)
        .map(({ name, urn }) => {
            const own = below(urn);
            const isPart = own.some((one) => one.type === CHART_TYPE && missing.has(one.name));
            return { name, isPart, count: own.filter(({ custom }) => custom).length };
        })
        // What only waits for others makes nothing of its own.
        .filter(({ isPart, count }) => isPart || count > 0)
        .sort(byTexts(({ name }) => [name]));
    const cells = systems.map(({ name, isPart, count }) =>
        count === 0 ? `${name} (missing)` : `${name} ${count}${isPart ? "+" : ""}`,
    );
    const more = standing.missingCharts.length > 0 ? "; + means that a chart is missing" : "";
    return [
        paint.bold(
            `Plan: ${plural(resourceCount(judged), "resource")} in ${plural(systems.length, "system")}${more}`,
        ),
        ...columns(cells, width ?? DEFAULT_WIDTH, "  "),
    ];
}

/** Who may open each host name, and how. */
function pages({ judged, paint, width }: Page): string[] {
    if (judged.pages.length === 0) {
        return [];
    }
    const places = judged.pages.map(placeOf);
    const column = Math.min(Math.max(...places.map((place) => place.length)), 40);
    return [
        paint.bold(`Pages (${judged.pages.length}):`),
        ...judged.pages.map((page) => {
            const line = `${placeOf(page).padEnd(column)}  ${whoMayOpen(page)}`;
            return `  ${wrap(line, width && width - 2, " ".repeat(column + 4))}`;
        }),
        "",
    ];
}

function criterionLine(criterion: CriterionVerdict, { mends, paint }: Page) {
    const { id, verdict } = criterion;
    const [mark, colour] = isMetSoFar(criterion) ? SO_FAR : MARKS[verdict];
    const title = mends.get(id)?.title ?? "";
    return `    ${paint[colour](mark.padEnd(13))} ${id.padEnd(8)} ${title} ${paint.dim(`(${judgedCount(criterion)})`)}`;
}

/** How many criteria have each verdict; those that are met so far apart from those not seen yet. */
function totalsOf(criteria: readonly CriterionVerdict[]): string {
    const open = criteria.filter(({ verdict }) => verdict === "not judged");
    const soFar = open.filter(isMetSoFar).length;
    const counts = [
        [countVerdicts(criteria, "violated"), "violated"],
        [countVerdicts(criteria, "met"), "met"],
        [countVerdicts(criteria, "excepted"), "excepted"],
        [soFar, "met so far"],
        [open.length - soFar, "not judged"],
        [countVerdicts(criteria, "not applicable"), "not applicable"],
    ] as const;
    return counts
        .filter(([count, what]) => count > 0 || what === "met")
        .map(([count, what]) => `${count} ${what}`)
        .join(", ");
}

/** How a category stands: `4 of 6 met, 1 excepted`. */
function score(own: readonly CriterionVerdict[]): string {
    const judged = own.filter(({ verdict }) => verdict !== "not applicable");
    const excepted = countVerdicts(own, "excepted");
    const soFar = own.filter(isMetSoFar).length;
    return [
        `${countVerdicts(own, "met")} of ${judged.length} met`,
        ...(excepted > 0 ? [`${excepted} excepted`] : []),
        ...(soFar > 0 ? [`${soFar} so far`] : []),
    ].join(", ");
}

function scorecard(page: Page): string[] {
    const { paint, judged, width } = page;
    const { criteria } = judged.scorecard;
    return [
        paint.bold(`Scorecard: ${totalsOf(criteria)}`),
        ...Object.entries(categories).flatMap(([id, title]) => {
            const own = criteria.filter(({ category }) => category === id);
            const idle = own.filter(({ verdict }) => verdict === "not applicable");
            const isIdle = own.length === idle.length;
            const isFine = own.every(({ verdict }) => verdict !== "not judged");
            const isViolated = own.some(({ verdict }) => verdict === "violated");
            const colour = isIdle
                ? paint.dim
                : isViolated
                  ? paint.red
                  : isFine
                    ? paint.green
                    : paint.yellow;
            return [
                `  ${title.padEnd(24)} ${colour(isIdle ? "nothing to judge yet" : score(own))}`,
                ...own
                    .filter((criterion) => !idle.includes(criterion))
                    .map((criterion) => criterionLine(criterion, page)),
                ...(idle.length === 0
                    ? []
                    : [
                          paint.dim(
                              `    ${wrap(`${MARKS["not applicable"][0]}: ${idle.map((criterion) => criterion.id).join(", ")}`, width && width - 4, "      ")}`,
                          ),
                      ]),
            ];
        }),
    ];
}

function exceptions({ judged, standing, paint, width }: Page): string[] {
    const list = judged.scorecard.exceptions;
    return list.length === 0
        ? []
        : [
              "",
              paint.bold(`Exceptions (${exceptionCount(judged)}):`),
              ...list.flatMap(({ criterion, resource, expires, state, reason, guard }) => {
                  const line = `  ${criterion.padEnd(8)} ${resource}, until ${expires}`;
                  const why = `${reason.replace(/\.?$/, ".")} Guarded by: ${guard}`;
                  // What needs it may be in a chart that nobody saw.
                  const isUnsure =
                      (state === "unused" || state === "names nothing") &&
                      standing.missingCharts.length > 0;
                  return [
                      state === "used" || isUnsure ? line : paint.yellow(`${line} (${state})`),
                      paint.dim(`           ${wrap(why, width && width - 11, "           ")}`),
                  ];
              }),
          ];
}

/** What the scorecard could not judge; what waits for a missing chart is only counted. */
function unknowns({ judged, standing, paint, width }: Page): string[] {
    const missing = new Set(standing.missingCharts.map(({ name }) => `Chart/${name}`));
    let waiting = 0;
    const lines = judged.scorecard.criteria.flatMap(({ id, findings }) => {
        const open = findings.filter(
            ({ verdict, resource }) => verdict === "not judged" && !missing.has(resource),
        );
        const own = open.filter(({ message }) => !blamesCharts(message));
        waiting += open.length - own.length;
        const rest = own.length - MOST_UNKNOWNS;
        return [
            ...own
                .slice(0, MOST_UNKNOWNS)
                .map(({ resource, message }) => `${id.padEnd(8)} ${resource}: ${message}`),
            ...(rest > 0 ? [`${id.padEnd(8)} and ${rest} more`] : []),
        ];
    });
    const counted =
        waiting === 0
            ? []
            : [
                  `${plural(waiting, "question")} about what is there ${waiting === 1 ? "waits" : "wait"} for the missing charts; --html and --json name the chart of each`,
              ];
    const all = [...lines, ...counted];
    return all.length === 0
        ? []
        : [
              "",
              paint.bold("Not judged:"),
              ...all.map((line) => `  ${wrap(line, width && width - 2, "           ")}`),
          ];
}

function violations(title: string, list: readonly Violation[], page: Page): string[] {
    const { mends, paint, width, judged } = page;
    if (list.length === 0) {
        return [];
    }
    const described = new Map(
        judged.scorecard.criteria.map(({ id, description }) => [id, description]),
    );
    const groups = groupBy(list, ({ criterion, policy }) => criterion || policy);
    return [
        "",
        paint.bold(paint.red(`${title} (${list.length}):`)),
        ...[...groups].flatMap(([id, own]) => {
            const mend = mends.get(id);
            return [
                `  ${paint.bold(id)} ${wrap(described.get(id) ?? "", width && width - 4 - id.length, "    ")}`.trimEnd(),
                ...own.map(({ message, urn }) => {
                    const text = message.startsWith(`${id} `)
                        ? message.slice(id.length + 1)
                        : `${urn.split("::").at(-1) ?? ""}: ${message}`;
                    return `    ${paint.red("x")} ${wrap(text, width && width - 6, "      ")}`;
                }),
                ...(mend === undefined
                    ? []
                    : [
                          `    ${paint.cyan("Mend:")} ${wrap(`${mend.steps} See docs/criteria.md#${mend.anchor}`, width && width - 10, "      ")}`,
                      ]),
            ];
        }),
    ];
}

function next({ judged, standing, paint }: Page): string[] {
    const headline = headlineOf(judged);
    const browse = `To look around: npm run preview -- --stack ${judged.stack} --html scorecard.html`;
    if (standing.partial) {
        return [
            paint.yellow(paint.bold(headline)),
            "Next: reach the chart repositories or set CHART_MIRROR (see above), then run this again.",
            browse,
            paint.yellow(
                paint.bold("This is NOT a go-ahead: npm run up and CI refuse a partial verdict."),
            ),
        ];
    }
    return standing.ready
        ? [
              paint.green(paint.bold(headline)),
              `Next: npm run up -- --stack ${judged.stack} (previews with the same policies, then asks).`,
              browse,
          ]
        : [
              paint.red(paint.bold(headline.replace("Not ready", "NOT READY"))),
              "Next: mend the first one above and run this again; docs/criteria.md explains each criterion.",
              browse,
          ];
}

/** The whole report. */
export function previewReport(judged: Judged, style: TerminalStyle): string {
    const paint = paintOf(style);
    const standing = standingOf(judged);
    const page: Page = { ...style, judged, standing, mends: readMends(judged), paint };
    const preview =
        judged.previewedBy === "embedded preview" ? "" : ` by \`${judged.previewedBy}\``;
    return [
        paint.bold(
            `Stack ${judged.stack}: ${plural(resourceCount(judged), "resource")}, planned and judged${preview} in ${judged.seconds.toFixed(1)} s.`,
        ),
        ...coverage(page),
        "",
        ...plan(page),
        "",
        ...pages(page),
        ...scorecard(page),
        ...exceptions(page),
        ...unknowns(page),
        ...violations("Advisory violations", standing.advisory, page),
        ...violations("Policies that could not run", standing.broken, page),
        ...violations("Mandatory violations", standing.mandatory, page),
        "",
        ...next(page),
    ].join("\n");
}
