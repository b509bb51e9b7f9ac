import assert from "node:assert/strict";
import { cephCluster, monitorCount } from "../../../components/storage/ceph-cluster-spec";
import { poolSpec } from "../../../components/storage/ceph-pools";
import { cephQuota } from "../../../components/storage/ceph-resources";
import { storageClasses } from "../../../components/storage/storage-classes";
import type { Recorder, Registration } from "../../fixtures/recorder";
import { settingsWith } from "../network/record";
import { register, settingsOf } from "./systems";

const CUSTOM = "kubernetes:ceph.rook.io/v1:";

function storageOf(settings: ReturnType<typeof settingsWith>): Record<string, unknown> {
    const { storage } = cephCluster(settings, "rook-ceph").spec as { storage: object };
    return storage as Record<string, unknown>;
}

describe("the Ceph cluster", () => {
    it("takes exactly the disks of the settings, each by its serial number", () => {
        const { useAllNodes, useAllDevices, nodes } = storageOf(settingsOf("prod"));
        assert.equal(useAllNodes, false);
        assert.equal(useAllDevices, false);
        assert.deepEqual(
            (nodes as { name: string }[]).map(({ name }) => name),
            ["worker-1", "worker-2", "worker-3", "worker-4"],
        );
        assert.deepEqual((nodes as { devices: object[] }[])[0]?.devices, [
            { name: "/dev/disk/by-id/scsi-0QEMU_QEMU_HARDDISK_ceph-1" },
        ]);
    });

    it("takes every disk but the first where the settings know no nodes", () => {
        const cluster = { source: "existing", name: "home", kubeconfig: "~/.kube/config" };
        const storage = storageOf(settingsWith({ cluster, nodes: [] }));
        assert.equal(storage.useAllNodes, true);
        assert.equal(storage.useAllDevices, false);
        assert.equal(storage.deviceFilter, "^sd[b-z]$");
    });

    it("encrypts disks and connections", () => {
        const { spec } = cephCluster(settingsOf("prod"), "rook-ceph");
        const { network } = spec as { network: { connections: object } };
        assert.deepEqual(network.connections, {
            encryption: { enabled: true },
            compression: { enabled: false },
            requireMsgr2: true,
        });
        assert.deepEqual(storageOf(settingsOf("prod")).config, { encryptedDevice: "true" });
    });

    it("has an odd number of monitors in every profile", () => {
        const counts = ["dev", "staging", "prod"].map((profile) =>
            monitorCount(settingsOf(profile)),
        );
        assert.deepEqual(counts, [1, 3, 3]);
    });

    it("keeps three copies on different nodes, of which two must be written", () => {
        assert.deepEqual(poolSpec(settingsOf("prod")), {
            failureDomain: "host",
            replicated: { size: 3, requireSafeReplicaSize: true },
            parameters: { min_size: "2" },
        });
    });

    it("accepts a single copy only when the settings ask for it", () => {
        const { replicated, parameters } = poolSpec(settingsOf("dev"));
        assert.deepEqual(replicated, { size: 1, requireSafeReplicaSize: false });
        assert.deepEqual(parameters, { min_size: "1" });
    });

    it("gives its namespace a quota that grows with the disks", () => {
        assert.equal(cephQuota(settingsOf("prod"))["requests.memory"], "48Gi");
        const cluster = { source: "existing", name: "home", kubeconfig: "~/.kube/config" };
        assert.deepEqual(cephQuota(settingsWith({ cluster, nodes: [] })), {});
    });
});

