import * as assert from "node:assert/strict";
import { readList } from "../../policy/kernel/tree";
import { MIRROR, standInsOf } from "../../rehearsal/stand-ins";
import { cache, ceph, database, sentinels } from "./operators";
import { namespace, stackOf } from "./stacks";

const standIns = standInsOf(
    stackOf(namespace, ceph(), database({ storage: { size: "1Gi" } }), cache(), sentinels())
        .capacity,
).map(({ manifest }) => manifest);
const kindOf = (name: string) => standIns.find(({ metadata }) => metadata.name === name)?.kind;

describe("stand-ins of pods that may lose their node", () => {
    it("are waited for where their controller would wait, and else replaced", () => {
        assert.deepEqual(["db", "cache-sentinel", "rook-ceph-mgr"].map(kindOf), [
            "StatefulSet",
            "StatefulSet",
            "Deployment",
        ]);
    });

    it("stay on their node when they are static, as the kubelet shows them", () => {
        const fixed = standIns.filter(({ kind }) => kind === "Pod");
        assert.equal(fixed.length, 3);
        for (const pod of fixed) {
            assert.ok(MIRROR in (pod.metadata.annotations ?? {}));
            assert.deepEqual(readList(pod, "spec", "tolerations"), [
                { operator: "Exists", effect: "NoExecute" },
            ]);
        }
    });
});
