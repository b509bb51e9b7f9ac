import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { retentions } from "../../../policy/criteria/compliance/retention";
import { parseDays } from "../../../policy/kubernetes/durations";
import { type Inputs, judge, object, platform, type Resource, UNKNOWN } from "../harness";
import { soundCeph, soundSite } from "../sound-parts";

function custom(apiVersion: string, kind: string, spec: unknown): Resource {
    return object({ apiVersion, kind, metadata: { name: "a", namespace: "b" }, spec });
}

async function messages(id: string, ...resources: Resource[]): Promise<string[]> {
    return (await judge(resources)).of(id);
}

async function verdict(id: string, ...resources: Resource[]): Promise<string> {
    return (await judge(resources)).verdict(id).verdict;
}

describe("HA-09", () => {
    const kinds: readonly [string, string, (count: unknown) => Inputs][] = [
        ["ceph.rook.io/v1", "CephCluster", (count) => ({ mon: { count } })],
        ["postgresql.cnpg.io/v1", "Cluster", (instances) => ({ instances })],
        ["redis.redis.opstreelabs.in/v1beta2", "RedisSentinel", (clusterSize) => ({ clusterSize })],
        [
            "elasticsearch.k8s.elastic.co/v1",
            "Elasticsearch",
            (count) => ({ nodeSets: [{ count }] }),
        ],
        ["monitoring.coreos.com/v1", "Alertmanager", (replicas) => ({ replicas })],
    ];
    for (const [apiVersion, kind, spec] of kinds) {
        it(`judges the members of ${kind}`, async () => {
            const of = (count: unknown) => custom(apiVersion, kind, spec(count));
            assert.deepEqual(await messages("HA-09", of(3)), []);
            for (const count of [1, 2, 4]) {
                assert.equal((await messages("HA-09", of(count))).length, 1, String(count));
            }
            assert.equal(await verdict("HA-09", of(UNKNOWN)), "not judged");
        });
    }

    it("names what it counted", async () => {
        const [apiVersion, kind, spec] = kinds[0] ?? assert.fail();
        assert.deepEqual(await messages("HA-09", custom(apiVersion, kind, spec(2))), [
            "CephCluster/b/a: the number of monitors is 2; use an odd number from 3 on.",
        ]);
    });

    it("takes what the operator takes where no number is said", async () => {
        assert.deepEqual(await messages("HA-09", custom("ceph.rook.io/v1", "CephCluster", {})), []);
        const cluster = custom("postgresql.cnpg.io/v1", "Cluster", {});
        assert.equal((await messages("HA-09", cluster)).length, 1);
    });

    it("adds up the controllers of all pools of a Kafka", async () => {
        const kafka = custom("kafka.strimzi.io/v1", "Kafka", { kafka: {} });
        const pool = (name: string, replicas: number, role: string) =>
            object({
                apiVersion: "kafka.strimzi.io/v1",
                kind: "KafkaNodePool",
                metadata: { name, namespace: "b", labels: { "strimzi.io/cluster": "a" } },
                spec: { replicas, roles: [role] },
            });
        const [one, two] = [pool("one", 1, "controller"), pool("two", 2, "controller")];
        assert.deepEqual(await messages("HA-09", kafka, one, two), []);
        assert.deepEqual(await messages("HA-09", kafka, two), [
            "KafkaNodePool/b/two: the number of controllers is 2; use an odd number from 3 on.",
        ]);
        assert.equal(await verdict("HA-09", kafka, pool("x", 2, "broker")), "not applicable");
        assert.equal(await verdict("HA-09", one), "not judged");
    });

    it("counts only Elasticsearch nodes that may be masters", async () => {
        const nodeSets = [
            { count: 3, config: { "node.roles": ["master"] } },
            { count: 2, config: { "node.roles": ["data"] } },
        ];
        const elasticsearch = custom("elasticsearch.k8s.elastic.co/v1", "Elasticsearch", {
            nodeSets,
        });
        assert.deepEqual(await messages("HA-09", elasticsearch), []);
    });
});

