import * as assert from "node:assert/strict";
import type { Capacity } from "../../../policy/engines/scheduling/stack";
import { plainPlans, plansWithOneDown } from "../../../rehearsal/drain/plan";
import { stackOf } from "../stacks";

const { capacity } = stackOf();
/** With three control planes instead of one. */
const three: Capacity = {
    ...capacity,
    cluster: {
        ...capacity.cluster,
        nodes: [
            ...capacity.cluster.nodes,
            ...capacity.cluster.nodes
                .filter(({ role }) => role === "controlPlane")
                .flatMap((node) => ["ctrl-1", "ctrl-2"].map((name) => ({ ...node, name }))),
        ],
    },
};

describe("the order of drains", () => {
    it("is control planes first, each node once", () => {
        assert.deepEqual(
            plainPlans(three).map(({ node }) => node),
            ["ctrl-0", "ctrl-1", "ctrl-2", "worker-1", "worker-2"],
        );
    });

    it("takes the other node down whose loss leaves budgets the least", () => {
        const guarded = [
            { desired: 2, nodes: ["worker-1", "worker-2", "ctrl-1"] },
            { desired: 1, nodes: ["worker-2", "ctrl-2"] },
        ];
        const others = plansWithOneDown(three, guarded).filter(
            ({ notDone }) => notDone === undefined,
        );
        assert.deepEqual(
            others.map(({ node, otherDown }) => [node, otherDown]),
            [
                // Nothing of theirs is missed with a worker down, so the first will do.
                ["ctrl-0", "worker-1"],
                ["ctrl-1", "worker-1"],
                ["ctrl-2", "worker-2"],
                ["worker-1", "ctrl-1"],
                ["worker-2", "ctrl-1"],
            ],
        );
    });

    it("names a pair that stops etcd, and does not do it", () => {
        const refused = plansWithOneDown(three, []).filter(({ notDone }) => notDone !== undefined);
        assert.deepEqual(
            refused.map(({ node, otherDown }) => [node, otherDown]),
            [
                ["ctrl-0", "ctrl-1"],
                ["ctrl-1", "ctrl-0"],
                ["ctrl-2", "ctrl-0"],
            ],
        );
        assert.match(refused[0]?.notDone ?? "", /etcd would keep 1 of 3 members/);
    });

    it("never takes the only control plane down", () => {
        const downs = plansWithOneDown(capacity, []).filter(({ notDone }) => notDone === undefined);
        assert.deepEqual(
            downs.map(({ node, otherDown }) => [node, otherDown]),
            [
                ["worker-1", "worker-2"],
                ["worker-2", "worker-1"],
            ],
        );
    });
});
