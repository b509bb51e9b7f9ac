/**
 * What the embedded preview and `pulumi preview` found out about a stack: all that the
 * report, the Markdown and the page are made of. Inputs stay out, so that no form can leak one.
 */
import type { CriterionVerdict, Scorecard, Verdict } from "../../policy/kernel/ledger";
import { hostOf } from "../../components/base/download-cause";
import type { Level, PolicyInfo, Violation } from "../analyzer";
import type { ChartLine } from "../chart-line";
import type { PageLine } from "../page-line";
import { isBroken } from "../violation-message";

/** A resource of the plan, without its inputs. */
export interface PlannedResource {
    readonly urn: string;
    readonly type: string;
    readonly name: string;
    /** URN of the parent; empty for the stack itself. */
    readonly parent: string;
    readonly custom: boolean;
    readonly protect: boolean;
}

/** A stack, planned and judged. */
export interface Judged {
    readonly stack: string;
    /** `dev`, `staging` or `prod`. */
    readonly profile: string;
    readonly previewedBy: "embedded preview" | "pulumi preview";
    readonly resources: readonly PlannedResource[];
    readonly charts: readonly ChartLine[];
    /** Who may open what by its name. */
    readonly pages: readonly PageLine[];
    readonly policies: readonly PolicyInfo[];
    readonly violations: readonly Violation[];
    readonly scorecard: Scorecard;
    /** Secrets that `pulumi up` will ask for. */
    readonly missingSecrets: readonly string[];
    /** What the engine warns of, in its own words. */
    readonly warnings: readonly string[];
    readonly seconds: number;
}

/** Whether the stack may go on, and why not. */
export interface Standing {
    readonly ready: boolean;
    readonly mandatory: readonly Violation[];
    readonly advisory: readonly Violation[];
    /** Policies that did not run: what they would have said is unknown. */
    readonly broken: readonly Violation[];
    readonly missingCharts: readonly ChartLine[];
    /** Nothing speaks against the stack, but a part of it was not seen. */
    readonly partial: boolean;
}

/** How many resources the findings of a verdict stand at. */
function troubled({ findings }: CriterionVerdict, wanted: Verdict): number {
    const own = findings.filter(({ verdict }) => verdict === wanted);
    return new Set(own.map(({ urn, resource }) => `${urn} ${resource}`)).size;
}

/** What the subjects are, where each is one resource: `Namespaces`, or resources of several kinds. */
function nounOf({ subjects, judged }: CriterionVerdict): string {
    const kinds = new Set(judged.map((urn) => urn.split("::")[2]?.split(":").at(-1) ?? ""));
    const [kind = ""] = kinds;
    if (judged.length !== subjects || kinds.size !== 1 || kind === "") {
        return judged.length === subjects ? "resources" : "subjects";
    }
    return /(?:s|x|ch)$/.test(kind) ? kind : kind.replace(/y$/, "ie").concat("s");
}

/**
 * What a criterion judged, in words that fit its verdict: how many there are, and how many of them
 * the verdict is about.
 */
export function judgedCount(criterion: CriterionVerdict): string {
    const { verdict, subjects, sound, apart } = criterion;
    const more = apart === undefined ? "" : `, ${plural(apart.count, apart.what)} apart`;
    if (verdict === "not judged") {
        return subjects === 0
            ? "nothing of it seen yet"
            : `on ${sound} of ${subjects} ${nounOf(criterion)} seen`;
    }
    const about =
        verdict === "violated" || verdict === "excepted"
            ? `, ${troubled(criterion, verdict)} ${verdict}`
            : "";
    return `${subjects} judged${about}${more}`;
}

/** Whether a criterion that could not be judged to its end is met by what was seen. */
export function isMetSoFar({ verdict, sound }: CriterionVerdict): boolean {
    return verdict === "not judged" && sound > 0;
}

/** What an update would make; components only group it. */
export function resourceCount({ resources }: Pick<Judged, "resources">): number {
    return resources.filter(({ custom }) => custom).length;
}

