import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { retry, waitForApi } from "../../components/cluster/kubernetes-api";

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
});

describe("waiting for the Kubernetes API", () => {
    const virtual = "https://192.168.68.100:6443";
    const direct = ["https://192.168.68.101:6443", "https://192.168.68.102:6443"];
    /** Answers under these URLs only. */
    const answering = (...urls: string[]) => {
        const asked: string[] = [];
        const ask = (url: string) => {
            asked.push(url);
            return urls.some((known) => url.startsWith(known))
                ? Promise.resolve(url.endsWith("/version") ? '{"gitVersion":"v1.35.4"}' : "ok")
                : Promise.reject(new Error("refused"));
        };
        return { asked, ask };
    };

    it("ends when the virtual address answers, whoever else is down", async () => {
        const { ask, asked } = answering(virtual);
        assert.equal(await waitForApi(virtual, direct, {}, patience, ask), "1.35.4");
        assert.ok(asked.every((url) => url.startsWith(virtual)));
    });

    it("says which control planes do answer when the virtual address does not", async () => {
        const { ask } = answering(direct[1] ?? "");
        await assert.rejects(
            waitForApi(virtual, direct, {}, patience, ask),
            /at https:\/\/192\.168\.68\.100:6443 did not become ready.* It does answer at https:\/\/192\.168\.68\.102:6443: the address of cluster\.virtualIp/,
        );
    });

    it("says only that when nobody answers", async () => {
        const { ask } = answering();
        await assert.rejects(
            waitForApi(virtual, direct, {}, patience, ask),
            /did not become ready within 0\.05 s \(last: refused\)\.$/,
        );
    });
});