describe("HA-10", () => {
    const pool = { failureDomain: "host", replicated: { size: 3 } };
    const blocks = (spec: unknown) => custom("ceph.rook.io/v1", "CephBlockPool", spec);
    const site = platform(soundSite);

    it("is met by three copies on three hosts", async () => {
        const stack = [
            ...soundCeph(),
            blocks(pool),
            custom("ceph.rook.io/v1", "CephFilesystem", { metadataPool: pool, dataPools: [pool] }),
            custom("ceph.rook.io/v1", "CephObjectStore", { metadataPool: pool, dataPool: pool }),
        ];
        const result = await judge(stack);
        assert.deepEqual(result.of("HA-10"), []);
        assert.equal(result.verdict("HA-10").subjects, 4);
    });

    for (const [change, message] of [
        [{ replicated: { size: 2 } }, "replicated.size of spec is 2; keep 3 copies"],
        [{ replicated: {} }, "replicated.size of spec is absent; keep 3 copies"],
        [
            { parameters: { min_size: "1" } },
            'parameters.min_size of spec is "1"; accept writes only with 2 copies',
        ],
        [{ failureDomain: "osd" }, 'failureDomain of spec is "osd"; set it to host'],
        [
            { replicated: { size: 3, requireSafeReplicaSize: false } },
            "replicated.requireSafeReplicaSize of spec is false; set it to true",
        ],
        [
            { erasureCoded: { codingChunks: 1 } },
            "erasureCoded.codingChunks of spec is 1; use at least 2",
        ],
    ] as const) {
        it(`is violated by a pool with ${JSON.stringify(change)}`, async () => {
            assert.deepEqual(await messages("HA-10", blocks({ ...pool, ...change })), [
                `CephBlockPool/b/a: ${message}.`,
            ]);
        });
    }

    it("is met by erasure coding that survives two nodes", async () => {
        assert.deepEqual(
            await messages("HA-10", blocks({ erasureCoded: { codingChunks: 2 } })),
            [],
        );
    });

    it("judges the pools of file systems and object stores, absent ones too", async () => {
        const bad = { ...pool, failureDomain: "osd" };
        assert.deepEqual(
            await messages(
                "HA-10",
                custom("ceph.rook.io/v1", "CephFilesystem", { dataPools: [pool, bad] }),
            ),
            [
                "CephFilesystem/b/a: spec.metadataPool is absent; describe the pool.",
                'CephFilesystem/b/a: failureDomain of spec.dataPools[1] is "osd"; set it to host.',
            ],
        );
    });

    for (const [change, message] of [
        [
            { mon: { count: 3, allowMultiplePerNode: true } },
            "mon.allowMultiplePerNode is true; set it to false",
        ],
        [
            { cephConfig: { global: { bluestore_csum_type: "none" } } },
            'cephConfig.global.bluestore_csum_type is "none"; set it to crc32c',
        ],
        [
            { storage: { nodes: [{ name: "worker-1" }, { name: "worker-1" }] } },
            "1 hosts have OSDs; give disks to at least 3",
        ],
    ] as const) {
        it(`is violated by a cluster with ${JSON.stringify(change)}`, async () => {
            assert.deepEqual(await messages("HA-10", ...soundCeph(change)), [
                `CephCluster/apps/ceph: ${message}.`,
            ]);
        });
    }

    it("counts the workers where every node gives its disks", async () => {
        const everywhere = soundCeph({ storage: { useAllNodes: true } });
        assert.deepEqual(await messages("HA-10", site, ...everywhere), []);
        assert.equal(await verdict("HA-10", ...everywhere), "not judged");
    });

    it("is not judged where a pool or the nodes are unknown", async () => {
        for (const stack of [
            [blocks(UNKNOWN)],
            [blocks({ ...pool, replicated: UNKNOWN })],
            [
                custom("ceph.rook.io/v1", "CephFilesystem", {
                    metadataPool: pool,
                    dataPools: [UNKNOWN],
                }),
            ],
            soundCeph({ storage: { nodes: UNKNOWN } }),
            soundCeph({ storage: { nodes: [UNKNOWN] } }),
        ]) {
            assert.equal(await verdict("HA-10", ...stack), "not judged");
        }
    });
});

