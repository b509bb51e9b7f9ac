import * as assert from "node:assert/strict";
import { ALONE } from "../../../../policy/engines/scheduling/template";
import { node, placed, pods, reasons, spread, ZONE } from "./clusters";

/** Nodes whose pods count for a topology spread constraint. */
describe("the nodes that a topology spread counts", () => {
    const zones = [node("a", { zone: "a" }), node("b", { zone: "b" })];
    const web = pods("web", { count: 2, spec: spread("web", { topologyKey: ZONE }) });

    it("include those that the pod's volumes cannot be reached from", () => {
        const around = {
            ...ALONE,
            volumes: () => ({
                exclusive: [],
                disks: [],
                reach: ({ name }: { name: string }) => name === "a",
            }),
        };
        assert.deepEqual(reasons(zones, web, [[web, "a"]], around), {
            a: "topology spread",
            b: "node selector",
        });
    });

    it("are for a pod that belongs to a node only that one", () => {
        // The DaemonSet controller replaces the node affinity of its pods.
        const agent = pods("agent", {
            perNode: true,
            local: true,
            spec: spread("agent"),
        });
        const full = node("c", { pods: 0 });
        const nodes = [node("a"), node("b"), full];
        assert.deepEqual(placed(nodes, [agent]), { agent: ["-", "a", "b"] });
        const twice = pods("agent", { ...agent, count: 1, key: "other", name: "other" });
        assert.deepEqual(placed(nodes, [agent, twice]), {
            agent: ["-", "a", "b"],
            other: ["-", "a", "b"],
        });
    });
});
