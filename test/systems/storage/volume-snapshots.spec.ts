import assert from "node:assert/strict";
import { volumeSnapshots as definition } from "../../../components/storage/volume-snapshots";
import { needsCharts, type RecordedStack, stack } from "../../fixtures/stack";
import { alone } from "../variants";
import { workloads } from "../workloads";

describe("VolumeSnapshots", () => {
    let prod: RecordedStack;
    before(async () => {
        prod = await stack("prod");
    });

    it("runs two controllers of the pinned release, of which one leads", function () {
        const own = prod.component("volume-snapshots");
        needsCharts(this, own);
        const [workload] = workloads(own);
        const container = workload?.template.spec.containers[0];
        assert.equal(
            (container as { image?: string } | undefined)?.image,
            definition.images.controller.reference,
        );
        const { version } = definition.charts.volumeSnapshots;
        assert.ok(definition.images.controller.reference.endsWith(`:${version}`));
        assert.match(JSON.stringify(container), /"--leader-election=true"/);
        const { spec } = own.object("Deployment/snapshot-controller/snapshot-controller");
        assert.equal((spec as { replicas: number }).replicas, 2);
    });

    it("names its own namespace wherever upstream's manifests name kube-system", function () {
        const own = prod.component("volume-snapshots");
        needsCharts(this, own);
        assert.doesNotMatch(JSON.stringify(own.ofKind("ClusterRoleBinding")), /kube-system/);
        assert.doesNotMatch(JSON.stringify(own.ofKind("RoleBinding")), /kube-system/);
    });

    it("comes before the drivers, whose sidecars crash without its kinds", function () {
        const own = prod.component("volume-snapshots");
        needsCharts(this, own);
        needsCharts(this, prod.component("rook-ceph"));
        const crd = "CustomResourceDefinition/volumesnapshots.snapshot.storage.k8s.io";
        assert.ok(own.object(crd));
        const [driver] = prod
            .component("rook-ceph")
            .ofKind("Driver")
            .map(({ metadata }) => `Driver/rook-ceph/${metadata.name}`);
        assert.ok(driver);
        assert.ok(
            prod.resource(driver).dependencies.some((urn) => urn.includes("snapshot-controller")),
            "a driver does not wait for the snapshot controller",
        );
    });

    it("has one class for each driver of Ceph, which Velero finds by its label", function () {
        needsCharts(this, prod.component("ceph"));
        const classes = prod.ofKind("VolumeSnapshotClass");
        assert.deepEqual(
            classes.map((object) => [object.metadata.name, object.driver]),
            [
                ["ceph-block", "rook-ceph.rbd.csi.ceph.com"],
                ["ceph-filesystem", "rook-ceph.cephfs.csi.ceph.com"],
            ],
        );
        for (const { metadata } of classes) {
            assert.equal(metadata.labels?.["velero.io/csi-volumesnapshot-class"], "true");
        }
    });

    it("runs alone, and leaves no class where there is no Ceph", async function () {
        const recorded = await alone(definition);
        needsCharts(this, recorded);
        assert.deepEqual(recorded.ofKind("VolumeSnapshotClass"), []);
    });
});
