import * as assert from "node:assert/strict";
import type { Operation, PlannedChange } from "../../preview/engine/events";
import { UsageError } from "../../preview/stack-file";
import { changesText, requireNoOldCrds } from "../../scripts/stack/changes";

function change(operation: Operation, name: string, type = "kubernetes:core/v1:ConfigMap") {
    return { operation, type, urn: `urn:pulumi:prod::platform::a$${type}::${name}` };
}

describe("what an update would change", () => {
    it("is counted, and named where something may go", () => {
        const changes = [
            change("create", "new"),
            change("update", "demo:ConfigMap/demo/settings"),
            change("delete", "old"),
        ];
        assert.equal(
            changesText(changes),
            [
                "  + 1 resource created",
                "  ~ 1 resource updated",
                "    ConfigMap demo:ConfigMap/demo/settings",
                "  - 1 resource deleted",
                "    ConfigMap old",
            ].join("\n"),
        );
    });

    it("is nothing without changes, and stays short with many", () => {
        assert.equal(changesText([]), "Nothing changes.");
        const many = Array.from({ length: 500 }, (_, index) => change("replace", `r${index}`));
        const lines = changesText(many).split("\n");
        assert.equal(lines.length, 12);
        assert.equal(lines.at(-1), "    and 490 more");
    });
});

describe("an update of a stack from before CRDs were applied by digest", () => {
    const old = "kubernetes:apiextensions.k8s.io/v1:CustomResourceDefinition";
    const refused = (changes: PlannedChange[]) => {
        try {
            requireNoOldCrds(changes);
            return undefined;
        } catch (error) {
            assert.ok(error instanceof UsageError);
            return error.message;
        }
    };

    it("is refused while it would delete them", () => {
        assert.match(
            refused([change("delete", "demo", old)]) ?? "",
            /^This update would delete 1 CRD .* docs\/upgrades\.md\.$/,
        );
    });

    it("is let through when it deletes anything else, or CRDs of this release", () => {
        const others = [
            change("delete", "demo"),
            change("delete", "demo", "crd:index:CustomResourceDefinition"),
            change("create", "demo", old),
        ];
        assert.equal(refused(others), undefined);
    });
});
