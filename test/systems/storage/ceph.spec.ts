import assert from "node:assert/strict";
import { cephCluster, monitorCount } from "../../../components/storage/ceph-cluster-spec";
import { poolSpec } from "../../../components/storage/ceph-pools";
import { cephQuota } from "../../../components/storage/ceph-resources";
import { rookCeph } from "../../../components/storage/rook-ceph";
import { storageClasses } from "../../../components/storage/storage-classes";
import type { Site } from "../../../components/site";
import type { Profile } from "../../../components/site-schema";
import { sampleSite } from "../../fixtures/settings";
import { needsCharts, type RecordedStack, stack, stackSettings } from "../../fixtures/stack";
import { alone, existing } from "../variants";

const CUSTOM = "kubernetes:ceph.rook.io/v1:";

/** The site in a profile; a single copy in dev, as its stack has it. */
const siteIn = (profile: Profile): Site => stackSettings({ profile }).site;

function storageOf(site: Site): Record<string, unknown> {
    const { storage } = cephCluster(site, "rook-ceph").spec as { storage: object };
    return storage as Record<string, unknown>;
}

describe("the Ceph cluster", () => {
    it("takes exactly the disks of the settings, each by the interface it hangs on", () => {
        const { useAllNodes, useAllDevices, nodes } = storageOf(siteIn("prod"));
        assert.equal(useAllNodes, false);
        assert.equal(useAllDevices, false);
        assert.deepEqual(
            (nodes as { name: string }[]).map(({ name }) => name),
            ["worker-1", "worker-2", "worker-3", "worker-4"],
        );
        assert.deepEqual((nodes as { devices: object[] }[])[0]?.devices, [
            { name: "/dev/disk/by-id/scsi-0QEMU_QEMU_HARDDISK_drive-scsi1" },
        ]);
    });

    it("takes every disk but the first where the settings know no nodes", () => {
        const storage = storageOf(sampleSite(existing));
        assert.equal(storage.useAllNodes, true);
        assert.equal(storage.useAllDevices, false);
        assert.equal(storage.deviceFilter, "^sd[b-z]$");
    });

    it("encrypts disks and connections", () => {
        const { spec } = cephCluster(siteIn("prod"), "rook-ceph");
        const { network } = spec as { network: { connections: object } };
        assert.deepEqual(network.connections, {
            encryption: { enabled: true },
            compression: { enabled: false },
            requireMsgr2: true,
        });
        assert.deepEqual(storageOf(siteIn("prod")).config, { encryptedDevice: "true" });
    });

    it("has an odd number of monitors in every profile", () => {
        const counts = (["dev", "staging", "prod"] as const).map((profile) =>
            monitorCount(siteIn(profile)),
        );
        assert.deepEqual(counts, [1, 3, 3]);
    });

    it("keeps three copies on different Proxmox hosts, of which two must be written", () => {
        assert.deepEqual(poolSpec(siteIn("prod")), {
            failureDomain: "zone",
            enableCrushUpdates: true,
            replicated: { size: 3, requireSafeReplicaSize: true },
            parameters: { min_size: "2" },
        });
    });

    it("accepts a single copy only when the settings ask for it", () => {
        const { replicated, parameters } = poolSpec(siteIn("dev"));
        assert.deepEqual(replicated, { size: 1, requireSafeReplicaSize: false });
        assert.deepEqual(parameters, { min_size: "1" });
    });

    it("gives its namespace a quota that grows with the disks", () => {
        assert.equal(cephQuota(siteIn("prod"))["requests.memory"], "48Gi");
        assert.deepEqual(cephQuota(sampleSite(existing)), {});
    });
});

