import * as assert from "node:assert/strict";
import { belowBudget, blockedBy, budgetStates, unyielding } from "../../../rehearsal/drain/budgets";
import type { RefusedEviction } from "../../../rehearsal/drain/evictions";
import { keyOf, type Measured } from "../../../rehearsal/services";
import { sample, yardstick } from "../loss/samples";
import { live, pod } from "../objects";

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

    it("waits for the node that is down when its role does not yield before that is back", () => {
        const waiting = new Set(["apps/tight"]);
        const [blocked] = blockedBy([refusal("tight", "a")], states, "worker-2", waiting);
        assert.deepEqual([blocked?.deadlock, blocked?.waitsFor], [false, "worker-2"]);
        const [alone] = blockedBy([refusal("tight", "a")], states, undefined, waiting);
        assert.equal(alone?.deadlock, true);
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

describe("a role that does not yield", () => {
    const role = {
        namespace: "apps",
        pods: { app: "db" },
        label: "role",
        holder: "primary",
        other: "replica",
        notices: "readiness" as const,
        seconds: 10,
        yieldsWith: 3,
    };
    const budget = yardstick("db-primary", { kind: "PodDisruptionBudget", role });
    const members = (...nodes: string[]) =>
        nodes.map((node, index) => {
            const made = pod(`db-${index}`, { node });
            return { ...made, metadata: { ...made.metadata, labels: { app: "db" } } };
        });
    const found = (pods: ReturnType<typeof members>, item = budget) => [
        ...unyielding([item], pods, new Set(["worker-2"])),
    ];

    it("is one of which a member is on the node that is down, or is missing", () => {
        assert.deepEqual(found(members("worker-0", "worker-1", "worker-2")), ["apps/db-primary"]);
        assert.deepEqual(found(members("worker-0", "worker-1")), ["apps/db-primary"]);
    });

    it("is none whose members are all ready elsewhere", () => {
        assert.deepEqual(found(members("worker-0", "worker-1", "worker-3")), []);
    });

    it("is none that no operator moves, and no budget without a role", () => {
        const fixed = { ...role, yieldsWith: undefined };
        assert.deepEqual(found([], { ...budget, role: fixed }), []);
        assert.deepEqual(found([], yardstick("db", { kind: "PodDisruptionBudget" })), []);
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
