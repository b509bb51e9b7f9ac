import assert from "node:assert/strict";
import { nodeReport, nodeSentences } from "../../components/cluster/node-report";

const item = (name: string, status?: string, unschedulable?: boolean) => ({
    metadata: { name },
    spec: { unschedulable },
    status: status === undefined ? {} : { conditions: [{ type: "Ready", status }] },
});

describe("the report on nodes", () => {
    const answer = JSON.stringify({
        items: [item("a", "True"), item("b", "False"), item("c"), item("old", "Unknown")],
    });

    it("names wanted nodes that are missing, not ready, or without a word about it", () => {
        assert.deepEqual(nodeReport(answer, ["a", "b", "c", "d"]).unready, ["b", "c", "d"]);
        assert.deepEqual(nodeReport(answer, ["a"]).unready, []);
    });

    it("names nodes of the cluster that the settings do not have", () => {
        assert.deepEqual(nodeReport(answer, ["a", "b", "c"]).unexpected, ["old"]);
    });

    it("names cordoned nodes, which are ready all the same", () => {
        const cordoned = JSON.stringify({ items: [item("a", "True", true), item("b", "True")] });
        assert.deepEqual(nodeReport(cordoned, ["a", "b"]), {
            unready: [],
            cordoned: ["a"],
            unexpected: [],
        });
    });

    it("says of each what to do, and nothing when all is well", () => {
        const sentences = nodeSentences({ unready: ["b"], cordoned: ["a"], unexpected: ["old"] });
        assert.match(sentences.join("\n"), /kubectl describe node b/);
        assert.match(sentences.join("\n"), /kubectl uncordon a/);
        assert.match(sentences.join("\n"), /kubectl delete node old/);
        assert.deepEqual(nodeSentences({ unready: [], cordoned: [], unexpected: [] }), []);
    });
});
