import * as assert from "node:assert/strict";
import type { Tree } from "../../operators/behaviour";
import { custom, podsOf } from "./surroundings";

const GROUP = "chaos-mesh.org";

describe("what Chaos Mesh makes", () => {
    const task: Tree = {
        name: "check",
        templateType: "Task",
        task: { container: { name: "check", image: "example.org/check:v1" }, labels: { a: "b" } },
    };
    const templates = [{ name: "entry", templateType: "Serial", children: ["check"] }, task];

    it("is a pod for each step of a workflow that is a program, for as long as it runs", () => {
        const [step, ...others] = podsOf(custom(GROUP, "Workflow", "drill", { templates }));
        assert.deepEqual(others, []);
        assert.equal(step?.passing, true);
        assert.deepEqual(step.labels, { a: "b", "chaos-mesh.org/workflow": "drill" });
        assert.match(JSON.stringify(step.pod), /example\.org\/check:v1/);
    });

    it("is the same for a Schedule of a workflow, and nothing for one that breaks something", () => {
        const weekly = custom(GROUP, "Schedule", "drill", { workflow: { templates } });
        assert.equal(podsOf(weekly).length, 1);
        const kill = { type: "PodChaos", podChaos: { action: "pod-kill" } };
        assert.deepEqual(podsOf(custom(GROUP, "Schedule", "kill", kill)), []);
        assert.deepEqual(podsOf(custom(GROUP, "WorkflowNode", "check", { task })), []);
    });
});
