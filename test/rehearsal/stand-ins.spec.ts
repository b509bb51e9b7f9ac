import * as assert from "node:assert/strict";
import { readList } from "../../policy/kernel/tree";
import { autoscalersOf, MIRROR, standInsOf } from "../../rehearsal/stand-ins";
import { cache, ceph, database, sentinels } from "./operators";
import { object } from "../policy/harness";
import { namespace, stackOf } from "./stacks";

const standIns = standInsOf(
    stackOf(namespace, ceph(), database({ storage: { size: "1Gi" } }), cache(), sentinels())
        .capacity,
).map(({ manifest }) => manifest);
const kindOf = (name: string) => standIns.find(({ metadata }) => metadata.name === name)?.kind;

describe("stand-ins of pods that may lose their node", () => {
    it("are waited for where their controller would wait, and else replaced", () => {
        assert.deepEqual(["db", "cache-sentinel", "rook-ceph-mgr"].map(kindOf), [
            "StatefulSet",
            "StatefulSet",
            "Deployment",
        ]);
    });

    it("stay on their node when they are static, as the kubelet shows them", () => {
        const fixed = standIns.filter(({ kind }) => kind === "Pod");
        assert.equal(fixed.length, 3);
        for (const pod of fixed) {
            assert.ok(MIRROR in (pod.metadata.annotations ?? {}));
            assert.deepEqual(readList(pod, "spec", "tolerations"), [
                { operator: "Exists", effect: "NoExecute" },
            ]);
        }
    });
});

describe("stand-ins of autoscalers that KEDA makes", () => {
    const scaled = (spec: Readonly<Record<string, unknown>>) =>
        autoscalersOf(
            stackOf(
                namespace,
                object({
                    apiVersion: "keda.sh/v1alpha1",
                    kind: "ScaledObject",
                    metadata: { name: "web", namespace: "apps" },
                    spec: { scaleTargetRef: { name: "web" }, ...spec },
                }),
            ),
        ).map(({ manifest }) => manifest.spec);

    it("ask for the most pods, so that those that are counted on are placed", () => {
        assert.deepEqual(scaled({ minReplicaCount: 2, maxReplicaCount: 6 }), [
            {
                scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: "web" },
                minReplicas: 6,
                maxReplicas: 6,
            },
        ]);
    });

    it("are about what the ScaledObject is about, with KEDA's own default for the most", () => {
        const target = { apiVersion: "apps/v1", kind: "StatefulSet", name: "db" };
        assert.deepEqual(scaled({ scaleTargetRef: target }), [
            { scaleTargetRef: target, minReplicas: 100, maxReplicas: 100 },
        ]);
    });
});
