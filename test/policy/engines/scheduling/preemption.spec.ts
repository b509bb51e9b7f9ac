import * as assert from "node:assert/strict";
import { ALONE, type TemplateSurroundings } from "../../../../policy/engines/scheduling/template";
import type { PodSet } from "../../../../policy/engines/scheduling/pod-set";
import { HOSTNAME, near, node, placed, pods } from "./clusters";

const around: TemplateSurroundings = {
    ...ALONE,
    priority: (name) => ({ low: 100, middle: 500, high: 1000, polite: 1000 })[name ?? ""] ?? 0,
    preempts: (name) => name !== "polite",
};
const important = (priorityClassName: string, cpu: string) =>
    pods(priorityClassName, { cpu, spec: { priorityClassName } });
/** A pod that can be on one node only. */
const on = (name: string, where: string, cpu: string, priorityClassName: string) =>
    pods(name, { cpu, spec: { nodeSelector: { [HOSTNAME]: where }, priorityClassName } });

describe("preemption", () => {
    it("is not for pods whose class forbids it", () => {
        const full = pods("full", { cpu: "3500m" });
        assert.deepEqual(placed([node("a")], [full, important("high", "1")], around), {
            full: ["-"],
            high: ["a"],
        });
        assert.deepEqual(placed([node("a")], [full, important("polite", "1")], around), {
            full: ["a"],
            polite: ["-"],
        });
    });

    it("is not for pods that forbid it themselves", () => {
        const spec = { priorityClassName: "high", preemptionPolicy: "Never" };
        const sets = [pods("full", { cpu: "3500m" }), pods("polite", { cpu: "1", spec })];
        assert.deepEqual(placed([node("a")], sets, around), { full: ["a"], polite: ["-"] });
    });

    it("evicts the least important, then the fewest, then the least important together", () => {
        /** Where the important pod goes that takes a whole node, when it has the choice of two. */
        const taken = (nodes: readonly string[], ...sets: readonly PodSet[]) =>
            placed(
                nodes.map((name) => node(name)),
                [...sets, important("high", "4")],
                around,
            ).high;
        const middle = (name: string, where: string) => on(name, where, "2", "middle");
        const lesser = (name: string, where: string) => on(name, where, "2", "low");
        for (const two of [
            ["a", "b"],
            ["b", "a"],
        ]) {
            const choices: PodSet[][] = [
                [middle("x", "a"), lesser("y", "b"), lesser("z", "b")],
                [lesser("x", "a"), lesser("y", "a"), on("z", "b", "4", "low")],
                [middle("w", "a"), lesser("x", "a"), middle("y", "b"), on("z", "b", "2", "")],
            ];
            for (const sets of choices) {
                assert.deepEqual(taken(two, ...sets), ["b"]);
            }
        }
    });

    it("does not help where a pod must be near others", () => {
        const shy = pods("shy", {
            spec: { affinity: { podAffinity: near("web") }, priorityClassName: "high" },
        });
        assert.deepEqual(placed([node("a")], [on("full", "a", "4", "low"), shy], around), {
            full: ["a"],
            shy: ["-"],
        });
    });
});
