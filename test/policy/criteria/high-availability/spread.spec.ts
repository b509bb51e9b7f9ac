import * as assert from "node:assert/strict";
import { deployment, type Inputs, judge, object, podLabels, UNKNOWN } from "../../harness";

const WEB = "Deployment/apps/web";

describe("HA-06", () => {
    const withPod = (pod: Inputs) =>
        judge([deployment({ pod: { topologySpreadConstraints: undefined, ...pod } })]);
    const term = (changes: Inputs = {}) => ({
        topologyKey: "kubernetes.io/hostname",
        labelSelector: { matchLabels: podLabels },
        ...changes,
    });
    const required = (...terms: unknown[]) => ({
        affinity: {
            podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: terms },
        },
    });
    const preferred = (podAffinityTerm: unknown) => ({
        affinity: {
            podAntiAffinity: {
                preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 1, podAffinityTerm }],
            },
        },
    });
    const constraint = (changes: Inputs = {}) => ({
        topologySpreadConstraints: [{ maxSkew: 1, ...term(changes) }],
    });
    const expression = { matchExpressions: [{ key: "app", operator: "In", values: ["web"] }] };

    const good: Record<string, Inputs> = {
        "a topology spread constraint": constraint(),
        "a constraint with an expression": constraint({ labelSelector: expression }),
        "required anti-affinity": required(term()),
        "preferred anti-affinity": preferred(term()),
        "anti-affinity that names the own namespace": required(term({ namespaces: ["apps"] })),
    };
    for (const [title, pod] of Object.entries(good)) {
        it(`is met by ${title}`, async () => {
            assert.deepEqual((await withPod(pod)).of("HA-06"), []);
        });
    }

    const bad: Record<string, Inputs> = {
        nothing: {},
        "a constraint on the zone": constraint({ topologyKey: "topology.kubernetes.io/zone" }),
        "a constraint without a selector": constraint({ labelSelector: undefined }),
        "a selector that misses the pods": constraint({
            labelSelector: { matchLabels: { a: "b" } },
        }),
        "an expression that misses the pods": preferred(
            term({ labelSelector: { matchExpressions: [{ key: "x", operator: "Exists" }] } }),
        ),
        "a skew as large as the number of replicas": constraint({ maxSkew: 2 }),
        "anti-affinity to another namespace": required(term({ namespaces: ["other"] })),
    };
    for (const [title, pod] of Object.entries(bad)) {
        it(`is violated by ${title}`, async () => {
            assert.deepEqual((await withPod(pod)).of("HA-06"), [
                `${WEB}: nothing keeps its 2 replicas on different nodes; add a topology spread constraint on kubernetes.io/hostname whose selector matches its pods.`,
            ]);
        });
    }

    it("asks nothing of a single replica", async () => {
        const single = deployment({
            spec: { replicas: 1 },
            pod: { topologySpreadConstraints: undefined },
        });
        assert.equal((await judge([single])).verdict("HA-06").verdict, "not applicable");
    });

    it("is not judged where constraints, selectors or labels are unknown", async () => {
        for (const pod of [
            { topologySpreadConstraints: UNKNOWN },
            { affinity: UNKNOWN },
            constraint({ labelSelector: UNKNOWN }),
            constraint({ topologyKey: UNKNOWN }),
        ]) {
            assert.equal((await withPod(pod)).verdict("HA-06").verdict, "not judged");
        }
    });

    it("takes an unknown number of replicas for more than one", async () => {
        const many = deployment({
            spec: { replicas: UNKNOWN },
            pod: { topologySpreadConstraints: undefined },
        });
        assert.equal((await judge([many])).verdict("HA-06").verdict, "violated");
    });

    it("asks operators to spread their pods", async () => {
        const database = (enablePodAntiAffinity?: boolean) =>
            object({
                apiVersion: "postgresql.cnpg.io/v1",
                kind: "Cluster",
                metadata: { name: "db", namespace: "apps" },
                spec: { instances: 3, affinity: { enablePodAntiAffinity } },
            });
        assert.deepEqual((await judge([database()])).of("HA-06"), []);
        assert.equal((await judge([database(false)])).of("HA-06").length, 1);
    });
});
