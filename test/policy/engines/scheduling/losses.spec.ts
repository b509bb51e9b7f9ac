import * as assert from "node:assert/strict";
import type { ClusterNode } from "../../../../policy/engines/scheduling/nodes";
import type { PodSet } from "../../../../policy/engines/scheduling/pod-set";
import { prove } from "../../../../policy/engines/scheduling/proof";
import {
    ALONE,
    compileTemplate,
    type TemplateSurroundings,
} from "../../../../policy/engines/scheduling/template";
import { factOf } from "../../../../preview/recorded-stack";
import { near, node, pods, ZONE } from "./clusters";

const three = [node("a"), node("b"), node("c")];

/** Lost nodes with the first reason why something does not fit. */
function lost(
    nodes: readonly ClusterNode[],
    sets: readonly PodSet[],
    around: TemplateSurroundings = ALONE,
): string[] {
    const templates = sets.map((set) => compileTemplate(set, around));
    return prove(nodes, templates).map(
        ({ node: name, unschedulable }) =>
            `${name ?? "none"}: ${[...(unschedulable[0]?.reasons.keys() ?? [])].join(", ")}`,
    );
}

const statefulSet = factOf({
    urn: "urn:pulumi:test::platform::kubernetes:apps/v1:StatefulSet::db",
    type: "kubernetes:apps/v1:StatefulSet",
    name: "db",
    parent: "",
    inputs: { apiVersion: "apps/v1", kind: "StatefulSet", metadata: { name: "db" } },
    protect: false,
    dependencies: [],
});

describe("a node that no longer answers", () => {
    const exclusive: TemplateSurroundings = {
        ...ALONE,
        volumes: () => ({ exclusive: ["default/data"], disks: [], reach: () => true }),
    };

    it("keeps a volume for one pod from the pod's replacement", () => {
        const here = { nodeSelector: { app: "x" } };
        const nodes = three.map((each) => ({ ...each, labels: { ...each.labels, app: "x" } }));
        const x = pods("x", { spec: here });
        assert.deepEqual(lost(nodes, [x], exclusive), ["a: volume", "b: volume", "c: volume"]);
        assert.deepEqual(lost(nodes, [x]), []);
    });

    it("keeps a StatefulSet waiting, which asks for no place meanwhile", () => {
        const db = pods("db", { fact: statefulSet });
        assert.deepEqual(lost(three, [db], exclusive), []);
        // In one zone, the pod that never ends would repel its replacement.
        const apart = { affinity: { podAntiAffinity: near("db", ZONE) } };
        assert.deepEqual(lost(three, [pods("db", { fact: statefulSet, spec: apart })]), []);
        assert.equal(lost(three, [pods("db", { spec: apart })]).length, 3);
    });

    it("keeps an operator waiting for pods with claims of their own", () => {
        const claims = [{ name: "data", storageClass: undefined, bytes: 1 }];
        const apart = { affinity: { podAntiAffinity: near("db", ZONE) } };
        assert.deepEqual(lost(three, [pods("db", { claims, spec: apart })]), []);
    });

    it("gets back what tolerates it, where nothing runs", () => {
        const key = "node.kubernetes.io/unreachable";
        const tolerations = [
            { key, operator: "Exists", effect: "NoSchedule" },
            { key, operator: "Exists", effect: "NoExecute", tolerationSeconds: 30 },
        ];
        assert.deepEqual(lost(three, [pods("x", { spec: { tolerations } })]), [
            "a: lost",
            "b: lost",
            "c: lost",
        ]);
    });
});