describe("DR-10", () => {
    const storageClass = (rest: Inputs) =>
        object({
            apiVersion: "storage.k8s.io/v1",
            kind: "StorageClass",
            metadata: { name: "block" },
            ...rest,
        });
    const sound = { reclaimPolicy: "Retain", allowVolumeExpansion: true };

    it("is met by a class that keeps volumes and lets them grow", async () => {
        assert.deepEqual(await messages("DR-10", platform(), storageClass(sound)), []);
    });

    it("is violated by each of the two, absent too", async () => {
        for (const change of [
            { reclaimPolicy: "Delete" },
            { reclaimPolicy: undefined },
            { allowVolumeExpansion: false },
            { allowVolumeExpansion: undefined },
        ]) {
            const found = await messages(
                "DR-10",
                platform(),
                storageClass({ ...sound, ...change }),
            );
            assert.equal(found.length, 1, JSON.stringify(change));
        }
    });

    it("asks no growth of buckets", async () => {
        const bucket = storageClass({
            reclaimPolicy: "Retain",
            provisioner: "rook-ceph.ceph.rook.io/bucket",
        });
        assert.deepEqual(await messages("DR-10", platform(), bucket), []);
    });

    describe("on a class for copies", () => {
        const copies = (rest: Inputs = {}) =>
            storageClass({
                metadata: {
                    name: "scratch",
                    annotations: { "platform/copies-only": "thrown away", ...rest },
                },
                reclaimPolicy: "Delete",
                allowVolumeExpansion: true,
            });
        const claim = (storageClassName: string) =>
            custom("v1", "PersistentVolumeClaim", { storageClassName });

        it("is met by one that nothing with state claims", async () => {
            const stack = [platform(), copies(), storageClass(sound), claim("block")];
            assert.deepEqual(await messages("DR-10", ...stack), []);
            assert.deepEqual(await messages("IAC-05", ...stack), []);
        });

        it("is violated by state on it", async () => {
            assert.deepEqual(await messages("DR-10", platform(), copies(), claim("scratch")), [
                "StorageClass/scratch: it says that it is for copies (platform/copies-only), and PersistentVolumeClaim/b/a keeps its state there; give that a class with reclaimPolicy Retain.",
            ]);
        });

        it("is violated by one that everybody gets, and not judged where that is unknown", async () => {
            const byDefault = (answer: unknown) =>
                copies({ "storageclass.kubernetes.io/is-default-class": answer });
            assert.equal((await messages("DR-10", platform(), byDefault("true"))).length, 1);
            assert.deepEqual(await messages("DR-10", platform(), byDefault("false")), []);
            assert.equal(await verdict("DR-10", platform(), byDefault(UNKNOWN)), "not judged");
        });

        it("believes no annotation that only the update knows", async () => {
            const unsure = copies({ "platform/copies-only": UNKNOWN });
            assert.equal((await messages("DR-10", platform(), unsure)).length, 1);
        });
    });

    it("is not applicable before prod, and not judged where profile or values are unknown", async () => {
        assert.equal(
            await verdict("DR-10", platform({ profile: "dev" }), storageClass({})),
            "not applicable",
        );
        assert.equal(await verdict("DR-10", storageClass(sound)), "not judged");
        const unknown = storageClass({ ...sound, reclaimPolicy: UNKNOWN });
        assert.equal(await verdict("DR-10", platform(), unknown), "not judged");
    });
});

describe("CMP-05", () => {
    const prometheus = (retention: unknown) =>
        custom("monitoring.coreos.com/v1", "Prometheus", { retention });

    it("is met by the documented retention in any unit", async () => {
        for (const value of ["30d", "720h", "720h0m0s"]) {
            assert.deepEqual(await messages("CMP-05", prometheus(value)), [], value);
        }
    });

    it("is violated by another one or none", async () => {
        assert.deepEqual(await messages("CMP-05", prometheus("15d")), [
            'Prometheus/b/a: spec.retention is "15d"; keep 30 days, as docs/retention.md says.',
        ]);
        assert.equal((await messages("CMP-05", prometheus(undefined))).length, 1);
    });

    it("asks nothing of a database without backups", async () => {
        const database = (spec: Inputs) => custom("postgresql.cnpg.io/v1", "Cluster", spec);
        assert.equal(await verdict("CMP-05", database({})), "not applicable");
        assert.equal(await verdict("CMP-05", database({ backup: {} })), "violated");
    });

    it("is not judged where the retention is unknown", async () => {
        assert.equal(await verdict("CMP-05", prometheus(UNKNOWN)), "not judged");
    });

    it("reads durations, and nothing else, as days", () => {
        assert.equal(parseDays("1w"), 7);
        assert.equal(parseDays(30), 30);
        for (const value of ["", "30", "30 d", "month", undefined]) {
            assert.equal(parseDays(value), undefined);
        }
    });

    it("has the table of docs/retention.md", () => {
        const file = path.join(__dirname, "..", "..", "..", "docs", "retention.md");
        const rows = fs
            .readFileSync(file, "utf8")
            .split("\n")
            .filter((line) => /^\| .*`/.test(line))
            .map((line) =>
                line
                    .split("|")
                    .map((cell) => cell.trim())
                    .slice(1, -1),
            );
        assert.deepEqual(
            rows,
            retentions.map((row) => [
                row.what,
                `\`${row.kind}\` \`${row.path}\``,
                row.days.join(", "),
            ]),
        );
    });
});

