import assert from "node:assert/strict";
import { needsCharts, type RecordedStack, stack } from "../../fixtures/stack";

interface Container {
    readonly readinessProbe?: object;
    readonly livenessProbe?: object;
    readonly securityContext: { readonly readOnlyRootFilesystem?: boolean };
}

describe("the Rook operator", () => {
    let rook: RecordedStack;
    before(async () => {
        rook = (await stack("prod")).component("rook-ceph");
    });

    it("is probed and writes only where it has a volume", function () {
        needsCharts(this, rook);
        const { spec } = rook.object("Deployment/rook-ceph/rook-ceph-operator");
        const { template } = spec as { template: { spec: { containers: Container[] } } };
        const [container] = template.spec.containers;
        assert.ok(container?.readinessProbe);
        assert.ok(container.livenessProbe);
        assert.equal(container.securityContext.readOnlyRootFilesystem, true);
    });

    it("brings the block and the file driver, twice each, each with a snapshotter", function () {
        needsCharts(this, rook);
        const drivers = rook.ofKind("Driver");
        assert.deepEqual(
            drivers.map(({ metadata }) => metadata.name),
            ["rook-ceph.cephfs.csi.ceph.com", "rook-ceph.rbd.csi.ceph.com"],
        );
        for (const { spec } of drivers) {
            const { snapshotPolicy, controllerPlugin } = spec as {
                snapshotPolicy: string;
                controllerPlugin: { replicas: number };
            };
            assert.equal(snapshotPolicy, "volumeSnapshot");
            assert.equal(controllerPlugin.replicas, 2);
        }
    });
});
