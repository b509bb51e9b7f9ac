import * as assert from "node:assert/strict";
import { type Inputs, judge, object, resource, UNKNOWN } from "../../harness";
import { definition } from "../../objects";

describe("IAC-03", () => {
    const configMap = (metadata: Inputs, options = {}) =>
        object({ apiVersion: "v1", kind: "ConfigMap", metadata }, options);

    it("is met inside a component and a namespace", async () => {
        const result = await judge([configMap({ name: "a", namespace: "apps" })]);
        assert.deepEqual(result.of("IAC-03"), []);
    });

    it("is violated at the root of the stack", async () => {
        const loose = configMap({ name: "a", namespace: "apps" }, { parent: undefined });
        assert.deepEqual((await judge([loose])).of("IAC-03"), [
            "ConfigMap/apps/a: its parent is the stack itself; register it inside a component.",
        ]);
    });

    it("lets providers and components stand at the root", async () => {
        const result = await judge([
            resource("pulumi:providers:kubernetes", "cluster"),
            resource("platform:apps:N8n", "n8n"),
        ]);
        assert.deepEqual(result.of("IAC-03"), []);
    });

    it("judges other resources than Kubernetes objects too", async () => {
        const password = resource("random:index/randomPassword:RandomPassword", "p");
        assert.equal((await judge([password])).of("IAC-03").length, 1);
    });

    it("is violated by a namespaced object without a namespace", async () => {
        assert.deepEqual((await judge([configMap({ name: "a" })])).of("IAC-03"), [
            "ConfigMap/a: it names no namespace; set metadata.namespace.",
        ]);
    });

    it("is met by a cluster-scoped object without a namespace", async () => {
        const role = object({
            apiVersion: "rbac.authorization.k8s.io/v1",
            kind: "ClusterRole",
            metadata: { name: "reader" },
        });
        assert.deepEqual((await judge([role])).of("IAC-03"), []);
    });

    it("learns the scope of custom resources from their CRDs", async () => {
        const custom = (kind: string) =>
            object({ apiVersion: "example.org/v1", kind, metadata: { name: "x" } });
        const result = await judge([
            definition("Widget", { scope: "Namespaced" }),
            definition("Machine", { scope: "Cluster" }),
            custom("Widget"),
            custom("Machine"),
            custom("Stranger"),
        ]);
        assert.deepEqual(result.of("IAC-03"), [
            "Widget/x: it names no namespace; set metadata.namespace.",
        ]);
        assert.deepEqual(result.notJudged("IAC-03"), [
            "Stranger/x: whether a Stranger needs a namespace, only its CRD says",
        ]);
    });

    it("is not judged while the namespace is unknown", async () => {
        const result = await judge([configMap({ name: "a", namespace: UNKNOWN })]);
        assert.equal(result.verdict("IAC-03").verdict, "not judged");
    });
});
