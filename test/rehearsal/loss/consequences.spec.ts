import * as assert from "node:assert/strict";
import type { Capacity } from "../../../policy/engines/scheduling/stack";
import { cephWithout, etcdWithout } from "../../../rehearsal/loss/consequences";
import type { Inputs } from "../../policy/harness";
import { ceph, pool } from "../operators";
import { namespace, stackOf } from "../stacks";

const template = stackOf().capacity.cluster.nodes[0];
/** Three control planes and so many workers with a disk, two of which share a zone. */
function capacityOf(workers: number): Capacity {
    assert.ok(template);
    const node = (name: string, role: "controlPlane" | "worker", zone: string) => ({
        ...template,
        name,
        role,
        labels: { "topology.kubernetes.io/zone": zone },
        storage: role === "worker" ? [1] : [],
    });
    const { capacity } = stackOf();
    return {
        ...capacity,
        cluster: {
            ...capacity.cluster,
            nodes: [
                ...[0, 1, 2].map((index) => node(`ctrl-${index}`, "controlPlane", `z${index}`)),
                ...Array.from({ length: workers }, (_, index) =>
                    node(`worker-${index}`, "worker", `z${index % 3}`),
                ),
            ],
        },
    };
}
const without = (lost: string[], spec: Inputs = {}, workers = 4) =>
    cephWithout(lost, stackOf(namespace, ceph(), pool(spec)).facts, capacityOf(workers));

describe("etcd without some of its members", () => {
    it("goes on with a majority", () => {
        assert.equal(etcdWithout(["ctrl-0", "worker-0"], capacityOf(4)), undefined);
    });

    it("stops the API without one", () => {
        assert.match(
            etcdWithout(["ctrl-0", "ctrl-2"], capacityOf(4)) ?? "",
            /^etcd would keep 1 of 3 members and needs 2: the API stops/,
        );
    });
});

describe("Ceph without some of its nodes", () => {
    it("writes on while every placement group keeps enough copies", () => {
        assert.equal(without(["worker-0"]), undefined);
        assert.equal(without(["ctrl-0", "ctrl-1"]), undefined);
    });

    it("stops where two of three copies may be gone, and names the pools", () => {
        assert.equal(
            without(["worker-0", "worker-1"]),
            "2 of 4 nodes with disks of Ceph are gone: placement groups with too few copies elsewhere stop until they are back (blocks)",
        );
    });

    it("goes by min_size, as the pool or Ceph itself sets it", () => {
        assert.equal(
            without(["worker-0", "worker-1"], { parameters: { min_size: "1" } }),
            undefined,
        );
        assert.match(without(["worker-0"], { parameters: { min_size: "3" } }) ?? "", /^1 of 4/);
        assert.match(without(["worker-0"], { replicated: { size: 1 } }) ?? "", /^1 of 4/);
    });

    it("counts zones where copies are kept apart by zone", () => {
        // Both are in the same zone.
        assert.equal(without(["worker-0", "worker-3"], { failureDomain: "zone" }), undefined);
        assert.match(without(["worker-0", "worker-1"], { failureDomain: "zone" }) ?? "", /^2 of 4/);
    });

    it("has no copies to lose in a stack without Ceph", () => {
        const { facts } = stackOf(namespace, pool());
        assert.equal(cephWithout(["worker-0", "worker-1"], facts, capacityOf(4)), undefined);
    });
});
