import * as assert from "node:assert/strict";
import { type Inputs, judge, object, platform, resource, system, UNKNOWN } from "../../harness";

describe("IAC-05", () => {
    const provider = (inputs: Inputs) => resource("pulumi:providers:kubernetes", "k8s", inputs);

    it("is met by a provider with a fixed clusterIdentifier", async () => {
        const result = await judge([platform(), provider({ clusterIdentifier: "prod" })]);
        assert.deepEqual(result.of("IAC-05"), []);
    });

    for (const [title, inputs] of Object.entries({
        "an absent": {},
        "an empty": { clusterIdentifier: "" },
        "an unknown": { clusterIdentifier: UNKNOWN },
    })) {
        it(`is violated by ${title} clusterIdentifier`, async () => {
            const result = await judge([platform({ profile: "dev" }), provider(inputs)]);
            assert.match(
                result.of("IAC-05").join(),
                /^Provider|kubernetes\/k8s: clusterIdentifier/,
            );
            assert.equal(result.of("IAC-05").length, 1);
        });
    }

    const cluster = (apiVersion: string, kind: string, spec?: Inputs) => (protect: boolean) =>
        object({ apiVersion, kind, metadata: { name: "x", namespace: "y" }, spec }, { protect });
    const plain =
        (type: string, inputs: Inputs = {}) =>
        (protect: boolean) =>
            resource(type, "x", inputs, { protect, parent: system.urn });
    const guarded = { protection: true };
    const data = {
        "a machine": plain("proxmoxve:index/vmLegacy:VmLegacy", guarded),
        "a machine of the new kind": plain("proxmoxve:index/vm:Vm", guarded),
        "the Talos secrets": plain("talos:machine/secrets:Secrets"),
        "a CephCluster": cluster("ceph.rook.io/v1", "CephCluster"),
        "a CephBlockPool": cluster("ceph.rook.io/v1", "CephBlockPool"),
        "a CephFilesystem": cluster("ceph.rook.io/v1", "CephFilesystem", {
            preserveFilesystemOnDelete: true,
        }),
        "a CephObjectStore": cluster("ceph.rook.io/v1", "CephObjectStore", {
            preservePoolsOnDelete: true,
        }),
        "a database": cluster("postgresql.cnpg.io/v1", "Cluster"),
    };
    for (const [title, make] of Object.entries(data)) {
        it(`wants ${title} protected in prod only`, async () => {
            const prod = platform();
            assert.match(
                (await judge([prod, make(false)])).of("IAC-05").join(),
                /it is not protected in prod/,
            );
            assert.deepEqual((await judge([prod, make(true)])).of("IAC-05"), []);
            const dev = platform({ profile: "dev" });
            assert.deepEqual((await judge([dev, make(false)])).of("IAC-05"), []);
        });
    }

    for (const [title, fact, message] of [
        [
            "a confirmation that data may go",
            cluster("ceph.rook.io/v1", "CephCluster", {
                cleanupPolicy: { confirmation: "yes-really-destroy-data" },
            }),
            /cleanupPolicy\.confirmation is "yes-really-destroy-data"/,
        ],
        [
            "a cluster that goes with its volumes",
            cluster("ceph.rook.io/v1", "CephCluster", {
                cleanupPolicy: { allowUninstallWithVolumes: true },
            }),
            /allowUninstallWithVolumes is true; set it to false/,
        ],
        [
            "a cluster that wipes the disks of others",
            cluster("ceph.rook.io/v1", "CephCluster", {
                cleanupPolicy: { wipeDevicesFromOtherClusters: true },
            }),
            /wipeDevicesFromOtherClusters is true/,
        ],
        [
            "a file system that goes with its resource",
            cluster("ceph.rook.io/v1", "CephFilesystem", { preserveFilesystemOnDelete: false }),
            /preserveFilesystemOnDelete is false; set it to true/,
        ],
        [
            "an object store that says nothing of its pools",
            cluster("ceph.rook.io/v1", "CephObjectStore", {}),
            /preservePoolsOnDelete is absent; set it to true/,
        ],
        [
            "a machine that Proxmox may remove",
            plain("proxmoxve:index/vmLegacy:VmLegacy", { protection: false }),
            /protection is false; set it to true/,
        ],
    ] as const) {
        it(`is violated in prod by ${title}`, async () => {
            assert.match((await judge([platform(), fact(true)])).of("IAC-05").join(), message);
            const dev = platform({ profile: "dev" });
            assert.deepEqual((await judge([dev, fact(true)])).of("IAC-05"), []);
        });
    }

    it("is met by an empty confirmation, and not judged where it is unknown", async () => {
        const of = (confirmation: unknown) =>
            judge([
                platform(),
                cluster("ceph.rook.io/v1", "CephCluster", { cleanupPolicy: { confirmation } })(
                    true,
                ),
            ]);
        assert.deepEqual((await of("")).of("IAC-05"), []);
        assert.equal((await of(UNKNOWN)).verdict("IAC-05").verdict, "not judged");
    });

    it("is not judged while the profile is unknown or nobody says it", async () => {
        for (const resources of [[platform({ profile: UNKNOWN })], []]) {
            const result = await judge([...resources, data["a machine"](false)]);
            assert.equal(result.verdict("IAC-05").verdict, "not judged");
        }
    });

    it("wants storage classes of prod to retain", async () => {
        const storageClass = (reclaimPolicy?: unknown) =>
            object({
                apiVersion: "storage.k8s.io/v1",
                kind: "StorageClass",
                metadata: { name: "block" },
                reclaimPolicy,
            });
        const verdict = async (reclaimPolicy?: unknown) =>
            (await judge([platform(), storageClass(reclaimPolicy)])).verdict("IAC-05").verdict;
        assert.equal(await verdict("Retain"), "met");
        assert.equal(await verdict("Delete"), "violated");
        assert.equal(await verdict(), "violated");
        assert.equal(await verdict(UNKNOWN), "not judged");
    });
});
