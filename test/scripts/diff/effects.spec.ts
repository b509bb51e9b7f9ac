import * as assert from "node:assert/strict";
import type { Effect } from "../../../scripts/diff/effects";
import { changesOf, made, object, type Recorded } from "./plans";

const VM = "proxmoxve:index/vmLegacy:VmLegacy";

function effects(before: readonly Recorded[], after: readonly Recorded[]): readonly Effect[] {
    return changesOf(before, after).effects;
}

/** Effects as `verb the noun name (cost)`. */
function told(before: readonly Recorded[], after: readonly Recorded[]): string[] {
    return effects(before, after).map(
        ({ verb, noun, name, cost }) => `${verb} the ${noun} ${name} (${cost})`,
    );
}

function changed(apiVersion: string, kind: string, before: object, after: object): string[] {
    return told(
        [object("app", apiVersion, kind, "x", before)],
        [object("app", apiVersion, kind, "x", after)],
    ).map((text) => text.split(" ")[0] ?? "");
}

const machine = (fields: object, options: Partial<Recorded> = {}) =>
    made("machines", VM, "worker-1", { vmId: 1, nodeName: "pve-1", ...fields }, options);

const database = (name: string, options: Partial<Recorded> = {}) =>
    object(
        "app",
        "postgresql.cnpg.io/v1",
        "Cluster",
        name,
        { spec: { instances: 3, storage: { size: "10Gi" } } },
        options,
    );

describe("what an update makes anew", () => {
    const fields: readonly (readonly [string, string, object, object])[] = [
        ["apps/v1", "StatefulSet", { spec: { serviceName: "a" } }, { spec: { serviceName: "b" } }],
        [
            "apps/v1",
            "StatefulSet",
            { spec: { volumeClaimTemplates: [{ metadata: { name: "d" }, spec: { a: 1 } }] } },
            { spec: { volumeClaimTemplates: [{ metadata: { name: "d" }, spec: { a: 2 } }] } },
        ],
        [
            "apps/v1",
            "Deployment",
            { spec: { selector: { matchLabels: { app: "a" } } } },
            { spec: { selector: { matchLabels: { app: "b" } } } },
        ],
        ["v1", "Service", { spec: { clusterIP: "10.0.0.1" } }, { spec: { clusterIP: "None" } }],
        ["batch/v1", "Job", { spec: { template: { a: 1 } } }, { spec: { template: { a: 2 } } }],
        [
            "v1",
            "PersistentVolumeClaim",
            { spec: { storageClassName: "a" } },
            { spec: { storageClassName: "b" } },
        ],
        ["storage.k8s.io/v1", "StorageClass", { provisioner: "a" }, { provisioner: "b" }],
        ["v1", "ConfigMap", { data: { key: "a" } }, { data: { key: "b" } }],
        [
            "rbac.authorization.k8s.io/v1",
            "RoleBinding",
            { roleRef: { name: "a" } },
            { roleRef: { name: "b" } },
        ],
    ];
    for (const [apiVersion, kind, before, after] of fields) {
        it(`is a ${kind} whose ${JSON.stringify(before)} changes`, () => {
            assert.deepEqual(changed(apiVersion, kind, before, after), ["recreates"]);
        });
    }

    it("is nothing that can be changed in place", () => {
        const inPlace: readonly (readonly [string, string, object, object])[] = [
            ["apps/v1", "StatefulSet", { spec: { replicas: 1 } }, { spec: { replicas: 2 } }],
            ["apps/v1", "Deployment", { spec: { template: 1 } }, { spec: { template: 2 } }],
            ["v1", "Service", { spec: { clusterIPs: 1 } }, { spec: { clusterIPs: 2 } }],
            ["v1", "ConfigMap", { immutable: false }, {}],
            [
                "v1",
                "PersistentVolumeClaim",
                { spec: { resources: { requests: { storage: "1Gi" } } } },
                { spec: { resources: { requests: { storage: "2Gi" } } } },
            ],
        ];
        for (const [apiVersion, kind, before, after] of inPlace) {
            assert.ok(!changed(apiVersion, kind, before, after).includes("recreates"), kind);
        }
    });

    it("is a machine that moves to another host or gets another number, with its disks", () => {
        const disks = [{ interface: "scsi0", size: 10 }];
        for (const fields of [{ nodeName: "pve-2" }, { vmId: 2 }]) {
            const [effect] = effects([machine({ disks })], [machine({ disks, ...fields })]);
            assert.equal(effect?.verb, "recreates");
            assert.equal(effect.cost, "data");
            assert.deepEqual(effect.notes, ["its 1 disk and all data on them go with it"]);
        }
    });

    it("is no machine that may migrate, or gets more memory", () => {
        const migrate = { migrate: true };
        assert.deepEqual(
            told([machine(migrate)], [machine({ ...migrate, nodeName: "pve-2" })]),
            [],
        );
        assert.deepEqual(
            told([machine({ memory: { dedicated: 1 } })], [machine({ memory: { dedicated: 2 } })]),
            [],
        );
    });

    it("follows replaceOnChanges, ignoreChanges and replaceWith", () => {
        const anew = { replaceOnChanges: ["spec.mode"] };
        const custom = (mode: string, options: Partial<Recorded>) =>
            object("app", "example.org/v1", "Thing", "x", { spec: { mode } }, options);
        assert.deepEqual(told([custom("a", anew)], [custom("b", anew)]), [
            "recreates the Thing app/x (service)",
        ]);
        const ignored = { ...anew, ignoreChanges: ["spec.mode"] };
        assert.deepEqual(told([custom("a", ignored)], [custom("b", ignored)]), []);
        const configuration = made(
            "machines",
            "talos:machine/configurationApply:X",
            "worker-1",
            {},
            {
                replaceWith: [machine({}).urn],
            },
        );
        const along = effects([machine({}), configuration], [machine({ vmId: 2 }), configuration]);
        assert.equal(along[1]?.with, "machine machines:worker-1");
    });

    it("is everything in the cluster with another clusterIdentifier", () => {
        const provider = (clusterIdentifier: string) =>
            made("cluster", "pulumi:providers:kubernetes", "prod", { clusterIdentifier });
        assert.equal(effects([provider("a")], [provider("b")])[0]?.cost, "data");
    });

    it("is a resource whose name is made of its content", () => {
        const job = (name: string) => object("app", "batch/v1", "Job", name);
        assert.deepEqual(told([job("certs-8773531917")], [job("certs-1e3a6c01fb")]), [
            "recreates the Job app/certs-8773531917 (nothing)",
        ]);
    });
});

