import * as assert from "node:assert/strict";
import {
    deployment,
    type Inputs,
    judge,
    object,
    platform,
    podLabels,
    resource,
    type Resource,
    UNKNOWN,
} from "../harness";

function beside(apiVersion: string, kind: string, spec: Inputs): Resource {
    return object({ apiVersion, kind, metadata: { name: "web", namespace: "apps" }, spec });
}

const budget = (minAvailable: unknown = 1) =>
    beside("policy/v1", "PodDisruptionBudget", {
        minAvailable,
        selector: { matchLabels: podLabels },
    });

describe("HA-13", () => {
    const messages = async (...resources: Resource[]) => (await judge(resources)).of("HA-13");
    const updated = (replicas: unknown, strategy: unknown) =>
        deployment({ spec: { replicas, strategy } });
    const rolling = (maxUnavailable: unknown) => ({ rollingUpdate: { maxUnavailable } });

    it("is met by the default strategy and by any that keeps enough", async () => {
        assert.deepEqual(await messages(updated(3, undefined), budget(2)), []);
        assert.deepEqual(await messages(updated(3, rolling("40%")), budget(2)), []);
        assert.deepEqual(await messages(updated(2, rolling(1)), budget(1)), []);
    });

    it("is violated by an update below the budget", async () => {
        assert.deepEqual(await messages(updated(3, rolling(2)), budget(2)), [
            "Deployment/apps/web: an update leaves 1 of 3 pods, and PodDisruptionBudget/apps/web keeps 2; lower maxUnavailable.",
        ]);
        assert.equal((await messages(updated(2, { type: "Recreate" }), budget(1))).length, 1);
        assert.equal((await messages(updated(4, rolling("100%")), budget(1))).length, 1);
    });

    it("leaves what has no budget to HA-05", async () => {
        assert.deepEqual(await messages(updated(2, { type: "Recreate" })), []);
    });

    it("is violated by a workload without a priority class, but not by a tenant's", async () => {
        const plain = deployment({ pod: { priorityClassName: undefined } });
        assert.match(
            (await messages(plain))[0] ?? "",
            /priorityClassName is absent, so tenants may push it out/,
        );
        const component = resource("platform:base:Namespace", "apps", { tier: "tenant" });
        const namespace = object(
            { apiVersion: "v1", kind: "Namespace", metadata: { name: "apps" } },
            { parent: component.urn },
        );
        assert.deepEqual(await messages(component, namespace, plain), []);
    });

    it("finds the priority class of what operators run, once for all parts", async () => {
        const cluster = (spec: Inputs) => beside("ceph.rook.io/v1", "CephCluster", spec);
        assert.deepEqual(await messages(cluster({ priorityClassNames: { all: "a" } })), []);
        assert.equal((await messages(cluster({}))).length, 1);
    });

    it("is not judged where strategy, budget, tier or class are unknown", async () => {
        const component = resource("platform:base:Namespace", "apps", { tier: UNKNOWN });
        const namespace = object(
            { apiVersion: "v1", kind: "Namespace", metadata: { name: "apps" } },
            { parent: component.urn },
        );
        for (const stack of [
            [updated(3, UNKNOWN), budget(2)],
            [updated(3, rolling(UNKNOWN)), budget(2)],
            [updated(3, undefined), budget(UNKNOWN)],
            [updated(UNKNOWN, undefined), budget(2)],
            [deployment({ pod: { priorityClassName: UNKNOWN } })],
            [component, namespace, deployment()],
        ]) {
            assert.equal((await judge(stack)).verdict("HA-13").verdict, "not judged");
        }
    });
});

