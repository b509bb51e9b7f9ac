import * as assert from "node:assert/strict";
import {
    container,
    deployment,
    judge,
    object,
    platform,
    resource,
    type Resource,
    UNKNOWN,
} from "../../harness";

const WEB = "Deployment/apps/web";

describe("HA-04", () => {
    const withReplicas = (replicas: unknown, ...others: Resource[]) =>
        judge([deployment({ spec: { replicas } }), ...others]);
    const critical = platform({ criticalWorkloads: [WEB] });

    it("is met by 2 replicas, and by 3 of a critical workload", async () => {
        assert.deepEqual((await withReplicas(2)).of("HA-04"), []);
        assert.deepEqual((await withReplicas(3, critical)).of("HA-04"), []);
    });

    it("is violated by fewer", async () => {
        assert.deepEqual((await withReplicas(1)).of("HA-04"), [
            `${WEB}: replicas is 1; run at least 2.`,
        ]);
        assert.deepEqual((await withReplicas(2, critical)).of("HA-04"), [
            `${WEB}: replicas is 2; run at least 3 because it is among the critical workloads.`,
        ]);
        assert.equal((await withReplicas(0)).of("HA-04").length, 1);
    });

    it("takes absent replicas as the 1 that Kubernetes runs", async () => {
        assert.deepEqual((await withReplicas(undefined)).of("HA-04"), [
            `${WEB}: replicas is 1; run at least 2.`,
        ]);
    });

    it("is not judged while the number or the list is unknown", async () => {
        assert.equal((await withReplicas(UNKNOWN)).verdict("HA-04").verdict, "not judged");
        const result = await withReplicas(2, platform({ criticalWorkloads: UNKNOWN }));
        assert.equal(result.verdict("HA-04").verdict, "not judged");
    });

    it("counts the minimum of an autoscaler instead", async () => {
        const scaler = (minReplicas?: unknown) =>
            object({
                apiVersion: "autoscaling/v2",
                kind: "HorizontalPodAutoscaler",
                metadata: { name: "web", namespace: "apps" },
                spec: {
                    scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: "web" },
                    minReplicas,
                    maxReplicas: 9,
                },
            });
        assert.deepEqual((await withReplicas(undefined, scaler(2))).of("HA-04"), []);
        assert.equal((await withReplicas(undefined, scaler())).of("HA-04").length, 1);
        const unknown = await withReplicas(3, scaler(UNKNOWN));
        assert.equal(unknown.verdict("HA-04").verdict, "not judged");
    });

    it("counts the minimum of a ScaledObject, which is 0 by default", async () => {
        const scaler = (minReplicaCount?: number) =>
            object({
                apiVersion: "keda.sh/v1alpha1",
                kind: "ScaledObject",
                metadata: { name: "web", namespace: "apps" },
                spec: { scaleTargetRef: { name: "web" }, minReplicaCount },
            });
        assert.deepEqual((await withReplicas(3, scaler(2))).of("HA-04"), []);
        assert.deepEqual((await withReplicas(3, scaler())).of("HA-04"), [
            `${WEB}: replicas is 0; run at least 2.`,
        ]);
    });

    it("judges what operators run", async () => {
        const database = (instances: number) =>
            object({
                apiVersion: "postgresql.cnpg.io/v1",
                kind: "Cluster",
                metadata: { name: "db", namespace: "apps" },
                spec: { instances },
            });
        assert.equal((await judge([database(1)])).of("HA-04").length, 1);
        assert.deepEqual((await judge([database(3)])).of("HA-04"), []);
    });

    it("leaves what belongs to its node alone, also where nobody knows the nodes", async () => {
        const ceph = object({
            apiVersion: "ceph.rook.io/v1",
            kind: "CephCluster",
            metadata: { name: "ceph", namespace: "apps" },
            spec: { mon: { count: 3 }, mgr: { count: 2 }, storage: { useAllNodes: true } },
        });
        assert.deepEqual((await judge([ceph])).of("HA-04"), []);
    });

    it("leaves jobs and DaemonSets alone", async () => {
        const of = (apiVersion: string, kind: string) =>
            object({
                apiVersion,
                kind,
                metadata: { name: "x", namespace: "apps" },
                spec: { template: { spec: { containers: [container()] } } },
            });
        const result = await judge([of("batch/v1", "Job"), of("apps/v1", "DaemonSet")]);
        assert.equal(result.verdict("HA-04").verdict, "not applicable");
    });

    it("is violated by a critical workload that does not exist", async () => {
        const list = platform({ criticalWorkloads: ["Deployment/apps/wbe"] });
        assert.deepEqual((await withReplicas(3, list)).of("HA-04"), [
            "Platform/platform: among the critical workloads is Deployment/apps/wbe, which is no workload.",
        ]);
        const chart = resource("platform:base:Chart", "web", { rendered: false });
        assert.deepEqual((await withReplicas(3, list, chart)).of("HA-04"), []);
    });
});
