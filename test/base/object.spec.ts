import * as assert from "node:assert/strict";
import { KubernetesObject, typeToken } from "../../components/base/object";
import { Recorder, settled } from "../fixtures/recorder";

describe("kubernetes object", () => {
    it("has the type token of the Kubernetes provider", () => {
        const token = (apiVersion: string, kind: string) => typeToken({ apiVersion, kind });
        assert.equal(token("v1", "Service"), "kubernetes:core/v1:Service");
        assert.equal(token("apps/v1", "Deployment"), "kubernetes:apps/v1:Deployment");
        assert.equal(token("cert-manager.io/v1", "Issuer"), "kubernetes:cert-manager.io/v1:Issuer");
    });

    it("drops the empty maps and lists that the API server drops, so that updates settle", async () => {
        const recorder = await Recorder.install();
        new KubernetesObject(
            "role",
            {
                apiVersion: "rbac.authorization.k8s.io/v1",
                kind: "ClusterRole",
                metadata: {
                    name: "role",
                    annotations: JSON.parse("null") as undefined,
                    labels: {},
                },
                rules: [],
            },
            {},
        );
        await settled();
        assert.deepEqual(recorder.registrations[0]?.inputs, {
            apiVersion: "rbac.authorization.k8s.io/v1",
            kind: "ClusterRole",
            metadata: { name: "role" },
        });
    });
});
