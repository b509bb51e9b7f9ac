/** Turns criteria into policies of the SDK. */
import * as fs from "node:fs";
import type { Policies, ResourceValidationPolicy, StackValidationPolicy } from "@pulumi/policy";
import type { Criterion, ResourceCriterion, StackCriterion } from "./criterion";
import { Facts, toFact } from "./facts";
import { Ledger, type Scorecard } from "./ledger";
import { PROFILE_TAG } from "./profile-tag";

/** Version of the criteria, as `docs/criteria.md` has them. */
const FRAMEWORK_VERSION = "1";

function describe(criterion: Criterion) {
    const { id, name, description, severity, remediation, followsProfile } = criterion;
    return {
        name,
        displayName: id,
        description,
        severity,
        framework: {
            name: "Platform readiness",
            version: FRAMEWORK_VERSION,
            reference: id,
            specification: description,
        },
        remediationSteps: remediation,
        url: `docs/criteria.md#${id.toLowerCase()}`,
        tags: [id, ...(followsProfile === true ? [PROFILE_TAG] : [])],
    };
}

/** Content of the file that the scorecard's policy writes. */
export interface WrittenScorecard extends Scorecard {
    /** The URNs that each resource depends on; the events of the engine do not have them. */
    readonly dependencies: Readonly<Record<string, readonly string[]>>;
}

/** Options of the pack, for tests. */
export interface PolicyOptions {
    /** `YYYY-MM-DD`; default: today in UTC. */
    readonly today?: () => string;
    /** Gets the scorecard besides the file that the policy's configuration names. */
    readonly report?: (scorecard: Scorecard) => void;
}

/**
 * The policies of the pack: one per criterion, and last the scorecard, which never complains.
 *
 * Violations of single resources are reported as the resource is registered; those that need the
 * whole stack at its end.
 */
export function toPolicies(criteria: readonly Criterion[], options: PolicyOptions = {}): Policies {
    const facts = new Facts();
    const ledger = new Ledger(
        facts,
        options.today ?? (() => new Date().toISOString().slice(0, 10)),
    );

    // First in the list: the SDK calls the policies of one resource one after the other.
    const collector: ResourceValidationPolicy = {
        name: "collect-facts",
        description: "Collects the inputs of every resource for the policies that span several.",
        enforcementLevel: "advisory",
        validateResource: (args) => {
            facts.collect(toFact(args));
        },
    };

    const resourcePolicy = (criterion: ResourceCriterion): ResourceValidationPolicy => ({
        ...describe(criterion),
        validateResource: (args, reportViolation) => {
            const fact = facts.get(args.urn);
            const judgement = fact && criterion.judgeResource(fact, facts);
            if (judgement === undefined) {
                return;
            }
            for (const { resource, message } of ledger.record(criterion, args.urn, judgement)) {
                reportViolation(`${criterion.id} ${resource}: ${message}.`);
            }
        },
    });

    const stackPolicy = (criterion: StackCriterion): StackValidationPolicy => ({
        ...describe(criterion),
        validateStack: (_args, reportViolation) => {
            const judgement = criterion.judgeStack(facts);
            for (const finding of ledger.record(criterion, "stack", judgement)) {
                const { resource, message, urn } = finding;
                reportViolation(`${criterion.id} ${resource}: ${message}.`, urn);
            }
        },
    });

    const settle: StackValidationPolicy = {
        name: "settle-facts",
        description: "Learns the dependencies between the resources before the stack is judged.",
        enforcementLevel: "advisory",
        validateStack: ({ resources }) => {
            facts.settle(resources);
        },
    };

    const scorecard: StackValidationPolicy = {
        name: "scorecard",
        description: "Writes the scorecard of all criteria; never a violation.",
        enforcementLevel: "advisory",
        configSchema: {
            properties: {
                file: { type: "string", description: "Path of the JSON file to write." },
            },
        },
        validateStack: (args) => {
            const { file } = args.getConfig<{ file?: string }>();
            const card = ledger.scorecard(criteria);
            options.report?.(card);
            if (file !== undefined) {
                const written: WrittenScorecard = {
                    ...card,
                    dependencies: facts.dependenciesByUrn(),
                };
                fs.writeFileSync(file, JSON.stringify(written));
            }
        },
    };

    return [
        collector,
        settle,
        ...criteria.map((criterion) =>
            "judgeResource" in criterion ? resourcePolicy(criterion) : stackPolicy(criterion),
        ),
        scorecard,
    ];
}