describe("the StorageClasses", () => {
    it("keep volumes in prod, delete them elsewhere, and obey the settings", () => {
        const policy = (site: Site) => storageClasses(site, "rook-ceph").block.reclaimPolicy;
        assert.equal(policy(siteIn("prod")), "Retain");
        assert.equal(policy(siteIn("staging")), "Delete");
        const storage = { reclaimPolicy: "Delete" };
        assert.equal(policy(sampleSite({ storage })), "Delete");
    });

    it("have one default and grow", () => {
        const { block, filesystem, bucket } = storageClasses(siteIn("prod"), "rook-ceph");
        const isDefault = [block, filesystem, bucket].map(
            ({ metadata }) => metadata.annotations?.["storageclass.kubernetes.io/is-default-class"],
        );
        assert.deepEqual(isDefault, ["true", "false", "false"]);
        assert.equal(block.allowVolumeExpansion, true);
        assert.equal(filesystem.allowVolumeExpansion, true);
    });

    it("name the provisioners of the drivers that the chart installs", () => {
        const { block, filesystem, bucket } = storageClasses(siteIn("prod"), "rook-ceph");
        assert.equal(block.provisioner, "rook-ceph.rbd.csi.ceph.com");
        assert.equal(filesystem.provisioner, "rook-ceph.cephfs.csi.ceph.com");
        assert.equal(bucket.provisioner, "rook-ceph.ceph.rook.io/bucket");
    });
});

describe("the Ceph system", () => {
    let ceph: RecordedStack;
    before(async () => {
        ceph = (await stack("prod")).component("ceph");
    });
    const dataOf = (part: RecordedStack) =>
        part.resources.filter(({ type }) => type.startsWith(CUSTOM));
    const needsOf = (key: string) => ceph.resource(key).dependencies.join(" ");

    it("protects in prod whatever holds data, and nothing in dev", async () => {
        assert.equal(dataOf(ceph).length, 6);
        assert.ok(dataOf(ceph).every(({ protect }) => protect));
        const dev = (await stack("dev")).component("ceph");
        assert.equal(dataOf(dev).length, 6);
        assert.ok(dataOf(dev).every(({ protect }) => !protect));
    });

    it("waits for the operator and the drivers", async function () {
        needsCharts(this, (await stack("prod")).component("rook-ceph"));
        const needs = needsOf("CephCluster/rook-ceph/rook-ceph");
        assert.match(needs, /Deployment\/rook-ceph\/rook-ceph-operator/);
        assert.match(needs, /Driver\/rook-ceph\/rook-ceph\.rbd\.csi\.ceph\.com/);
    });

    it("makes pools after the cluster and StorageClasses after their pools", () => {
        const pool = "CephBlockPool/rook-ceph/ceph-blockpool";
        assert.match(needsOf(pool), /CephCluster\/rook-ceph/);
        assert.match(needsOf("StorageClass/ceph-block"), new RegExp(pool));
    });

    it("opens the object store to nobody who has not asked", async () => {
        const policies = (await stack("prod"))
            .ofKind("NetworkPolicy")
            .filter(({ metadata }) => metadata.namespace === "rook-ceph")
            .filter((policy) => JSON.stringify(policy.spec).includes("rook-ceph-rgw"));
        const claimed = (await stack("prod"))
            .ofKind("ObjectBucketClaim")
            .map(({ metadata }) => metadata.namespace ?? "");
        const let_in = policies.flatMap(({ spec }) =>
            [...JSON.stringify(spec).matchAll(/"kubernetes\.io\/metadata\.name":"([^"]+)"/g)].map(
                ([, name = ""]) => name,
            ),
        );
        assert.deepEqual([...new Set(let_in)].sort(), [...new Set(claimed)].sort());
    });

    it("runs the toolbox only when the settings ask for it", async () => {
        const names = (part: RecordedStack) =>
            part.ofKind("Deployment").map(({ metadata }) => metadata.name);
        assert.deepEqual(names(ceph), []);
        assert.deepEqual(names((await alone(rookCeph, { toolbox: true })).component("ceph")), [
            "rook-ceph-tools",
        ]);
    });
});
