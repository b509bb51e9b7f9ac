import * as assert from "node:assert/strict";
import {
    deployment,
    type Inputs,
    judge,
    object,
    podLabels,
    type Resource,
    UNKNOWN,
} from "../../harness";

const WEB = "Deployment/apps/web";

function budget(spec: Inputs, name = "web"): Resource {
    return object({
        apiVersion: "policy/v1",
        kind: "PodDisruptionBudget",
        metadata: { name, namespace: "apps" },
        spec: { selector: { matchLabels: podLabels }, ...spec },
    });
}

describe("HA-05", () => {
    const messages = async (replicas: unknown, ...others: Resource[]) =>
        (await judge([deployment({ spec: { replicas } }), ...others])).of("HA-05");
    const verdict = async (...resources: Resource[]) =>
        (await judge(resources)).verdict("HA-05").verdict;
    const BUDGET = "PodDisruptionBudget/apps/web";

    const good: [number, Inputs][] = [
        [2, { minAvailable: 1 }],
        [3, { minAvailable: 2 }],
        [5, { minAvailable: 2 }],
        [5, { minAvailable: 4 }],
        [2, { minAvailable: "50%" }],
        [3, { minAvailable: "60%" }],
        [3, { maxUnavailable: 1 }],
        [2, { maxUnavailable: "50%" }],
        [4, { maxUnavailable: "25%" }],
    ];
    for (const [replicas, spec] of good) {
        it(`is met by ${JSON.stringify(spec)} for ${replicas} replicas`, async () => {
            assert.deepEqual(await messages(replicas, budget(spec)), []);
        });
    }

    it("is violated without a budget", async () => {
        assert.deepEqual(await messages(2), [
            `${WEB}: 2 replicas have no PodDisruptionBudget; add one with minAvailable 1, and unhealthyPodEvictionPolicy AlwaysAllow so that a crashing pod holds no drain up.`,
        ]);
        assert.deepEqual(await messages(3), [
            `${WEB}: 3 replicas have no PodDisruptionBudget; add one with minAvailable 2, and unhealthyPodEvictionPolicy AlwaysAllow so that a crashing pod holds no drain up.`,
        ]);
    });

    const weak: [number, Inputs, number][] = [
        [3, { minAvailable: 1 }, 1],
        [3, { minAvailable: "33%" }, 1],
        [3, { maxUnavailable: 2 }, 1],
        [4, { maxUnavailable: "75%" }, 1],
        [2, { minAvailable: 0 }, 0],
    ];
    for (const [replicas, spec, kept] of weak) {
        it(`is violated by ${JSON.stringify(spec)} for ${replicas} replicas: too weak`, async () => {
            assert.deepEqual(await messages(replicas, budget(spec)), [
                `${WEB}: ${BUDGET} keeps ${kept} of ${replicas} pods; keep ${replicas >= 3 ? 2 : 1}.`,
            ]);
        });
    }

    const blocking: [number, Inputs][] = [
        [2, { minAvailable: 2 }],
        [3, { minAvailable: "100%" }],
        [3, { minAvailable: "67%" }],
        [3, { maxUnavailable: 0 }],
        [3, { maxUnavailable: "0%" }],
    ];
    for (const [replicas, spec] of blocking) {
        it(`is violated by ${JSON.stringify(spec)} for ${replicas} replicas: no eviction`, async () => {
            assert.match(
                (await messages(replicas, budget(spec))).join("\n"),
                /^PodDisruptionBudget\/apps\/web: it keeps \d of \d pods of .*blocks every eviction/,
            );
        });
    }

    it("is violated by a budget that selects nothing", async () => {
        const lost = budget({ minAvailable: 1, selector: { matchLabels: { app: "wbe" } } }, "lost");
        assert.deepEqual(await messages(2, budget({ minAvailable: 1 }), lost), [
            "PodDisruptionBudget/apps/lost: it selects no pods; correct its selector or remove it.",
        ]);
    });

    it("is violated by a budget without a selector, which selects nothing", async () => {
        assert.equal(
            (await messages(1, budget({ minAvailable: 1, selector: undefined }))).length,
            1,
        );
    });

    it("never looks into another namespace", async () => {
        const elsewhere = object({
            apiVersion: "policy/v1",
            kind: "PodDisruptionBudget",
            metadata: { name: "web", namespace: "other" },
            spec: { minAvailable: 1, selector: { matchLabels: podLabels } },
        });
        assert.equal((await messages(2, elsewhere)).length, 2);
    });

    it("is violated by a budget on a single replica", async () => {
        assert.deepEqual(await messages(1, budget({ maxUnavailable: 1 })), [
            `${BUDGET}: it guards a single replica of ${WEB}; remove it.`,
        ]);
    });

    it("is violated by two budgets on the same pods", async () => {
        const both = [
            budget({ minAvailable: 1 }),
            budget({ minAvailable: 1, selector: {} }, "all"),
        ];
        assert.match(
            (await messages(2, ...both)).join(),
            /2 budgets select its pods \(PodDisruptionBudget\/apps\/all, PodDisruptionBudget\/apps\/web\)/,
        );
    });

    it("is violated by a budget over two workloads that could all be taken from one", async () => {
        const [one, two] = ["one", "two"].map((name) => deployment({ name }));
        assert.ok(one && two);
        const result = await judge([one, two, budget({ minAvailable: 2 })]);
        assert.deepEqual(result.of("HA-05"), [
            `Deployment/apps/one: ${BUDGET} keeps 0 of 2 pods; keep 1.`,
            `Deployment/apps/two: ${BUDGET} keeps 0 of 2 pods; keep 1.`,
        ]);
        const enough = await judge([one, two, budget({ maxUnavailable: 1 })]);
        assert.deepEqual(enough.of("HA-05"), []);
    });

    it("is violated by a budget that names no number", async () => {
        assert.deepEqual(await messages(2, budget({})), [
            `${BUDGET}: minAvailable is absent; set a number or a percentage.`,
        ]);
    });

    it("asks nothing of a single replica, a DaemonSet or a job", async () => {
        const daemon = object({
            apiVersion: "apps/v1",
            kind: "DaemonSet",
            metadata: { name: "agent", namespace: "apps" },
            spec: { template: { metadata: { labels: { app: "agent" } }, spec: {} } },
        });
        assert.equal(
            await verdict(deployment({ spec: { replicas: 1 } }), daemon),
            "not applicable",
        );
    });

    it("is not judged where replicas, numbers, selectors or labels are unknown", async () => {
        const web = deployment();
        assert.equal(await verdict(deployment({ spec: { replicas: UNKNOWN } })), "not judged");
        assert.equal(await verdict(web, budget({ minAvailable: UNKNOWN })), "not judged");
        assert.equal(await verdict(web, budget({ maxUnavailable: UNKNOWN })), "not judged");
        assert.equal(
            await verdict(web, budget({ minAvailable: 1, selector: UNKNOWN })),
            "not judged",
        );
        const template = { metadata: { labels: { app: UNKNOWN } } };
        const labelled = deployment({ spec: { template } });
        assert.equal(await verdict(labelled, budget({ minAvailable: 1 })), "not judged");
    });

    describe("of what operators run", () => {
        const redis = (clusterSize: number, pdb?: Inputs) =>
            object({
                apiVersion: "redis.redis.opstreelabs.in/v1beta2",
                kind: "RedisReplication",
                metadata: { name: "cache", namespace: "apps" },
                spec: { clusterSize, pdb },
            });
        const of = async (...resources: Resource[]) => (await judge(resources)).of("HA-05");

        it("is met by the operator's own budget", async () => {
            assert.deepEqual(await of(redis(3, { enabled: true })), []);
        });

        it("is violated when the operator makes none", async () => {
            assert.deepEqual(await of(redis(3)), [
                "RedisReplication/apps/cache: 3 replicas of redis have no PodDisruptionBudget; add one with minAvailable 2, and unhealthyPodEvictionPolicy AlwaysAllow so that a crashing pod holds no drain up.",
            ]);
        });

        it("is violated when the operator's budget blocks or is weak", async () => {
            assert.match(
                (await of(redis(2, { enabled: true }))).join(),
                /keeps 2 of 2 pods and blocks/,
            );
            assert.match(
                (await of(redis(3, { enabled: true, minAvailable: 1 }))).join(),
                /keeps 1 of 3 pods; keep 2/,
            );
        });

        it("accepts a budget that selects the operator's pods, but not two", async () => {
            const own = budget({ minAvailable: 2, selector: { matchLabels: { app: "cache" } } });
            assert.deepEqual(await of(redis(3), own), []);
            assert.match(
                (await of(redis(3, { enabled: true }), own)).join(),
                /2 budgets select its pods/,
            );
        });
    });
});
