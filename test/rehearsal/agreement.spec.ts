import * as assert from "node:assert/strict";
import { isTrustworthy, toAgreement } from "../../rehearsal/agreement/agree";
import type { Comparison } from "../../rehearsal/agreement/compare";
import { generate } from "../../rehearsal/agreement/generate";
import { agreementDocument, agreementTable } from "../../rehearsal/agreement/report";

/** An answer to one question by the proof and by the scheduler. */
function answer(fitsByProof: boolean, placed: boolean): Comparison {
    return {
        stack: "generated 7",
        seed: 7,
        lost: "worker-1",
        failure: fitsByProof ? undefined : { node: "worker-1", unschedulable: [], share: 0.5 },
        witness: placed
            ? undefined
            : {
                  how: "gone",
                  attempt: 1,
                  pending: [{ key: "Deployment/a/web", reason: "Insufficient cpu" }],
              },
    };
}

const of = (...comparisons: Comparison[]) =>
    toAgreement(1, [{ comparisons, decisions: 10, deviations: [] }]);

describe("the agreement of proof and scheduler", () => {
    it("counts each pair of answers, and false alarms as a share of all questions", () => {
        const { questions, bothFit, neitherFits, falseFits, falseAlarms, rate } = of(
            answer(true, true),
            answer(true, true),
            answer(false, false),
            answer(false, true),
        );
        assert.deepEqual(
            [questions, bothFit, neitherFits, falseFits.length, falseAlarms.length, rate],
            [4, 2, 1, 0, 1, 0.25],
        );
    });

    it("can be trusted with false alarms, never with a fit that was none", () => {
        assert.ok(isTrustworthy(of(answer(false, true))));
        assert.ok(!isTrustworthy(of(answer(true, false))));
        assert.ok(isTrustworthy(toAgreement(1, [])));
    });

    it("shows a fit that was none with the scheduler's words and how to see it again", () => {
        const text = agreementTable(of(answer(true, false)), { colours: false }).join("\n");
        assert.match(text, /^x The N\+1 proof and kube-scheduler judged 1 stack/);
        assert.match(
            text,
            /generated 7 without worker-1 \(gone\): 1 of Deployment\/a\/web pending: Insufficient cpu/,
        );
        assert.match(text, /--agree 1 --seed 7/);
        const { falseFits } = agreementDocument(of(answer(true, false)));
        assert.equal((falseFits as unknown[]).length, 1);
    });

    it("generates the same stack from the same seed, and others from others", () => {
        const shown = (seed: number) => JSON.stringify(generate(seed).nodes);
        assert.equal(shown(5), shown(5));
        assert.ok(new Set([1, 2, 3, 4, 5].map(shown)).size > 3);
    });
});
