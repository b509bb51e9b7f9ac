/** What a readiness criterion is, and what judging it yields. */
import type { Severity } from "@pulumi/policy";
import type { Fact, Facts } from "./facts";

/** The categories of the scorecard, in its order. */
export const categories = {
    IAC: "Infrastructure as code",
    HA: "High availability",
    DR: "Disaster recovery",
    OBS: "Observability",
    SEC: "Security",
    CI: "Delivery",
    TEN: "Multi-tenancy",
    CMP: "Compliance",
    COST: "Cost",
    DOC: "Documentation",
} as const;

export type CategoryId = keyof typeof categories;

/** One thing that a criterion has to say about one resource. */
export interface Finding {
    /** `violated`, or `not judged` when a value is unknown until the update. */
    readonly verdict: "violated" | "not judged";
    readonly fact: Fact;
    /** What was found and what is wanted, in one sentence without the resource's name. */
    readonly message: string;
}

/** The outcome of judging one criterion: how many subjects it had, and what is wrong with them. */
export interface Judgement {
    /** Resources that the criterion is about; with none it is not applicable. */
    readonly subjects: number;
    readonly findings: readonly Finding[];
    /** Subjects that are judged by a measure of their own and counted apart. */
    readonly apart?: { readonly what: string; readonly count: number };
    /**
     * The resources that were judged, as evidence in the scorecard, besides those of the findings. A
     * criterion on single resources need not say; one on the stack must if it has subjects.
     */
    readonly judged?: readonly Fact[];
}

interface CriterionBase {
    /** Id in `docs/criteria.md`, for example `HA-05`. */
    readonly id: string;
    /** Name of the policy: the id in lower case and what it checks. */
    readonly name: string;
    /** One sentence that starts with "Checks". */
    readonly description: string;
    readonly severity: Severity;
    /** What to do about a violation. */
    readonly remediation: string;
    /**
     * Judged without looking at what charts install. Everything else is "not judged" while a chart
     * is not rendered: its objects are unknown, and unknown is never a pass.
     */
    readonly besidesCharts?: true;
    /**
     * The profile of the stack decides what is judged: whoever has chosen a smaller one mends it by
     * choosing a larger one.
     */
    readonly followsProfile?: true;
}

/** Judged from a single resource, as soon as it is registered. */
export interface ResourceCriterion extends CriterionBase {
    /** undefined when the criterion is not about this resource. */
    readonly judgeResource: (fact: Fact, facts: Facts) => Judgement | undefined;
}

/** Judged from all resources together, when all are registered. */
export interface StackCriterion extends CriterionBase {
    readonly judgeStack: (facts: Facts) => Judgement;
}

export type Criterion = ResourceCriterion | StackCriterion;

/** The category of a criterion id. */
export function categoryOf(id: string): CategoryId {
    const [prefix = ""] = id.split("-");
    if (!(prefix in categories)) {
        throw new Error(`Criterion ${id} has no category.`);
    }
    return prefix as CategoryId;
}

/** A violated finding. */
export function violated(fact: Fact, message: string): Finding {
    return { verdict: "violated", fact, message };
}

/** A finding about a value that only an update will know. */
export function notJudged(fact: Fact, message: string): Finding {
    return { verdict: "not judged", fact, message };
}

/** A judgement over a list of subjects, each with any number of findings. */
export function judgeEach<T>(
    subjects: readonly T[],
    judge: (subject: T) => readonly Finding[],
): Judgement {
    return { subjects: subjects.length, findings: subjects.flatMap(judge) };
}
