import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { retry, unreadyNodes } from "../../components/cluster/kubernetes-api";

const patience = { timeout: 0.05, interval: 0.01 };

describe("asking the Kubernetes API", () => {
    it("goes on until there is an answer", async () => {
        let attempts = 0;
        const question = () => {
            attempts += 1;
            return attempts < 3 ? Promise.reject(new Error("refused")) : Promise.resolve("ok");
        };
        assert.equal(await retry(question, "It did not answer", patience), "ok");
        assert.equal(attempts, 3);
    });

    it("ends with one sentence that says what was asked and why it failed", async () => {
        const question = () => Promise.reject(new Error("connection refused"));
        await assert.rejects(
            retry(question, "The API at https://1.2.3.4 did not become ready", patience),
            (error) => {
                assert.ok(error instanceof pulumi.RunError);
                assert.equal(
                    error.message,
                    "The API at https://1.2.3.4 did not become ready within 0.05 s (last: connection refused).",
                );
                return true;
            },
        );
    });

    it("finds nodes that are missing, not ready, or without a word about it", () => {
        const item = (name: string, status?: string) => ({
            metadata: { name },
            status: status === undefined ? {} : { conditions: [{ type: "Ready", status }] },
        });
        const answer = JSON.stringify({
            items: [item("a", "True"), item("b", "False"), item("c")],
        });
        assert.deepEqual(unreadyNodes(answer, ["a", "b", "c", "d"]), ["b", "c", "d"]);
        assert.deepEqual(unreadyNodes(answer, ["a"]), []);
    });
});
