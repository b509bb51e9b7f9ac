import * as assert from "node:assert/strict";
import { specialSecretSig, specialSigKey, unknownValue } from "@pulumi/pulumi/runtime/rpc";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { urnOf } from "../../preview/recorder";
import { labelOf } from "../../preview/scorecard/judged";
import { toMarkedJson } from "../../preview/values";

describe("the recorder's URN", () => {
    const stack = urnOf("prod", "platform", "pulumi:pulumi:Stack", "platform-prod", "");
    const outer = urnOf("prod", "platform", "platform:base:Platform", "platform", stack);
    const inner = urnOf("prod", "platform", "platform:apps:N8n", "n8n", outer);

    it("has no parent's type below the stack", () => {
        assert.equal(stack, "urn:pulumi:prod::platform::pulumi:pulumi:Stack::platform-prod");
        assert.equal(outer, "urn:pulumi:prod::platform::platform:base:Platform::platform");
    });

    it("has the types of all ancestors but the stack", () => {
        assert.equal(
            urnOf("prod", "platform", "kubernetes:core/v1:Secret", "a", inner),
            "urn:pulumi:prod::platform::platform:base:Platform$platform:apps:N8n$kubernetes:core/v1:Secret::a",
        );
    });
});

describe("a resource's label", () => {
    it("is what the policies call it", () => {
        const label = (type: string, name: string) => labelOf({ type, name });
        assert.equal(
            label("kubernetes:apps/v1:Deployment", "n8n:Deployment/n8n/n8n"),
            "Deployment/n8n/n8n",
        );
        assert.equal(label("proxmoxve:index/vmLegacy:VmLegacy", "worker-1"), "VmLegacy/worker-1");
        assert.equal(
            label("kubernetes:core/v1:NamespacePatch", "kube-system:Namespace/kube-system"),
            "Namespace/kube-system",
        );
    });
});

describe("marked JSON", () => {
    it("marks unknown and secret values at any depth, and never carries a secret", () => {
        const secret = { [specialSigKey]: specialSecretSig, value: "hunter2" };
        const struct = Struct.fromJavaScript({
            plain: "text",
            count: 3,
            none: null,
            unknown: unknownValue,
            nested: { list: [unknownValue, secret, { deep: secret }] },
        });
        const marked = toMarkedJson(struct);
        assert.deepEqual(marked, {
            plain: "text",
            count: 3,
            none: null,
            unknown: { $unknown: true },
            nested: { list: [{ $unknown: true }, { $secret: true }, { deep: { $secret: true } }] },
        });
        assert.ok(!JSON.stringify(marked).includes("hunter2"));
    });
});
