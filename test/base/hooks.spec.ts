import * as assert from "node:assert/strict";
import { decideHooks } from "../../components/base/hooks";
import type { Manifest } from "../../components/base/object";

function object(name: string, hook?: string): Manifest {
    const annotations: Record<string, string> = hook === undefined ? {} : { "helm.sh/hook": hook };
    return { apiVersion: "batch/v1", kind: "Job", metadata: { name, namespace: "x", annotations } };
}

describe("helm hooks", () => {
    const decision = (name: string, what: "apply" | "drop") => ({
        object: `Job/x/${name}`,
        decision: what,
        reason: "a test",
    });

    it("refuses a hook that nobody decided on", () => {
        assert.throws(
            () => decideHooks("c", [object("init", "pre-install")], []),
            /Chart c: Job\/x\/init \(pre-install\) has no decision/,
        );
    });

    it("refuses a decision about a hook that the chart no longer has", () => {
        assert.throws(
            () => decideHooks("c", [object("plain")], [decision("gone", "drop")]),
            /Job\/x\/gone is decided, but the chart has no such hook/,
        );
    });

    it("applies a hook as an ordinary object, without helm's annotations", () => {
        const [applied] = decideHooks(
            "c",
            [object("init", "pre-install,pre-upgrade")],
            [decision("init", "apply")],
        );
        assert.deepEqual(applied?.metadata.annotations, {});
    });

    it("drops what is decided so, and every test", () => {
        const left = decideHooks(
            "c",
            [object("init", "pre-install"), object("probe", "test"), object("plain")],
            [decision("init", "drop")],
        );
        assert.deepEqual(
            left.map(({ metadata }) => metadata.name),
            ["plain"],
        );
    });
});
