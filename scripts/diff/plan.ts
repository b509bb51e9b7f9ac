/**
 * The document of `npm run preview -- --json`, read as far as a comparison needs it. The base of a
 * comparison may be an older release, so whatever a document does not have is empty here. Pure.
 */
import { isRecord } from "../../components/base/object";

/** A resource of a plan. */
export interface PlanResource {
    readonly urn: string;
    readonly type: string;
    readonly name: string;
    /** URN of the parent; empty for the stack itself. */
    readonly parent: string;
    /** Something outside of Pulumi is made of it; a component is none. */
    readonly custom: boolean;
    /** Unknown values are `{"$unknown": true}`, secrets `{"$secret": true}`. */
    readonly inputs: Readonly<Record<string, unknown>>;
    readonly dependsOn: readonly string[];
    readonly protect: boolean;
    /** Options that decide what an update does; a release that does not tell them has none here. */
    readonly ignoreChanges: readonly string[];
    readonly replaceOnChanges: readonly string[];
    /** URNs of resources with which it is made anew. */
    readonly replaceWith: readonly string[];
    readonly retainOnDelete: boolean;
}

/** A chart of a plan. */
export interface PlanChart {
    readonly name: string;
    readonly chart: string;
    readonly version: string;
    readonly rendered: boolean;
}

/** A criterion, as the pack of that release judged it. */
export interface PlanCriterion {
    readonly id: string;
    readonly verdict: string;
    readonly description: string;
    /** What was found, as `resource: message`. */
    readonly findings: readonly PlanFinding[];
}

/** What a criterion found. */
export interface PlanFinding {
    readonly verdict: string;
    readonly urn: string;
    readonly resource: string;
    readonly message: string;
}

/** An exception that the stack declares. */
export interface PlanException {
    readonly criterion: string;
    readonly resource: string;
    readonly reason: string;
    readonly expires: string;
}

/** A previewed stack. */
export interface Plan {
    readonly resources: readonly PlanResource[];
    readonly charts: readonly PlanChart[];
    readonly criteria: readonly PlanCriterion[];
    /** Level by criterion. */
    readonly levels: ReadonlyMap<string, string>;
    readonly exceptions: readonly PlanException[];
}

/** A stack that does not exist. */
export const noPlan: Plan = {
    resources: [],
    charts: [],
    criteria: [],
    levels: new Map(),
    exceptions: [],
};

type Fields = Readonly<Record<string, unknown>>;

function records(value: unknown): readonly Fields[] {
    return Array.isArray(value) ? value.filter(isRecord) : [];
}

function text(value: unknown): string {
    return typeof value === "string" ? value : "";
}

function texts(value: unknown): string[] {
    return Array.isArray(value) ? value.filter((item) => typeof item === "string") : [];
}

function toResource(fields: Fields): PlanResource {
    const type = text(fields.type);
    return {
        urn: text(fields.urn),
        type,
        name: text(fields.name),
        parent: text(fields.parent),
        custom:
            typeof fields.custom === "boolean"
                ? fields.custom
                : !type.startsWith("platform:") && type !== "pulumi:pulumi:Stack",
        inputs: isRecord(fields.inputs) ? fields.inputs : {},
        dependsOn: texts(fields.dependsOn),
        protect: fields.protect === true,
        ignoreChanges: texts(fields.ignoreChanges),
        replaceOnChanges: texts(fields.replaceOnChanges),
        replaceWith: texts(fields.replaceWith),
        retainOnDelete: fields.retainOnDelete === true,
    };
}

function toChart(fields: Fields): PlanChart {
    const chart = text(fields.chart) || text(fields.name);
    return {
        name: text(fields.name) || chart,
        chart,
        version: text(fields.version),
        rendered: fields.rendered !== false,
    };
}

function toFinding(fields: Fields): PlanFinding {
    const urn = text(fields.urn);
    return {
        verdict: text(fields.verdict) || "violated",
        urn,
        resource: text(fields.resource) || (urn.split("::").at(-1) ?? ""),
        message: text(fields.message),
    };
}

function toCriterion(fields: Fields): PlanCriterion {
    return {
        id: text(fields.id),
        verdict: text(fields.verdict),
        description: text(fields.description),
        findings: records(fields.findings).map(toFinding),
    };
}

function toException(fields: Fields): PlanException {
    return {
        criterion: text(fields.criterion),
        resource: text(fields.resource),
        reason: text(fields.reason),
        expires: text(fields.expires),
    };
}

/** Reads a document; undefined when it is none. */
export function readPlan(document: unknown): Plan | undefined {
    if (!isRecord(document) || !Array.isArray(document.resources)) {
        return undefined;
    }
    const scorecard = isRecord(document.scorecard) ? document.scorecard : {};
    return {
        resources: records(document.resources).map(toResource),
        charts: records(document.charts).map(toChart),
        criteria: records(scorecard.criteria).map(toCriterion),
        levels: new Map(
            records(document.policies).map(({ criterion, level }) => [
                text(criterion),
                text(level),
            ]),
        ),
        exceptions: records(document.exceptions ?? scorecard.exceptions).map(toException),
    };
}