describe("HA-15", () => {
    const scaler = (spec: Inputs = {}) =>
        beside("autoscaling/v2", "HorizontalPodAutoscaler", {
            scaleTargetRef: { kind: "Deployment", name: "web" },
            minReplicas: 2,
            maxReplicas: 4,
            ...spec,
        });
    const target = (container: Inputs = {}) =>
        deployment({ spec: { replicas: undefined }, container });
    const messages = async (...resources: Resource[]) =>
        (await judge([platform(), ...resources])).of("HA-15");

    it("is met by a scaler that can work", async () => {
        assert.deepEqual(await messages(scaler(), target()), []);
    });

    it("is violated by a single pod in prod", async () => {
        assert.deepEqual(await messages(scaler({ minReplicas: 1 }), target()), [
            "HorizontalPodAutoscaler/apps/web: minReplicas is 1; use at least 2 in prod.",
        ]);
        assert.equal((await messages(scaler({ minReplicas: undefined }), target())).length, 1);
        const dev = await judge([
            platform({ profile: "dev" }),
            scaler({ minReplicas: 1 }),
            target(),
        ]);
        assert.deepEqual(dev.of("HA-15"), []);
    });

    it("is violated by a target that fixes its replicas", async () => {
        assert.deepEqual(await messages(scaler(), deployment()), [
            "HorizontalPodAutoscaler/apps/web: Deployment/apps/web sets replicas to 2, so each update undoes the scaling; leave it out.",
        ]);
    });

    it("is violated by missing requests for what it measures", async () => {
        const bare = target({ resources: { requests: { cpu: "1" } } });
        const memory = { metrics: [{ type: "Resource", resource: { name: "memory" } }] };
        assert.deepEqual(await messages(scaler(), bare), []);
        assert.deepEqual(await messages(scaler(memory), bare), [
            "HorizontalPodAutoscaler/apps/web: container web of Deployment/apps/web requests no memory to compare with; set resources.requests.memory.",
        ]);
        assert.equal((await messages(scaler(), target({ resources: {} }))).length, 1);
    });

    describe("of a ScaledObject", () => {
        const scaled = (spec: Inputs = {}) =>
            beside("keda.sh/v1alpha1", "ScaledObject", {
                scaleTargetRef: { name: "web" },
                minReplicaCount: 2,
                triggers: [{ type: "redis", metadata: { listName: "jobs" } }],
                ...spec,
            });

        it("is met by one that can work, whatever it measures", async () => {
            assert.deepEqual(await messages(scaled(), target({ resources: {} })), []);
            const byUse = scaled({ triggers: [{ type: "memory" }, { type: "cron" }] });
            const sized = target({ resources: { requests: { memory: "1Gi" } } });
            assert.deepEqual(await messages(byUse, sized), []);
        });

        it("is violated by a target that fixes its replicas, of any number", async () => {
            assert.deepEqual(await messages(scaled(), deployment()), [
                "ScaledObject/apps/web: Deployment/apps/web sets replicas to 2, so each update undoes the scaling; leave it out.",
            ]);
            const none = deployment({ spec: { replicas: 0 } });
            assert.equal((await messages(scaled(), none)).length, 1);
            const other = scaled({ scaleTargetRef: { name: "web", kind: "StatefulSet" } });
            assert.deepEqual(await messages(other, deployment()), []);
        });

        it("is violated by fewer than two pods in prod, as KEDA has it by default", async () => {
            assert.deepEqual(await messages(scaled({ minReplicaCount: undefined }), target()), [
                "ScaledObject/apps/web: minReplicaCount is absent; use at least 2 in prod.",
            ]);
            assert.equal((await messages(scaled({ minReplicaCount: 1 }), target())).length, 1);
        });

        it("is violated where it compares with what nobody requests", async () => {
            const byUse = scaled({ triggers: [{ type: "cpu", metadata: { value: "60" } }] });
            assert.match(
                (await messages(byUse, target({ resources: {} })))[0] ?? "",
                /requests no cpu to compare with/,
            );
        });

        it("is violated by a second autoscaler of the same workload", async () => {
            assert.deepEqual(await messages(scaler(), scaled(), target()), [
                "ScaledObject/apps/web: Deployment/apps/web is scaled by HorizontalPodAutoscaler/apps/web too, and each undoes what the other does; keep one.",
            ]);
        });

        it("is not judged where values are unknown", async () => {
            for (const spec of [
                { minReplicaCount: UNKNOWN },
                { triggers: UNKNOWN },
                { triggers: [{ type: UNKNOWN }] },
                { scaleTargetRef: { name: UNKNOWN } },
            ]) {
                const result = await judge([platform(), scaled(spec), target()]);
                assert.equal(result.verdict("HA-15").verdict, "not judged", JSON.stringify(spec));
            }
        });
    });

    it("is not applicable without a scaler, and not judged where values are unknown", async () => {
        assert.equal((await judge([deployment()])).verdict("HA-15").verdict, "not applicable");
        for (const stack of [
            [scaler({ minReplicas: UNKNOWN }), target()],
            [scaler({ metrics: UNKNOWN }), target()],
            [scaler({ scaleTargetRef: { kind: "Deployment", name: UNKNOWN } }), target()],
            [scaler(), target({ resources: UNKNOWN })],
        ]) {
            assert.equal(
                (await judge([platform(), ...stack])).verdict("HA-15").verdict,
                "not judged",
            );
        }
    });
});