describe("the StorageClasses", () => {
    it("keep volumes in prod, delete them elsewhere, and obey the settings", () => {
        const policy = (settings: ReturnType<typeof settingsWith>) =>
            storageClasses(settings, "rook-ceph").block.reclaimPolicy;
        assert.equal(policy(settingsOf("prod")), "Retain");
        assert.equal(policy(settingsOf("staging")), "Delete");
        const storage = { reclaimPolicy: "Delete" };
        assert.equal(policy(settingsWith({ storage })), "Delete");
    });

    it("have one default and grow", () => {
        const { block, filesystem, bucket } = storageClasses(settingsOf("prod"), "rook-ceph");
        const isDefault = [block, filesystem, bucket].map(
            ({ metadata }) => metadata.annotations?.["storageclass.kubernetes.io/is-default-class"],
        );
        assert.deepEqual(isDefault, ["true", "false", "false"]);
        assert.equal(block.allowVolumeExpansion, true);
        assert.equal(filesystem.allowVolumeExpansion, true);
    });

    it("name the provisioners of the drivers that the chart installs", () => {
        const { block, filesystem, bucket } = storageClasses(settingsOf("prod"), "rook-ceph");
        assert.equal(block.provisioner, "rook-ceph.rbd.csi.ceph.com");
        assert.equal(filesystem.provisioner, "rook-ceph.cephfs.csi.ceph.com");
        assert.equal(bucket.provisioner, "rook-ceph.ceph.rook.io/bucket");
    });
});

describe("the Ceph system", () => {
    const ceph = (recorder: Recorder): Registration[] =>
        recorder.registrations.filter(({ type }) => type.startsWith(CUSTOM));
    let prod: Recorder;
    const dependencies = (type: string, name: string) =>
        prod.one(type, `ceph:${name}`).dependencies.join(" ");
    before(async () => {
        prod = await register(settingsOf("prod"));
    });

    it("protects in prod whatever holds data", () => {
        const unprotected = ceph(prod).filter(({ protect }) => !protect);
        assert.equal(ceph(prod).length, 6);
        assert.deepEqual(unprotected, []);
    });

    it("protects nothing in dev", async () => {
        const dev = await register(settingsOf("dev"));
        assert.deepEqual(
            ceph(dev).filter(({ protect }) => protect),
            [],
        );
    });

    it("waits for the operator and the drivers", function () {
        if (!prod.all("platform:base:Chart").every(({ inputs }) => inputs.rendered === true)) {
            this.skip();
        }
        const cluster = dependencies(`${CUSTOM}CephCluster`, "CephCluster/rook-ceph/rook-ceph");
        assert.match(cluster, /Deployment\/rook-ceph\/rook-ceph-operator/);
        assert.match(cluster, /Driver\/rook-ceph\/rook-ceph\.rbd\.csi\.ceph\.com/);
    });

    it("makes pools after the cluster and StorageClasses after their pools", () => {
        const pool = dependencies(
            `${CUSTOM}CephBlockPool`,
            "CephBlockPool/rook-ceph/ceph-blockpool",
        );
        assert.match(pool, /CephCluster\/rook-ceph/);
        const storageClass = dependencies(
            "kubernetes:storage.k8s.io/v1:StorageClass",
            "StorageClass/ceph-block",
        );
        assert.match(storageClass, /CephBlockPool\/rook-ceph\/ceph-blockpool/);
    });

    it("opens the object store only to the namespaces that use it", () => {
        const policy = prod.one(
            "kubernetes:networking.k8s.io/v1:NetworkPolicy",
            "rook-ceph:NetworkPolicy/rook-ceph/allow-buckets-of-velero",
        );
        assert.deepEqual((policy.inputs.spec as { podSelector: object }).podSelector, {
            matchLabels: { app: "rook-ceph-rgw" },
        });
    });

    it("runs the toolbox only when the settings ask for it", async () => {
        const names = (recorder: Recorder) =>
            recorder
                .all("kubernetes:apps/v1:Deployment")
                .map(({ name }) => name)
                .filter((name) => name.includes("rook-ceph-tools"));
        assert.deepEqual(names(prod), []);
        const systems = { rookCeph: { toolbox: true } };
        assert.equal(names(await register(settingsOf("prod", { systems }))).length, 1);
    });
});
