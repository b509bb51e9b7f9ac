import * as assert from "node:assert/strict";
import { belowBudget, blockedBy, budgetStates } from "../../../rehearsal/drain/budgets";
import type { RefusedEviction } from "../../../rehearsal/drain/evictions";
import { keyOf, type Measured } from "../../../rehearsal/services";
import { sample, yardstick } from "../loss/samples";
import { live } from "../objects";

const states = budgetStates([
    live("PodDisruptionBudget", "web", {
        status: { desiredHealthy: 2, currentHealthy: 2, expectedPods: 3 },
    }),
    live("PodDisruptionBudget", "tight", {
        status: { desiredHealthy: 2, currentHealthy: 2, expectedPods: 2 },
    }),
]);
const refusal = (budget: string | undefined, pod: string): RefusedEviction => ({
    budget: budget === undefined ? undefined : `apps/${budget}`,
    pod: `apps/${pod}`,
    words: `Cannot evict: ${budget ?? "two budgets"}`,
});

describe("a budget that refuses evictions while nothing moves", () => {
    it("waits for the node that is down when some of its pods are missing", () => {
        assert.deepEqual(blockedBy([refusal("web", "a")], states, "worker-2"), [
            {
                budget: "apps/web",
                words: "Cannot evict: web",
                pods: ["apps/a"],
                waitsFor: "worker-2",
                deadlock: false,
            },
        ]);
    });

    it("blocks for ever when all of its pods are healthy, whoever is down", () => {
        const [blocked] = blockedBy([refusal("tight", "a")], states, "worker-2");
        assert.deepEqual([blocked?.deadlock, blocked?.waitsFor], [true, undefined]);
    });

    it("blocks for ever when nobody is down for whom it could wait", () => {
        assert.equal(blockedBy([refusal("web", "a")], states, undefined)[0]?.deadlock, true);
    });

    it("blocks for ever when it is two at once", () => {
        assert.equal(blockedBy([refusal(undefined, "a")], states, "worker-2")[0]?.deadlock, true);
    });

    it("is named once with all the pods that it keeps", () => {
        const found = blockedBy(
            [refusal("web", "b"), refusal("web", "a"), refusal("tight", "c")],
            states,
            "worker-2",
        );
        assert.deepEqual(
            found.map(({ pods }) => pods),
            [["apps/a", "apps/b"], ["apps/c"]],
        );
    });
});

describe("a drain that breaks a budget", () => {
    const budget = (changes: Partial<Measured> = {}) =>
        yardstick("web", { kind: "PodDisruptionBudget", ...changes });
    const below = (samples: ReturnType<typeof sample>[], item = budget()) =>
        belowBudget(
            [item],
            { samples: new Map([[keyOf(item), samples]]), created: new Map(), givenUp: [], end: 9 },
            states,
            new Set(),
        );

    it("left fewer healthy pods than it keeps, at any moment", () => {
        const short = [
            sample(0, "a@w1", "b@w2", "c@w3"),
            sample(1, "c@w3"),
            sample(2, "c@w3", "d@w2", "e@w1"),
        ];
        assert.deepEqual(below(short), [{ budget: "apps/web", desired: 2, least: 1 }]);
    });

    it("is not one that keeps them", () => {
        assert.deepEqual(below([sample(0, "a@w1", "b@w2", "c@w3"), sample(1, "b@w2", "c@w3")]), []);
    });

    it("is not one that found too few already", () => {
        assert.deepEqual(below([sample(0, "a@w1"), sample(2, "a@w1", "b@w2")]), []);
        assert.equal(below([sample(0, "a@w1"), sample(1)]).length, 1);
    });

    it("is not judged by a role's label, which moves by itself", () => {
        const role = {
            namespace: "apps",
            pods: {},
            label: "role",
            holder: "primary",
            other: "replica",
            notices: "node",
            seconds: 1,
        } as const;
        const samples = [sample(0, "a@w1"), sample(1), sample(1.1, "b@w2")];
        assert.deepEqual(below(samples, budget({ role })), []);
    });
});
