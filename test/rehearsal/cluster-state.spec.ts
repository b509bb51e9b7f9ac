import * as assert from "node:assert/strict";
import { budgetState, isDefaulted, quotaUse } from "../../rehearsal/admission";
import { warningsOf } from "../../kubernetes-client/connection";
import type { Kubernetes } from "../../kubernetes-client/kubernetes";
import { controllerOf, placementOf, waitForPlacement, wantedBy } from "../../rehearsal/placement";
import { stateOf } from "../../rehearsal/pod-informer";
import { isWanted, volumeFor } from "../../rehearsal/volumes";
import { condition, live, pod } from "./objects";

describe("the state of a pod", () => {
    const states = {
        "leaving while it is being deleted": [
            live("Pod", "p", {
                metadata: { deletionTimestamp: "now" },
                status: { phase: "Running" },
            }),
            "leaving",
        ],
        "done when its job has ended": [
            live("Pod", "p", { status: { phase: "Succeeded" } }),
            "done",
        ],
        "ready by its condition": [pod("p", { node: "n" }), "ready"],
        "starting when it has a node": [pod("p", { node: "n", ready: false }), "starting"],
        "unschedulable by the scheduler's word": [
            live("Pod", "p", { status: { conditions: [condition("PodScheduled", "False")] } }),
            "unschedulable",
        ],
        "unseen before the scheduler has judged it": [live("Pod", "p"), "unseen"],
    } as const;
    for (const [name, [object, state]] of Object.entries(states)) {
        it(`is ${name}`, () => {
            assert.equal(stateOf(object), state);
        });
    }
});

describe("pods placed of pods wanted", () => {
    const server = (objects: Readonly<Record<string, ReturnType<typeof live>[]>>) =>
        ({
            list: (_version: string, kind: string) => Promise.resolve(objects[kind] ?? []),
        }) as Pick<Kubernetes, "list">;

    it("counts what each kind of controller wants", () => {
        const wanted = (kind: string, spec: object, status: object = {}) =>
            wantedBy(kind, live(kind, "x", { spec, status }));
        assert.equal(wanted("Deployment", { replicas: 3 }), 3);
        assert.equal(wanted("StatefulSet", {}), 1);
        assert.equal(wanted("DaemonSet", {}, { desiredNumberScheduled: 4 }), 4);
        assert.equal(wanted("Job", { parallelism: 2, completions: 5 }), 5);
        assert.equal(wanted("Job", { suspend: true }), 0);
        assert.equal(wanted("CronJob", {}), 0);
    });

    it("knows the Deployment behind a ReplicaSet", () => {
        assert.equal(controllerOf(pod("p", { owner: "web" })), "Deployment/apps/web");
        assert.equal(controllerOf(pod("p")), undefined);
    });

    it("is all of them when every pod has a node", async () => {
        const web = live("Deployment", "web", { spec: { replicas: 2 } });
        const pods = ["a", "b"].map((name) => pod(name, { node: "n", owner: "web" }));
        assert.deepEqual(await placementOf(server({ Deployment: [web] }), pods), {
            wanted: 2,
            placed: 2,
            misplaced: [],
        });
    });

    it("gives the API server's words for pods that it did not take", async () => {
        const web = live("Deployment", "web", { spec: { replicas: 3 } });
        const event = live("Event", "e", {
            involvedObject: { kind: "ReplicaSet", namespace: "apps", name: "web-5d4f" },
            message: "exceeded quota: apps",
        });
        const objects = server({ Deployment: [web], Event: [event] });
        const { wanted, misplaced } = await placementOf(objects, [
            pod("a", { node: "n", owner: "web" }),
        ]);
        assert.equal(wanted, 3);
        assert.deepEqual(misplaced, [
            { object: "Deployment/apps/web", count: 2, reason: "exceeded quota: apps" },
        ]);
    });

    it("gives the scheduler's words for a pod without a node", async () => {
        const pending = live("Pod", "p", {
            status: { conditions: [condition("PodScheduled", "False", "0/3 nodes are available")] },
        });
        const { placed, misplaced } = await placementOf(server({}), [pending]);
        assert.equal(placed, 0);
        assert.deepEqual(misplaced, [
            { object: "Pod/apps/p", count: 1, reason: "0/3 nodes are available" },
        ]);
    });

    it("reads a Deployment's own words when the event was lost", async () => {
        const message = 'pods "web" is forbidden: exceeded quota';
        const conditions = [condition("ReplicaFailure", "True", message)];
        const web = live("Deployment", "web", { spec: { replicas: 1 }, status: { conditions } });
        const { misplaced } = await placementOf(server({ Deployment: [web] }), []);
        assert.equal(misplaced[0]?.reason, message);
    });

    it("waits for a controller that makes pods, and not for one that does nothing", async () => {
        const web = live("Deployment", "web", { spec: { replicas: 2 } });
        const waits: (number | undefined)[] = [];
        const pods = (made: number) => ({
            all: () =>
                Array.from({ length: Math.min(waits.length - 1, made) }, (_, index) =>
                    pod(`p${index}`, { node: "n", owner: "web" }),
                ),
            settled: ({ quiet }: { quiet?: number } = {}) => {
                waits.push(quiet);
                return Promise.resolve(true);
            },
        });
        const objects = server({ Deployment: [web] });
        assert.equal((await waitForPlacement(objects, pods(2), 60)).placed, 2);
        assert.deepEqual(waits.splice(0), [undefined, 15, 15]);
        assert.equal((await waitForPlacement(objects, pods(1), 60)).placed, 1);
        assert.deepEqual(waits, [undefined, 15, 15]);
    });

    it("does not count pods that are leaving", async () => {
        const leaving = live("Pod", "p", { metadata: { deletionTimestamp: "now" } });
        assert.deepEqual(await placementOf(server({}), [leaving]), {
            wanted: 0,
            placed: 0,
            misplaced: [],
        });
    });
});

