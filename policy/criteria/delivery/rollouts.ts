/** CI-02: a new version is measured before everybody gets it. */
import { type Finding, notJudged, type StackCriterion, violated } from "../../kernel/criterion";
import type { Facts, ObjectOf } from "../../kernel/facts";
import { holdsUnknown, isTree, read, readList, readString } from "../../kernel/tree";

const GROUP = "argoproj.io";

/** A template that an analysis names. */
interface Reference {
    readonly name: string;
    readonly clusterScope: boolean;
}

/** Every analysis of a Rollout: in the background, as a step, before or after promotion. */
function analysesOf({ inputs }: ObjectOf): readonly unknown[] {
    const strategy = (...path: string[]) => {
        const reading = read(inputs, ["spec", "strategy", ...path]);
        return reading.state === "known" ? [reading.value] : [];
    };
    const steps = readList(inputs, "spec", "strategy", "canary", "steps").flatMap((step) => {
        const reading = read(step, ["analysis"]);
        const tried = readList(step, "experiment", "analyses");
        return [
            ...(reading.state === "known" ? [reading.value] : []),
            // An experiment that fails ends the update; it names templates without a list around them.
            ...(tried.length > 0 ? [{ templates: tried }] : []),
        ];
    });
    return [
        ...strategy("canary", "analysis"),
        ...steps,
        ...strategy("blueGreen", "prePromotionAnalysis"),
        ...strategy("blueGreen", "postPromotionAnalysis"),
    ];
}

function toReferences(templates: readonly unknown[]): Reference[] {
    return templates.filter(isTree).map((template) => ({
        name: readString(template, "templateName") ?? "",
        clusterScope: template.clusterScope === true,
    }));
}

function referencesOf(rollout: ObjectOf): Reference[] {
    return toReferences(analysesOf(rollout).flatMap((analysis) => readList(analysis, "templates")));
}

function find(facts: Facts, rollout: ObjectOf, { name, clusterScope }: Reference) {
    return clusterScope
        ? facts.objects(GROUP, "ClusterAnalysisTemplate").find(({ object }) => object.name === name)
        : facts
              .objects(GROUP, "AnalysisTemplate")
              .filter(({ object }) => object.namespace === rollout.object.namespace)
              .find(({ object }) => object.name === name);
}

/** A template with those that it is made of (spec.templates), each once. */
function withParts(
    facts: Facts,
    rollout: ObjectOf,
    template: ObjectOf,
    seen: ReadonlySet<string> = new Set(),
): ObjectOf[] {
    return seen.has(template.urn)
        ? []
        : [
              template,
              ...toReferences(readList(template.inputs, "spec", "templates")).flatMap((part) => {
                  const found = find(facts, rollout, part);
                  return found === undefined
                      ? []
                      : withParts(facts, rollout, found, new Set([...seen, template.urn]));
              }),
          ];
}

/** Providers whose measurement is a verdict by itself (metricproviders/job, kayenta). */
const VERDICTS = ["job", "kayenta"] as const;

/** Whether a dry run is about a metric: it is measured, and nothing follows (analysis: dryRun). */
function isDry(runs: readonly unknown[], name: string): boolean {
    return runs.some((run) => {
        const pattern = readString(run, "metricName") ?? "";
        try {
            return new RegExp(`^(?:${pattern})$`).test(name);
        } catch {
            return pattern === name;
        }
    });
}

/**
 * Without a condition a measurement always succeeds, unless the query itself cannot run; a negative
 * limit forgives every failure, and a dry run decides nothing.
 */
function decides({ inputs }: ObjectOf, dryRuns: readonly unknown[]): boolean {
    const runs = [...dryRuns, ...readList(inputs, "spec", "dryRun")];
    return readList(inputs, "spec", "metrics").some((metric) => {
        const limit = read(metric, ["failureLimit"]);
        return (
            (["successCondition", "failureCondition"].some(
                (field) => (readString(metric, field) ?? "").trim() !== "",
            ) ||
                VERDICTS.some(
                    (provider) => read(metric, ["provider", provider]).state === "known",
                )) &&
            !(limit.state === "known" && Number(limit.value) < 0) &&
            !isDry(runs, readString(metric, "name") ?? "")
        );
    });
}

function judgeRollout(facts: Facts, rollout: ObjectOf): Finding[] {
    const references = referencesOf(rollout);
    const dryRuns = analysesOf(rollout).flatMap((analysis) => readList(analysis, "dryRun"));
    const templates = references.map((reference) => ({
        reference,
        template: find(facts, rollout, reference),
    }));
    const missing = templates
        .filter(({ template }) => template === undefined)
        .map(({ reference: { name, clusterScope } }) =>
            violated(
                rollout,
                `its analysis names ${clusterScope ? "ClusterAnalysisTemplate" : "AnalysisTemplate"} ${name}, which nothing defines`,
            ),
        );
    const found = templates.flatMap(({ template }) =>
        template === undefined ? [] : withParts(facts, rollout, template),
    );
    if (missing.length > 0 || found.some((template) => decides(template, dryRuns))) {
        return missing;
    }
    const hidden =
        holdsUnknown(rollout.inputs.spec) || found.some(({ inputs }) => holdsUnknown(inputs.spec));
    return hidden
        ? [notJudged(rollout, "its analysis is known only at the update")]
        : [
              violated(
                  rollout,
                  "no analysis decides about a new version; name an AnalysisTemplate with a successCondition on the error rate",
              ),
          ];
}

/** CI-02. */
export const rollouts: StackCriterion = {
    id: "CI-02",
    name: "ci-02-progressive-delivery",
    description:
        "Checks that every Rollout has an analysis that decides whether the new version goes on.",
    severity: "medium",
    remediation: "Add an AnalysisTemplate on the error rate, and name it in the strategy.",
    judgeStack: (facts) => {
        const all = facts.objects(GROUP, "Rollout");
        return {
            subjects: all.length,
            judged: all,
            findings: all.flatMap((rollout) => judgeRollout(facts, rollout)),
        };
    },
};
