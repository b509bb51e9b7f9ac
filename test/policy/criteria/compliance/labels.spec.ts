import * as assert from "node:assert/strict";
import { judge, object, resource, standardLabels, system, UNKNOWN } from "../../harness";

describe("CMP-04", () => {
    const configMap = (labels: unknown, options = {}) =>
        object(
            {
                apiVersion: "v1",
                kind: "ConfigMap",
                metadata: { name: "a", namespace: "b", labels },
            },
            options,
        );

    it("is met by an object with the five labels", async () => {
        assert.deepEqual((await judge([configMap(standardLabels)])).of("CMP-04"), []);
    });

    it("is violated by each absent or empty label", async () => {
        const labels = { ...standardLabels, "app.kubernetes.io/part-of": undefined };
        assert.deepEqual((await judge([configMap(labels)])).of("CMP-04"), [
            "ConfigMap/b/a: label app.kubernetes.io/part-of is absent; set it.",
        ]);
        const empty = { ...standardLabels, "app.kubernetes.io/name": "" };
        assert.deepEqual((await judge([configMap(empty)])).of("CMP-04"), [
            'ConfigMap/b/a: label app.kubernetes.io/name is ""; set it.',
        ]);
        assert.equal((await judge([configMap(undefined)])).of("CMP-04").length, 5);
    });

    it("is not judged where labels are unknown", async () => {
        for (const labels of [UNKNOWN, { ...standardLabels, "app.kubernetes.io/name": UNKNOWN }]) {
            const result = await judge([configMap(labels)]);
            assert.equal(result.verdict("CMP-04").verdict, "not judged");
        }
    });

    it("leaves patches and what is no Kubernetes object alone", async () => {
        const result = await judge([
            configMap({}, { patch: true }),
            resource("talos:machine/secrets:Secrets", "talos", {}, { parent: system.urn }),
        ]);
        assert.equal(result.verdict("CMP-04").verdict, "not applicable");
    });

    it("judges an object whose kind only its type tells", async () => {
        const later = { ...configMap({}), inputs: { apiVersion: UNKNOWN, kind: UNKNOWN } };
        assert.equal((await judge([later])).of("CMP-04").length, 5);
    });
});
