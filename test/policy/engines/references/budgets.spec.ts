/** Selectors of budgets, affinities and spread constraints. */
import * as assert from "node:assert/strict";
import { type Inputs, UNKNOWN } from "../../harness";
import { inApps, type Manifest } from "./rows";
import { judged, violations, web } from "./stack";

const verdict = async (...items: Parameters<typeof judged>) =>
    (await judged(...items)).verdict("HA-14").verdict;

describe("HA-14, budgets,", () => {
    const budget = (selector?: unknown) =>
        inApps("policy/v1", "PodDisruptionBudget", { spec: { maxUnavailable: 1, selector } });

    it("are met by the pods that they select, an empty selector by any", async () => {
        assert.deepEqual(await violations(web(), budget({ matchLabels: { app: "web" } })), []);
        assert.deepEqual(await violations(web(), budget({})), []);
    });

    it("are violated by no selector, which selects nothing", async () => {
        assert.deepEqual(await violations(web(), budget()), [
            "PodDisruptionBudget/apps/own: its selector selects no pods.",
        ]);
        assert.equal((await violations(budget({}))).length, 1);
    });

    const expressions: readonly (readonly [string, string, string[] | undefined, boolean])[] = [
        ["app", "In", ["api", "web"], true],
        ["app", "In", ["api"], false],
        ["app", "In", [], false],
        ["tier", "In", ["web"], false],
        ["app", "NotIn", ["api"], true],
        ["app", "NotIn", ["web"], false],
        ["tier", "NotIn", ["web"], true],
        ["app", "Exists", undefined, true],
        ["tier", "Exists", undefined, false],
        ["tier", "DoesNotExist", undefined, true],
        ["app", "DoesNotExist", undefined, false],
        ["app", "Matches", ["web"], false],
    ];
    for (const [key, operator, values, isMet] of expressions) {
        it(`are ${isMet ? "met" : "violated"} by ${key} ${operator} ${String(values ?? "")}`, async () => {
            const selector = { matchExpressions: [{ key, operator, values }] };
            assert.equal((await violations(web(), budget(selector))).length, isMet ? 0 : 1);
        });
    }

    it("are violated by a condition among others that no pod meets, with what was meant", async () => {
        const selector = {
            matchLabels: { app: "web" },
            matchExpressions: [{ key: "app", operator: "In", values: ["wbe", "api"] }],
        };
        assert.deepEqual(await violations(web(), budget(selector)), [
            "PodDisruptionBudget/apps/own: its selector selects no pods; none has app=wbe or api, perhaps app=web is meant.",
        ]);
    });

    it("are not judged where the selector is unknown", async () => {
        assert.equal(await verdict(web(), budget(UNKNOWN)), "not judged");
        assert.equal(await verdict(web(), budget({ matchLabels: UNKNOWN })), "not judged");
    });
});

describe("HA-14, affinities and constraints,", () => {
    const near = (term: Inputs) =>
        web({
            pod: {
                affinity: {
                    podAffinity: {
                        requiredDuringSchedulingIgnoredDuringExecution: [
                            { topologyKey: "kubernetes.io/hostname", ...term },
                        ],
                    },
                },
            },
        });
    const spread = (labelSelector: unknown) =>
        web({ pod: { topologySpreadConstraints: [{ topologyKey: "zone", labelSelector }] } });
    const other: Manifest = {
        apiVersion: "v1",
        kind: "Namespace",
        metadata: { name: "other", labels: { team: "data" } },
    };
    const cache = web({ name: "cache", namespace: "other", labels: { app: "cache" } });
    const caches = { matchLabels: { app: "cache" } };

    it("are met by pods of the namespace", async () => {
        assert.deepEqual(
            await violations(near({ labelSelector: { matchLabels: { app: "web" } } })),
            [],
        );
        assert.deepEqual(await violations(spread({ matchLabels: { app: "web" } })), []);
    });

    it("are violated where there are none", async () => {
        const place = "affinity.podAffinity.requiredDuringSchedulingIgnoredDuringExecution[0]";
        assert.deepEqual(await violations(near({ labelSelector: caches }), other, cache), [
            `Deployment/apps/web: ${place} selects no pods; pods of namespace other would match.`,
        ]);
        assert.deepEqual(await violations(spread({ matchLabels: { app: "wbe" } })), [
            "Deployment/apps/web: topologySpreadConstraints[0] selects no pods; none has app=wbe, perhaps app=web is meant.",
        ]);
    });

    it("look where the term says", async () => {
        for (const where of [
            { namespaces: ["other"] },
            { namespaceSelector: { matchLabels: { team: "data" } } },
            { namespaceSelector: {} },
        ]) {
            const pods = near({ labelSelector: caches, ...where });
            assert.deepEqual(await violations(pods, other, cache), [], JSON.stringify(where));
        }
        const elsewhere = near({ labelSelector: caches, namespaces: ["apps"] });
        assert.equal((await violations(elsewhere, other, cache)).length, 1);
    });

    it("are met without a condition", async () => {
        assert.deepEqual(await violations(near({})), []);
        assert.deepEqual(await violations(spread({})), []);
    });

    it("are not judged where selectors or places are unknown", async () => {
        for (const pods of [
            near({ labelSelector: UNKNOWN }),
            near({ labelSelector: { matchLabels: { app: UNKNOWN } } }),
            near({ labelSelector: caches, namespaces: UNKNOWN }),
            near({ labelSelector: caches, namespaceSelector: UNKNOWN }),
            spread(UNKNOWN),
            web({ pod: { topologySpreadConstraints: [UNKNOWN] } }),
            web({ pod: { affinity: UNKNOWN } }),
        ]) {
            assert.equal(await verdict(pods), "not judged", JSON.stringify(pods.inputs.spec));
        }
    });
});