/** Sorts the violations by what they mean; a policy that could not run stops like a mandatory one. */
export function standingOf({
    violations,
    charts,
}: Pick<Judged, "violations" | "charts">): Standing {
    const broken = violations.filter(({ message }) => isBroken(message));
    const ofLevel = (wanted: Level) =>
        violations.filter((violation) => violation.level === wanted && !broken.includes(violation));
    const mandatory = ofLevel("mandatory");
    const ready = mandatory.length === 0 && broken.length === 0;
    const missingCharts = charts.filter(({ rendered }) => !rendered);
    return {
        ready,
        mandatory,
        advisory: ofLevel("advisory"),
        broken,
        missingCharts,
        partial: ready && missingCharts.length > 0,
    };
}

/** The verdicts, worst first. */
export const verdicts: readonly Verdict[] = [
    "violated",
    "not judged",
    "excepted",
    "met",
    "not applicable",
];

/** How many criteria have a verdict. */
export function countVerdicts(criteria: readonly CriterionVerdict[], wanted: Verdict): number {
    return criteria.filter(({ verdict }) => verdict === wanted).length;
}

/** `3 resources`, `1 resource`. */
export function plural(amount: number, noun: string): string {
    return `${amount} ${noun}${amount === 1 ? "" : "s"}`;
}

/** The sentence that comes first: how much the verdict covers. */
export function coverageOf({ charts }: Pick<Judged, "charts">): string {
    const rendered = charts.filter((chart) => chart.rendered).length;
    const share = `${rendered} of ${plural(charts.length, "chart")} rendered`;
    return rendered === charts.length
        ? `The verdict covers everything: ${share}.`
        : `The verdict covers only a part: ${share}; what the others would bring was not judged.`;
}

/** The charts that could not be rendered, once for each reason that they have in common. */
export function missingByCause(
    missing: readonly ChartLine[],
): readonly (readonly [string, string])[] {
    const groups = groupBy(missing, ({ cause, reason }) => cause ?? reason ?? "no reason given");
    return [...groups].map(([cause, charts]) => [
        cause,
        charts
            .map(({ chart, version, repo }) => `${chart} ${version} (${hostOf(repo)})`)
            .join(", "),
    ]);
}

/** How much is excepted: `6 objects in 2 criteria`. */
export function exceptionCount({ scorecard }: Pick<Judged, "scorecard">): string {
    const { exceptions } = scorecard;
    const objects = new Set(exceptions.map(({ resource }) => resource)).size;
    const criteria = new Set(exceptions.map(({ criterion }) => criterion)).size;
    return `${plural(objects, "object")} in ${criteria} ${criteria === 1 ? "criterion" : "criteria"}`;
}

/** The sentence that says whether the stack may go on. */
export function headlineOf(judged: Judged): string {
    const { ready, partial, mandatory, broken, missingCharts } = standingOf(judged);
    if (partial) {
        const missing = `${missingCharts.length} of ${plural(judged.charts.length, "chart")}`;
        return `Partial verdict: no mandatory violation so far, but ${missing} ${missingCharts.length === 1 ? "was" : "were"} not judged.`;
    }
    if (ready) {
        return "Ready: no mandatory violation.";
    }
    const reasons = [
        ...(mandatory.length > 0 ? [plural(mandatory.length, "mandatory violation")] : []),
        ...(broken.length > 0 ? [`${plural(broken.length, "policy run")} failed`] : []),
    ];
    return `Not ready: ${reasons.join(", ")}.`;
}

/** What a person calls a resource: `Deployment/n8n/n8n`, or `VmLegacy/worker-1`. */
export function labelOf({ type, name }: Pick<PlannedResource, "type" | "name">): string {
    const kind = type.split(":").at(-1) ?? type;
    // Objects of a chart are registered as `<chart>:<Kind>/<namespace>/<name>`.
    const start = name.indexOf(`${kind.replace(/Patch$/, "")}/`);
    return start < 0 ? `${kind}/${name}` : name.slice(start);
}

/** Items by key, in the order of their first appearance. */
export function groupBy<T, Key extends string>(
    items: readonly T[],
    keyOf: (item: T) => Key,
): Map<Key, T[]> {
    const groups = new Map<Key, T[]>();
    for (const item of items) {
        const key = keyOf(item);
        const group = groups.get(key) ?? [];
        group.push(item);
        groups.set(key, group);
    }
    return groups;
}
