import * as assert from "node:assert/strict";
import { targetsOf } from "../../../rehearsal/loss/targets";
import { UsageError } from "../../../preview/stack-file";
import { stackOf } from "../stacks";

const { nodes } = stackOf().capacity.cluster;
const named = (what: string) => targetsOf(what, nodes).map(({ lost }) => lost);

describe("what is lost", () => {
    it("is every node of a role, one after the other", () => {
        assert.deepEqual(named("each-worker"), ["worker-1", "worker-2"]);
        assert.deepEqual(named("each-control-plane"), ["ctrl-0"]);
    });

    it("is all nodes of a host or of a zone together", () => {
        const shared = nodes.map((node) => ({
            ...node,
            shape: { ...node.shape, host: node.name === "worker-2" ? "pve-9" : "pve-1" },
            labels: { ...node.labels, "topology.kubernetes.io/zone": "attic" },
        }));
        assert.deepEqual(targetsOf("each-host", shared), [
            { lost: "host pve-1", nodes: ["ctrl-0", "worker-1"] },
            { lost: "host pve-9", nodes: ["worker-2"] },
        ]);
        assert.deepEqual(targetsOf("each-zone", shared), [
            { lost: "zone attic", nodes: ["ctrl-0", "worker-1", "worker-2"] },
        ]);
    });

    it("is a node by its name", () => {
        assert.deepEqual(named("worker-2"), ["worker-2"]);
    });

    it("is refused in one sentence when it is nothing of the stack", () => {
        assert.throws(() => targetsOf("worker-9", nodes), {
            message:
                "LOSE is worker-9 (worker-1?); give each-worker, each-control-plane, each-host, each-zone, ctrl-0, worker-1, worker-2.",
        });
        const controlPlane = nodes.filter(({ role }) => role === "controlPlane");
        assert.throws(() => targetsOf("each-worker", controlPlane), UsageError);
    });
});