describe("HA-10, settings of Ceph by other roads", () => {
    const found = async (...resources: Resource[]) =>
        (await judge([platform(soundSite), ...resources])).of("HA-10");
    const override = (config: unknown) =>
        object({
            apiVersion: "v1",
            kind: "ConfigMap",
            metadata: { name: "rook-config-override", namespace: "apps" },
            data: { config },
        });
    const pool = (spec: Inputs) =>
        object(
            {
                apiVersion: "ceph.rook.io/v1",
                kind: "CephBlockPool",
                metadata: { name: "p", namespace: "apps" },
                spec: { failureDomain: "host", replicated: { size: 3 }, ...spec },
            },
            { protect: true },
        );

    for (const [title, resources, message] of [
        [
            "one OSD without checksums",
            soundCeph({ cephConfig: { "osd.3": { bluestore_csum_type: "none" } } }),
            /cephConfig\.osd\.3\.bluestore_csum_type is "none"; set it to crc32c/,
        ],
        [
            "all OSDs of a pattern",
            soundCeph({ cephConfig: { "osd.*": { "bluestore csum type": "none" } } }),
            /bluestore csum type is "none"/,
        ],
        [
            "two copies by default",
            soundCeph({ cephConfig: { global: { osd_pool_default_size: "2" } } }),
            /osd_pool_default_size is "2"; keep 3 copies/,
        ],
        [
            "writes to one copy by default, in a file",
            [...soundCeph(), override("[global]\nosd pool default min size = 1 # for now\n")],
            /osd_pool_default_min_size of \[global\] is "1"; accept writes only with 2 copies/,
        ],
        [
            "copies on disks of one host, in a file",
            [...soundCeph(), override("osd_crush_chooseleaf_type = 0")],
            /osd_crush_chooseleaf_type of \[global\] is "0"/,
        ],
        [
            "single copies allowed",
            [...soundCeph(), override("[mon]\nmon-allow-pool-size-one=true")],
            /mon_allow_pool_size_one of \[mon\] is "true"/,
        ],
        ["two copies by a parameter", [pool({ parameters: { size: "2" } })], /parameters\.size/],
        [
            "two copies on one host",
            [pool({ replicated: { size: 4, replicasPerFailureDomain: 2 } })],
            /replicasPerFailureDomain of spec is 2/,
        ],
        [
            "writes to as many chunks as there are data",
            [
                pool({
                    replicated: undefined,
                    erasureCoded: { dataChunks: 4, codingChunks: 2 },
                    parameters: { min_size: "4" },
                }),
            ],
            /parameters\.min_size of spec is "4"/,
        ],
        [
            "a size that nobody checks",
            [pool({ replicated: { size: 3, requireSafeReplicaSize: false } })],
            /requireSafeReplicaSize of spec is false/,
        ],
    ] as const) {
        it(`is violated by ${title}`, async () => {
            const messages = await found(...resources);
            assert.equal(messages.length, 1, messages.join("\n"));
            assert.match(messages[0] ?? "", message);
        });
    }

    it("is met by settings that lose nothing", async () => {
        const config = [
            "# osd_pool_default_size = 1",
            "[global]",
            "osd_pool_default_size = 3",
            "osd_pool_default_min_size = 0",
            "mon_allow_pool_delete = true",
            "[osd]",
            "bluestore_csum_type = xxhash64",
        ].join("\n");
        const erasure = pool({
            replicated: undefined,
            erasureCoded: { dataChunks: 4, codingChunks: 2 },
            parameters: { min_size: "5" },
        });
        assert.deepEqual(await found(...soundCeph(), override(config), erasure), []);
    });

    it("is not judged where they are unknown", async () => {
        for (const resources of [
            [...soundCeph(), override(UNKNOWN)],
            soundCeph({ cephConfig: UNKNOWN }),
            soundCeph({ cephConfig: { osd: UNKNOWN } }),
            soundCeph({ cephConfig: { global: { osd_pool_default_size: UNKNOWN } } }),
        ]) {
            const result = await judge([platform(soundSite), ...resources]);
            assert.equal(result.verdict("HA-10").verdict, "not judged");
        }
    });
});