describe("what an update deletes", () => {
    it("is a database with its volumes, unless Pulumi only forgets it", () => {
        const [gone] = effects([database("n8n-db")], []);
        assert.equal(gone?.noun, "database");
        assert.equal(gone.cost, "data");
        assert.deepEqual(gone.notes, ["its 3 volumes (30 GiB) and their data go with it"]);
        const kept = { retainOnDelete: true, protect: true };
        const [forgotten] = effects([database("n8n-db", kept)], []);
        assert.equal(forgotten?.cost, "service");
        assert.equal(forgotten.notes.length, 2);
    });

    it("is a volume with its data, but for a class that retains them", () => {
        const claim = object("app", "v1", "PersistentVolumeClaim", "data", {
            spec: { storageClassName: "kept" },
        });
        const kept = object("app", "storage.k8s.io/v1", "StorageClass", "kept", {
            metadata: { name: "kept" },
            reclaimPolicy: "Retain",
        });
        assert.deepEqual(effects([claim], [])[0]?.notes, ["its data go with it"]);
        assert.deepEqual(effects([claim, kept], [kept])[0]?.notes, [
            "its data stay on a volume that nobody uses any more",
        ]);
    });

    it("comes in the order of what it costs", () => {
        assert.deepEqual(
            told(
                [
                    object("app", "v1", "ConfigMap", "settings"),
                    object("app", "v1", "Service", "web"),
                    object("app", "v1", "Namespace", "app"),
                ],
                [],
            ).map((text) => text.split(" ")[2]),
            ["namespace", "Service", "ConfigMap"],
        );
    });

    it("is the same object where only its parent or API version has changed", () => {
        const deployment = (below: string, apiVersion: string): Recorded => ({
            ...object(below, apiVersion, "Deployment", "x"),
            inputs: { apiVersion, kind: "Deployment", metadata: { name: "x", namespace: "n" } },
        });
        for (const [below, version] of [
            ["two", "apps/v1"],
            ["one", "apps/v1beta1"],
        ] as const) {
            assert.deepEqual(
                effects([deployment("one", "apps/v1")], [deployment(below, version)]).map(
                    ({ verb }) => verb,
                ),
                ["moves"],
            );
        }
    });
});

describe("what an update cannot do", () => {
    const refused: readonly (readonly [string, string, object, object])[] = [
        ["storage.k8s.io/v1", "StorageClass", { reclaimPolicy: "A" }, { reclaimPolicy: "B" }],
        ["scheduling.k8s.io/v1", "PriorityClass", { value: 1 }, { value: 2 }],
        [
            "v1",
            "PersistentVolumeClaim",
            { spec: { resources: { requests: { storage: "2Gi" } } } },
            { spec: { resources: { requests: { storage: "1Gi" } } } },
        ],
        [
            "postgresql.cnpg.io/v1",
            "Cluster",
            { spec: { storage: { size: "20Gi" } } },
            { spec: { storage: { size: "9Gi" } } },
        ],
    ];
    for (const [apiVersion, kind, before, after] of refused) {
        it(`is to change a ${kind} from ${JSON.stringify(before)}`, () => {
            assert.ok(changed(apiVersion, kind, before, after).includes("cannot"));
        });
    }

    it("is to shrink the disk of a machine, and not to grow it", () => {
        const disk = (size: number) => machine({ disks: [{ interface: "scsi0", size }] });
        assert.equal(effects([disk(20)], [disk(10)])[0]?.verb, "cannot change");
        assert.deepEqual(effects([disk(10)], [disk(20)]), []);
    });
});
