/** Systems that are off unless asked for keep every criterion once all are on. */
import assert from "node:assert/strict";
import { MutantJudge } from "../../mutation/judge";
import { criteria } from "../../policy/criteria";
import levels from "../../policy/levels.prod.json";
import { operatedPods } from "../../policy/engines/operated/made";
import { factsOf, missingCharts, type StackResource } from "../../preview/recorded-stack";
import { EVERYTHING, recordedStackFile } from "../fixtures/stack-files";

/** Criteria that only advise in prod. */
const advisory = criteria
    .filter(({ name }) => (levels as Readonly<Record<string, unknown>>)[name] !== "mandatory")
    .map(({ id }) => id);

describe("the stack everything", () => {
    let resources: readonly StackResource[];

    before(async function () {
        resources = await recordedStackFile(EVERYTHING);
        const missing = missingCharts(resources);
        if (missing.length > 0) {
            console.log(`    (${missing.length} charts not at hand, 3 laws skipped)`);
            this.skip();
        }
    });

    it("violates no criterion that is mandatory there", () => {
        const violations = new MutantJudge(resources)
            .known()
            .filter((text) => !advisory.some((id) => text.startsWith(`${id} `)));
        assert.deepEqual(violations, []);
    });

    it("leaves nothing unjudged: what operators make of each resource is known", () => {
        const { unjudged } = operatedPods(factsOf(resources));
        assert.deepEqual(
            unjudged.map(({ fact }) => fact.key),
            [],
        );
    });

    it("is judged by the pack at all: without the first budget it would violate one", () => {
        const budget = resources.find(({ type }) => type.endsWith(":PodDisruptionBudget"));
        assert.ok(budget);
        const judge = new MutantJudge(resources);
        assert.deepEqual(judge.caughtBy({ changed: [], removed: [budget.urn] }), ["HA-05"]);
    });
});
