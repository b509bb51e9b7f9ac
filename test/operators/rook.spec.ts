import * as assert from "node:assert/strict";
import type { Tree } from "../../operators/behaviour";
import { around, budgetsOf, custom, partOf, podsOf, roomOf } from "./surroundings";

const ROOK = "ceph.rook.io";
const cluster = (spec: Tree = {}) => custom(ROOK, "CephCluster", "ceph", spec);
const managed = { disruptionManagement: { managePodBudgets: true } };
const pool = custom(ROOK, "CephBlockPool", "blocks", {});

describe("what Rook makes", () => {
    it("is three monitors where no number is said", () => {
        assert.equal(partOf("mon", cluster()).count, 3);
        assert.equal(partOf("mon", cluster({ mon: { count: 0 } })).count, 3);
        assert.equal(partOf("mon", cluster({ mon: { count: 5 } })).count, 5);
    });

    for (const [count, away] of [
        [1, undefined],
        [2, undefined],
        [3, 1],
        [4, 1],
        [5, 2],
        [7, 2],
    ] as const) {
        it(`lets ${away ?? "any number"} of ${count} monitors go`, () => {
            const found = budgetsOf(cluster({ ...managed, mon: { count } })).find(
                ({ name }) => name === "rook-ceph-mon-pdb",
            );
            assert.equal(found?.maxUnavailable, away);
        });
    }

    it("keeps budgets only when it is told to", () => {
        assert.deepEqual(budgetsOf(cluster({ mgr: { count: 2 } }), [pool]), []);
        const names = budgetsOf(cluster({ ...managed, mgr: { count: 2 } }), [pool]).map(
            ({ name }) => name,
        );
        assert.deepEqual(names, ["rook-ceph-mon-pdb", "rook-ceph-mgr-pdb", "rook-ceph-osd"]);
    });

    it("is a daemon for each disk, on the node of the disk", () => {
        const spec = { storage: { nodes: [{ name: "one" }, { name: "two", devices: [{}, {}] }] } };
        const nodes = [
            { name: "one", disks: 1, cores: 8 },
            { name: "two", disks: 5, cores: 8 },
        ];
        const osds = podsOf(cluster(spec), [], nodes).filter(({ part }) => part === "osd");
        assert.deepEqual(
            osds.map(({ node, count, local }) => [node, count, local]),
            [
                ["one", 1, true],
                ["two", 2, true],
            ],
        );
    });

    it("has daemons of disks also where nobody knows the nodes", () => {
        const { count, labels } = partOf("osd", cluster({ storage: { useAllNodes: true } }));
        assert.deepEqual([count, labels.app], [0, "rook-ceph-osd"]);
    });

    it("is nothing for a cluster that runs elsewhere", () => {
        assert.deepEqual(podsOf(cluster({ external: { enable: true } })), []);
    });

    it("doubles metadata servers for standby, and lets one of them go", () => {
        const files = (activeStandby: boolean) =>
            custom(ROOK, "CephFilesystem", "files", {
                metadataServer: { activeCount: 1, activeStandby },
            });
        assert.equal(partOf("mds", files(true)).count, 2);
        assert.equal(partOf("mds", files(false)).count, 1);
        assert.deepEqual(
            budgetsOf(files(true), [cluster(managed)]).map(({ minAvailable }) => minAvailable),
            [1],
        );
        assert.deepEqual(budgetsOf(files(false), [cluster(managed)]), []);
        assert.deepEqual(budgetsOf(files(true), [cluster()]), []);
    });

    it("holds data in clusters, pools, file systems, object stores and buckets", () => {
        for (const kind of ["CephCluster", "CephBlockPool", "CephFilesystem", "CephObjectStore"]) {
            assert.ok(roomOf(custom(ROOK, kind, "a", {})).holdsData, kind);
        }
        assert.ok(roomOf(custom("objectbucket.io", "ObjectBucketClaim", "a", {})).holdsData);
    });

    it("names data pools after their file system unless that keeps their names", () => {
        const files = (preservePoolNames: boolean) =>
            custom(ROOK, "CephFilesystem", "files", {
                preservePoolNames,
                dataPools: [{ name: "fast" }, {}],
            });
        const names = (preserve: boolean) => {
            const resource = files(preserve);
            return roomOf(resource)
                .objects?.(resource, around([]))
                .map(({ name }) => name);
        };
        assert.deepEqual(names(false), ["files-fast", "files-data1"]);
        assert.deepEqual(names(true), ["fast", "files-data1"]);
    });
});

describe("what ceph-csi-operator makes", () => {
    const driver = (spec: Tree) => custom("csi.ceph.io", "Driver", "a.rbd.csi.ceph.com", spec);

    it("takes what a driver does not say from the operator's configuration", () => {
        const config = custom("csi.ceph.io", "OperatorConfig", "config", {
            driverSpecDefaults: { controllerPlugin: { replicas: 3, priorityClassName: "high" } },
        });
        const own = driver({ controllerPlugin: { replicas: 1 } });
        const { count, pod } = partOf("controller plugin", own, [config]);
        assert.deepEqual([count, pod.priorityClassName], [1, "high"]);
    });

    it("runs two controllers and one plugin on each node by default", () => {
        assert.equal(partOf("controller plugin", driver({})).count, 2);
        assert.equal(partOf("node plugin", driver({})).perNode, "DaemonSet");
    });
});