describe("what admission did", () => {
    it("is told of the quota's fullest resource, in any unit", () => {
        const quota = live("ResourceQuota", "q", {
            status: {
                hard: { "requests.cpu": "4", "limits.memory": "1Gi", pods: "10", services: "0" },
                used: { "requests.cpu": "3500m", "limits.memory": "512Mi", pods: "5" },
            },
        });
        assert.deepEqual(quotaUse(quota), {
            namespace: "apps",
            resource: "requests.cpu",
            share: 0.875,
        });
        assert.equal(quotaUse(live("ResourceQuota", "q")), undefined);
    });

    it("is told of pods that a LimitRange completed", () => {
        const annotations = { "kubernetes.io/limit-ranger": "LimitRanger plugin set: cpu request" };
        assert.equal(isDefaulted(live("Pod", "p", { metadata: { annotations } })), true);
        assert.equal(isDefaulted(live("Pod", "p")), false);
    });

    it("is told of budgets by the controller's count", () => {
        const status = { expectedPods: 3, currentHealthy: 2, disruptionsAllowed: 0 };
        assert.deepEqual(budgetState(live("PodDisruptionBudget", "b", { status })), {
            name: "apps/b",
            expected: 3,
            healthy: 2,
            allowed: 0,
        });
    });

    it("is read from warnings, quoted characters included", () => {
        assert.deepEqual(
            warningsOf(['299 - "unknown field \\"spec.x\\"", 299 - "deprecated"', "nonsense"]),
            ['unknown field "spec.x"', "deprecated"],
        );
    });
});

describe("volumes", () => {
    const fast = live("StorageClass", "fast", {
        provisioner: "rbd.csi.ceph.com",
        reclaimPolicy: "Retain",
        volumeBindingMode: "WaitForFirstConsumer",
    });
    const now = { ...fast, volumeBindingMode: "Immediate" };
    const claim = (annotations?: Record<string, string>, spec = {}) =>
        live("PersistentVolumeClaim", "data", {
            metadata: { annotations },
            spec: {
                accessModes: ["ReadWriteOnce"],
                resources: { requests: { storage: "1Gi" } },
                ...spec,
            },
        });
    const chosen = { "volume.kubernetes.io/selected-node": "worker-1" };

    it("wait for the scheduler's choice where their class does", () => {
        assert.equal(isWanted(claim(), fast), false);
        assert.equal(isWanted(claim(chosen), fast), true);
        assert.equal(isWanted(claim(), now), true);
    });

    it("are made once", () => {
        assert.equal(isWanted(claim(undefined, { volumeName: "pvc-1" }), now), false);
    });

    it("belong to the claim and are what it asks for", () => {
        const { spec, metadata } = volumeFor(claim(), fast);
        assert.equal(metadata.name, "pvc-uid-data");
        const { claimRef, capacity, csi, persistentVolumeReclaimPolicy } = spec as Record<
            string,
            unknown
        >;
        assert.deepEqual(claimRef, {
            apiVersion: "v1",
            kind: "PersistentVolumeClaim",
            name: "data",
            namespace: "apps",
            uid: "uid-data",
        });
        assert.deepEqual(capacity, { storage: "1Gi" });
        assert.deepEqual(csi, { driver: "rbd.csi.ceph.com", volumeHandle: "uid-data" });
        assert.equal(persistentVolumeReclaimPolicy, "Retain");
    });
});
