import assert from "node:assert/strict";
import { stack } from "../../fixtures/stack";

describe("Kyverno", () => {
    it("gives its webhooks an owner, so that they go when it goes", async () => {
        const anchor = (await stack("prod")).object("ClusterRole/kyverno:webhook");
        assert.equal(anchor.metadata.labels?.["app.kubernetes.io/component"], "kyverno");
        assert.equal(anchor.rules, undefined, "it grants nothing");
    });
});
