/** What a change does to a stack, from its two plans. Pure. */
import type { Facts } from "../../policy/kernel/facts";
import { labelOf } from "../../preview/scorecard/judged";
import { type FigureChange, figureChanges, figures } from "./capacity";
import { type ContentOf, withContents } from "./contents";
import { type ChangedPair, type Effect, effectsOf } from "./effects";
import { type FieldChange, fieldChanges } from "./fields";
import { planFacts } from "./facts";
import { pairResources, type ResourcePair } from "./pairs";
import type { Plan, PlanResource } from "./plan";
import { isListed } from "./replacements";
import { systemsOf } from "./systems";
import { SECRET } from "./values";
import { type ScorecardChanges, scorecardChanges } from "./verdicts";
import { type VersionChanges, versionChanges } from "./versions";
import { Losses } from "./words";

/** A resource that is added, removed or changed in place. */
export interface ResourceChange {
    readonly urn: string;
    readonly type: string;
    readonly label: string;
    readonly system: string;
    readonly operation: "added" | "removed" | "changed";
    readonly fields: readonly FieldChange[];
}

/** Everything that a change does to a stack. */
export interface StackChanges {
    readonly effects: readonly Effect[];
    readonly versions: VersionChanges;
    readonly scorecard: ScorecardChanges;
    readonly figures: readonly FigureChange[];
    readonly resources: readonly ResourceChange[];
    /** Charts whose objects one of both sides does not have: they are not compared. */
    readonly uncompared: readonly string[];
}

/** Values of Secrets are nobody's business, also where a release has not marked them. */
function isSecretData({ type }: PlanResource, { keys }: FieldChange): boolean {
    return type === "kubernetes:core/v1:Secret" && ["data", "stringData"].includes(keys[0] ?? "");
}

function withoutValues(change: FieldChange): FieldChange {
    return {
        ...change,
        ...("before" in change ? { before: SECRET } : {}),
        ...("after" in change ? { after: SECRET } : {}),
    };
}

/** URNs of resources in which a pack has found a secret in plain text. */
function exposing({ criteria }: Plan): string[] {
    return criteria
        .filter(({ id }) => id === "IAC-04")
        .flatMap(({ findings }) => findings.map(({ urn }) => urn));
}

function toChangedPair(
    pair: ResourcePair,
    exposed: ReadonlySet<string>,
    contentOf: ContentOf,
): ChangedPair {
    const { before, after } = pair;
    const hides = exposed.has(before.urn) || exposed.has(after.urn);
    const fields = fieldChanges(...withContents(pair, contentOf))
        .filter((change) => !isListed(change, after.ignoreChanges))
        .map((change) => (hides || isSecretData(after, change) ? withoutValues(change) : change));
    return { ...pair, fields };
}

/** Charts that one of both plans could not render, by name. */
function unrendered(before: Plan, after: Plan): Set<string> {
    return new Set(
        [...before.charts, ...after.charts]
            .filter(({ rendered }) => !rendered)
            .map(({ name }) => name),
    );
}

/** The plan without what hangs below some charts. */
function withoutCharts({ resources, ...plan }: Plan, charts: ReadonlySet<string>): Plan {
    const parents = new Map(resources.map(({ urn, parent }) => [urn, parent]));
    const left = new Set(
        resources
            .filter(({ type, name }) => type === "platform:base:Chart" && charts.has(name))
            .map(({ urn }) => urn),
    );
    const isBelow = (urn: string): boolean => {
        const parent = parents.get(urn) ?? "";
        return left.has(urn) || (parent !== "" && parent !== urn && isBelow(parent));
    };
    return { ...plan, resources: resources.filter(({ urn }) => !isBelow(urn)) };
}

function resourceChanges(
    pairs: readonly ChangedPair[],
    removed: readonly PlanResource[],
    added: readonly PlanResource[],
    all: readonly PlanResource[],
): ResourceChange[] {
    const systemOf = systemsOf(all);
    const toChange = (
        resource: PlanResource,
        operation: ResourceChange["operation"],
        fields: readonly FieldChange[] = [],
    ): ResourceChange => ({
        urn: resource.urn,
        type: resource.type,
        label: labelOf(resource),
        system: systemOf(resource.urn),
        operation,
        fields,
    });
    return [
        ...added.filter(({ custom }) => custom).map((each) => toChange(each, "added")),
        ...removed.filter(({ custom }) => custom).map((each) => toChange(each, "removed")),
        ...pairs
            .filter(({ after, fields, by }) => after.custom && (fields.length > 0 || by !== "urn"))
            .map(({ after, fields }) => toChange(after, "changed", fields)),
    ];
}

function measured(before: Facts, after: Facts): FigureChange[] {
    return figureChanges(figures(before), figures(after));
}

/**
 * Compares two plans of a stack.
 *
 * @param contentOf finds the content of a CRD by its digest
 */
export function comparePlans(base: Plan, change: Plan, contentOf: ContentOf): StackChanges {
    const charts = unrendered(base, change);
    const before = withoutCharts(base, charts);
    const after = withoutCharts(change, charts);
    const pairing = pairResources(before.resources, after.resources);
    const exposed = new Set([...exposing(base), ...exposing(change)]);
    const pairs = pairing.pairs.map((pair) => toChangedPair(pair, exposed, contentOf));
    const facts = { before: planFacts(before), after: planFacts(after) };
    return {
        effects: effectsOf(pairs, pairing.removed, new Losses(facts.before)),
        versions: versionChanges(
            { plan: base, facts: facts.before },
            { plan: change, facts: facts.after },
        ),
        scorecard: scorecardChanges(base, change),
        figures: measured(facts.before, facts.after),
        // The later parent tells the system, where a resource is in both.
        resources: resourceChanges(pairs, pairing.removed, pairing.added, [
            ...before.resources,
            ...after.resources,
        ]),
        uncompared: [...charts].sort(),
    };
}
