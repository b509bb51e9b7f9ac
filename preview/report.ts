/**
 * What a person reads in the terminal: how much the verdict covers, the plan, the scorecard, the
 * violations with their mend, and last what to do next.
 */
import { categories } from "../policy/kernel/criterion";
import type { CriterionVerdict, Verdict } from "../policy/kernel/ledger";
import type { Violation } from "./analyzer";
import {
    countVerdicts,
    coverageOf,
    groupBy,
    headlineOf,
    type Judged,
    judgedCount,
    plural,
    type Standing,
    standingOf,
    verdicts,
} from "./scorecard/judged";
import { type Mend, readMends } from "./scorecard/mends";
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

function coverage({ judged, standing, paint, width }: Page): string[] {
    const sentence = coverageOf(judged);
    const isPartial = standing.missingCharts.length > 0;
    return [
        isPartial ? paint.yellow(paint.bold(sentence.toUpperCase())) : sentence,
        ...standing.missingCharts.map(
            ({ chart, version, reason }) =>
                `  ${wrap(`not rendered: ${chart} ${version}: ${reason ?? "no reason given"}`, width && width - 2, "    ")}`,
        ),
        ...judged.missingSecrets.map(
            (key) => `  not set yet, needed by \`pulumi up\`: pulumi config set --secret ${key}`,
        ),
    ];
}

/** The systems with the number of resources that each brings. */
function plan({ judged: { resources }, paint, width }: Page): string[] {
    const children = groupBy(resources, ({ parent }) => parent);
    const below = (urn: string): number =>
        (children.get(urn) ?? []).reduce(
            (sum, child) => sum + (child.custom ? 1 : 0) + below(child.urn),
            0,
        );
    const [stack] = resources;
    // The stack's only child is the platform; what it consists of says more.
    const roots = children.get(stack?.urn ?? "") ?? [];
    const systems = (roots.length === 1 ? (children.get(roots[0]?.urn ?? "") ?? []) : roots).filter(
        ({ custom }) => !custom,
    );
    const cells = systems.map(({ name, urn }) => `${name} ${below(urn)}`);
    const total = resources.filter(({ custom }) => custom).length;
    return [
        paint.bold(`Plan: ${plural(total, "resource")} in ${plural(systems.length, "system")}`),
        ...columns(cells, width ?? DEFAULT_WIDTH, "  "),
    ];
}

function criterionLine(criterion: CriterionVerdict, { mends, paint }: Page) {
    const { id, verdict } = criterion;
    const [mark, colour] = MARKS[verdict];
    const title = mends.get(id)?.title ?? "";
    return `    ${paint[colour](mark.padEnd(13))} ${id.padEnd(8)} ${title} ${paint.dim(`(${judgedCount(criterion)})`)}`;
}

function scorecard(page: Page): string[] {
    const { paint, judged, width } = page;
    const { criteria, categories: standings } = judged.scorecard;
    const totals = verdicts
        .filter((verdict) => verdict === "met" || countVerdicts(criteria, verdict) > 0)
        .map((verdict) => `${countVerdicts(criteria, verdict)} ${verdict}`);
    return [
        paint.bold(`Scorecard: ${totals.join(", ")}`),
        ...Object.entries(categories).flatMap(([id, title]) => {
            const own = criteria.filter(({ category }) => category === id);
            const {
                met = 0,
                excepted = 0,
                of = 0,
            } = standings.find((standing) => standing.id === id) ?? {};
            const idle = own.filter(({ verdict }) => verdict === "not applicable");
            const score =
                of === 0
                    ? "nothing to judge yet"
                    : `${met} of ${of} met${excepted === 0 ? "" : `, ${excepted} excepted`}`;
            const isViolated = own.some(({ verdict }) => verdict === "violated");
            const good = met === of ? paint.green : paint.yellow;
            const colour = of === 0 ? paint.dim : isViolated ? paint.red : good;
            return [
                `  ${title.padEnd(24)} ${colour(score)}`,
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
              paint.bold("Exceptions:"),
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

/** What the scorecard could not judge, besides what is said of missing charts already. */
function unknowns({ judged, standing, paint, width }: Page): string[] {
    const missing = new Set(standing.missingCharts.map(({ name }) => `Chart/${name}`));
    const lines = judged.scorecard.criteria.flatMap(({ id, findings }) => {
        const own = findings.filter(
            ({ verdict, resource }) => verdict === "not judged" && !missing.has(resource),
        );
        const rest = own.length - MOST_UNKNOWNS;
        return [
            ...own
                .slice(0, MOST_UNKNOWNS)
                .map(({ resource, message }) => `${id.padEnd(8)} ${resource}: ${message}`),
            ...(rest > 0 ? [`${id.padEnd(8)} and ${rest} more`] : []),
        ];
    });
    return lines.length === 0
        ? []
        : [
              "",
              paint.bold("Not judged:"),
              ...lines.map((line) => `  ${wrap(line, width && width - 2, "           ")}`),
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
    const page: Page = { ...style, judged, standing, mends: readMends(judged.policies), paint };
    const preview =
        judged.previewedBy === "embedded preview" ? "" : ` by \`${judged.previewedBy}\``;
    return [
        paint.bold(
            `Stack ${judged.stack}: ${plural(judged.resources.length, "resource")}, planned and judged${preview} in ${judged.seconds.toFixed(1)} s.`,
        ),
        ...coverage(page),
        "",
        ...plan(page),
        "",
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
