/** What a person reads: how much the verdict covers, the plan, the violations, the scorecard. */
import type { Scorecard } from "../policy/machinery/ledger";
import type { Violation } from "./analyzer";
import { chartLines } from "./document";
import type { Registration } from "./recorder";
import type { PreviewResult } from "./run";

function plural(count: number, noun: string): string {
    return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

function coverage(result: PreviewResult): string[] {
    const charts = chartLines(result);
    const missing = charts.filter(({ rendered }) => !rendered);
    const count = `${charts.length - missing.length} of ${plural(charts.length, "chart")} rendered`;
    return missing.length === 0
        ? [`The verdict covers everything: ${count}.`]
        : [
              `THE VERDICT COVERS ONLY A PART: ${count}; what the others would bring was not judged.`,
              ...missing.map(
                  ({ chart, version, reason }) =>
                      `  not rendered: ${chart} ${version}: ${reason ?? "no reason given"}`,
              ),
          ];
}

/** Components with the number of resources below them, indented by depth. */
function plan(registrations: readonly Registration[]): string[] {
    const children = new Map<string, Registration[]>();
    for (const registration of registrations) {
        const siblings = children.get(registration.parent) ?? [];
        siblings.push(registration);
        children.set(registration.parent, siblings);
    }
    const customBelow = ({ urn }: Registration): number =>
        (children.get(urn) ?? []).reduce(
            (sum, child) => sum + (child.custom ? 1 : 0) + customBelow(child),
            0,
        );
    const lines = (parent: Registration, depth: number): string[] =>
        (children.get(parent.urn) ?? [])
            .filter(({ custom }) => !custom)
            .flatMap((component) => [
                `${"  ".repeat(depth)}${component.type.split(":").at(-1) ?? ""} ${component.name}: ${plural(customBelow(component), "resource")}`,
                ...lines(component, depth + 1),
            ]);
    const stack = registrations[0];
    return stack === undefined ? [] : lines(stack, 1);
}

function violationLines(violations: readonly Violation[]): string[] {
    const ofLevel = (wanted: Violation["level"]) =>
        violations.filter(({ level }) => level === wanted).map(({ message }) => `  ${message}`);
    const mandatory = ofLevel("mandatory");
    const advisory = ofLevel("advisory");
    return [
        ...(mandatory.length > 0 ? ["", "Mandatory violations:", ...mandatory] : []),
        ...(advisory.length > 0 ? ["", "Advisory violations:", ...advisory] : []),
    ];
}

function exceptionLines({ exceptions }: Scorecard): string[] {
    return exceptions.length === 0
        ? []
        : [
              "",
              "Exceptions:",
              ...exceptions.map(
                  ({ criterion, resource, reason, guard, expires, state }) =>
                      `  ${criterion} ${resource} (${state}, until ${expires}): ${reason} Guarded by: ${guard}`,
              ),
          ];
}

const MARKS = {
    met: "met",
    violated: "VIOLATED",
    excepted: "met, with exceptions",
    "not judged": "not judged",
    "not applicable": "not applicable",
} as const;

function scorecardLines({ criteria, categories }: Scorecard): string[] {
    return [
        "",
        "Scorecard:",
        ...categories.flatMap(({ id, title, met, of, notJudged }) => [
            `  ${title}: ${of === 0 ? "nothing to judge yet" : `${met} of ${of} met`}${notJudged > 0 ? `, ${notJudged} not judged` : ""}`,
            ...criteria
                .filter(({ category }) => category === id)
                .map(
                    (criterion) =>
                        `    ${criterion.id} ${MARKS[criterion.verdict]} (${plural(criterion.subjects, "subject")}): ${criterion.description}`,
                ),
        ]),
    ];
}

/** The whole report; the last line says what to do next. */
export function toReport(result: PreviewResult): string {
    const { violations, registrations, stack, seconds } = result;
    const mandatory = violations.filter(({ level }) => level === "mandatory").length;
    const secrets = stack.missingSecrets.map(
        (key) => `  not set yet, needed by \`pulumi up\`: pulumi config set --secret ${key}`,
    );
    const next =
        mandatory > 0
            ? `NOT READY: ${plural(mandatory, "mandatory violation")}; docs/criteria.md says how to mend each.`
            : `Ready: no mandatory violation. Next: pulumi up --stack ${stack.stack} --policy-pack policy (see README.md).`;
    return [
        `Stack ${stack.stack}: ${plural(registrations.length, "resource")}, planned and judged in ${seconds.total.toFixed(1)} s.`,
        ...coverage(result),
        ...secrets,
        "",
        "Plan:",
        ...plan(registrations),
        ...exceptionLines(result.scorecard),
        ...scorecardLines(result.scorecard),
        ...violationLines(violations),
        "",
        next,
    ].join("\n");
}
