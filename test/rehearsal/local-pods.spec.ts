import * as assert from "node:assert/strict";
import type { LiveObject } from "../../kubernetes-client/kubernetes";
import { localPods } from "../../rehearsal/local-pods";
import { ceph } from "./operators";
import { live, pod } from "./objects";
import { namespace, stackOf } from "./stacks";

const storage = { nodes: [{ name: "worker-1", devices: [{ name: "sdb" }] }] };
const isLocal = localPods(stackOf(namespace, ceph({ storage })));
const of = (kind: string, name: string): LiveObject =>
    live("Pod", `${name}-x`, {
        metadata: { ownerReferences: [{ kind, name, controller: true }] },
    });

describe("pods that belong to their node", () => {
    it("are those of DaemonSets, static ones, and those of its disks", () => {
        assert.equal(isLocal(of("DaemonSet", "agent")), true);
        assert.equal(isLocal(live("Pod", "kube-apiserver-ctrl-0")), true);
        assert.equal(isLocal(pod("rook-ceph-osd-5d4f-x", { owner: "rook-ceph-osd" })), true);
    });

    it("are no others, not even of the same operator", () => {
        assert.equal(isLocal(pod("rook-ceph-mgr-5d4f-x", { owner: "rook-ceph-mgr" })), false);
        assert.equal(isLocal(of("StatefulSet", "db")), false);
    });
});
