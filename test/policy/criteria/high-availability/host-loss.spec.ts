import * as assert from "node:assert/strict";
import {
    deployment,
    type Inputs,
    judge,
    object,
    platform,
    podLabels,
    resource,
    type Resource,
    system,
    UNKNOWN,
} from "../../harness";
import { soundSite } from "../../sound-parts";

const nodes = soundSite.nodes as Inputs[];
const ZONE = "topology.kubernetes.io/zone";

/** Six workers, two on each of three hosts, and a control plane on each. */
function site(changes: Inputs = {}): Resource {
    const worker = (number: number) => ({
        ...nodes.at(-1),
        name: `worker-${number}`,
        host: `pve${((number - 1) % 3) + 1}`,
    });
    return platform({
        ...soundSite,
        nodes: [
            ...nodes.filter(({ role }) => role === "controlPlane"),
            ...[1, 2, 3, 4, 5, 6].map(worker),
        ],
        ...changes,
    });
}
const withHosts = (host: (name: string) => unknown) =>
    site({
        nodes: (site().inputs.nodes as Inputs[]).map((node) => ({
            ...node,
            host: host(String(node.name)) ?? node.host,
        })),
    });

function custom(apiVersion: string, kind: string, spec: Inputs, name = "a"): Resource {
    return object({ apiVersion, kind, metadata: { name, namespace: "b" }, spec });
}

const constraint = (matchLabels: Inputs, changes: Inputs = {}) => ({
    topologySpreadConstraints: [
        {
            maxSkew: 1,
            topologyKey: ZONE,
            whenUnsatisfiable: "DoNotSchedule",
            labelSelector: { matchLabels },
            ...changes,
        },
    ],
});

const messages = async (...resources: Resource[]) => (await judge(resources)).of("HA-16");
const verdict = async (...resources: Resource[]) =>
    (await judge(resources)).verdict("HA-16").verdict;

describe("HA-16", () => {
    describe("etcd", () => {
        it("is met by control planes on three hosts", async () => {
            assert.deepEqual(await messages(site()), []);
        });

        it("is violated by two of three on one host", async () => {
            const stack = withHosts((name) => (name === "control-2" ? "pve1" : undefined));
            assert.deepEqual(await messages(stack), [
                "Platform/platform: with Proxmox host pve1 gone etcd has 1 of 3 members, and needs 2; put the control planes on three hosts.",
            ]);
        });

        it("believes the virtual machine more than the list", async () => {
            const machine = (nodeName: unknown) =>
                resource(
                    "proxmoxve:index/vmLegacy:VmLegacy",
                    "control-2",
                    { nodeName },
                    { parent: system.urn, protect: true },
                );
            assert.equal((await messages(site(), machine("pve1"))).length, 1);
            assert.equal(await verdict(site(), machine(UNKNOWN)), "not judged");
        });

        it("says once that a site has one host", async () => {
            assert.deepEqual(
                await messages(
                    withHosts(() => "pve1"),
                    custom("postgresql.cnpg.io/v1", "Cluster", { instances: 3 }),
                ),
                [
                    "Platform/platform: all nodes are on Proxmox host pve1, and with it everything is gone; put them on three hosts.",
                ],
            );
        });

        it("says once that a site has two", async () => {
            const two = withHosts((name) => (/[135]$/.test(name) ? "pve1" : "pve2"));
            assert.deepEqual(await messages(two), [
                "Platform/platform: all nodes are on the Proxmox hosts pve1 and pve2, and with one of them gone there is no majority; put them on three hosts.",
            ]);
        });

        it("is not judged where nodes are unknown, and leaves other people's clusters alone", async () => {
            assert.equal(await verdict(site({ nodes: UNKNOWN })), "not judged");
            assert.equal(await verdict(site({ source: "existing" })), "not applicable");
        });
    });

    describe("pools of Ceph", () => {
        const cluster = (...names: string[]) =>
            custom("ceph.rook.io/v1", "CephCluster", {
                storage: { nodes: names.map((name) => ({ name })) },
                mon: { count: 3 },
                placement: { mon: constraint({ app: "rook-ceph-mon" }) },
            });
        const six = [1, 2, 3, 4, 5, 6].map((number) => `worker-${number}`);
        const pool = (spec: Inputs) => custom("ceph.rook.io/v1", "CephBlockPool", spec);
        const three = { replicated: { size: 3 } };
        const ofPools = async (spec: Inputs, names = six, ground = site()) =>
            (await messages(ground, cluster(...names), pool(spec))).filter((message) =>
                message.startsWith("CephBlockPool"),
            );

        const sound: readonly [string, Inputs][] = [
            ["three copies on three hosts", { failureDomain: "zone", ...three }],
            [
                "two of four copies are enough",
                { failureDomain: "zone", replicated: { size: 4 }, parameters: { min_size: "2" } },
            ],
            [
                "two pieces with one coding, the least being two",
                {
                    failureDomain: "zone",
                    erasureCoded: { dataChunks: 2, codingChunks: 1 },
                },
            ],
        ];
        for (const [what, spec] of sound) {
            it(`is met where ${what}`, async () => {
                assert.deepEqual(await ofPools(spec), []);
            });
        }

        it("is met by nodes as domains where each is on a host of its own", async () => {
            const names = ["worker-1", "worker-2", "worker-3"];
            assert.deepEqual(await ofPools({ failureDomain: "host", ...three }, names), []);
        });

        const broken: readonly [string, Inputs, RegExp][] = [
            ["nodes are the domains", { failureDomain: "host", ...three }, /1 of 3 copies/],
            ["no domain is said", three, /failure domain is host/],
            ["disks are the domains", { failureDomain: "osd", ...three }, /1 of 3 copies/],
            ["no node has the label", { failureDomain: "rack", ...three }, /0 of 3 copies/],
            [
                "all copies are needed",
                { failureDomain: "zone", ...three, parameters: { min_size: "3" } },
                /2 of 3 copies, and Ceph stops below 3/,
            ],
            ["there is one copy", { failureDomain: "zone", replicated: { size: 1 } }, /0 of 1/],
            [
                "a piece too many is on a host",
                { failureDomain: "host", erasureCoded: { dataChunks: 2, codingChunks: 1 } },
                /1 of 3 copies/,
            ],
        ];
        for (const [what, spec, message] of broken) {
            it(`is violated where ${what}`, async () => {
                const [found, ...more] = await ofPools(spec);
                assert.match(found ?? "", message);
                assert.deepEqual(more, []);
            });
        }

        it("is violated by copies of three zones on disks of two", async () => {
            const names = ["worker-1", "worker-2", "worker-4", "worker-5"];
            assert.equal((await ofPools({ failureDomain: "zone", ...three }, names)).length, 1);
        });

        it("judges every pool of file systems and object stores", async () => {
            const data = { failureDomain: "host", ...three };
            const found = await messages(
                site(),
                cluster(...six),
                custom("ceph.rook.io/v1", "CephFilesystem", {
                    metadataPool: data,
                    dataPools: [{ ...data, failureDomain: "zone" }, data],
                }),
            );
            assert.deepEqual(
                found.map((message) => /data of (\S+)/.exec(message)?.[1]),
                ["spec.metadataPool", "spec.dataPools[1]"],
            );
        });

        it("is not judged where a pool or its nodes are unknown", async () => {
            const hidden = pool({ ...three, failureDomain: UNKNOWN });
            assert.equal(await verdict(site(), cluster(...six), hidden), "not judged");
            const nowhere = custom("ceph.rook.io/v1", "CephCluster", {
                storage: { nodes: UNKNOWN },
                mon: { count: 3 },
            });
            assert.equal(await verdict(site(), nowhere, pool(three)), "not judged");
        });
    });

    describe("quorums", () => {
        const postgres = (spec: Inputs) => custom("postgresql.cnpg.io/v1", "Cluster", spec);
        const instances = { "cnpg.io/cluster": "a", "cnpg.io/podRole": "instance" };

        it("is met by members that a constraint keeps on different hosts", async () => {
            const database = postgres({ instances: 3, ...constraint(instances) });
            assert.deepEqual(await messages(site(), database), []);
        });

        it("is met by anti-affinity on the host", async () => {
            const affinity = { podAntiAffinityType: "required", topologyKey: ZONE };
            assert.deepEqual(await messages(site(), postgres({ instances: 3, affinity })), []);
        });

        const loose: Readonly<Record<string, Inputs>> = {
            "that are on different nodes alone": {
                affinity: { podAntiAffinityType: "required" },
            },
            "that would rather be on different hosts": {
                affinity: { podAntiAffinityType: "preferred", topologyKey: ZONE },
            },
            "whose constraint is a wish": constraint(instances, {
                whenUnsatisfiable: "ScheduleAnyway",
            }),
            "whose constraint selects nobody": constraint({ app: "other" }),
            "whose constraint allows a skew of two": constraint(instances, { maxSkew: 2 }),
        };
        for (const [what, spec] of Object.entries(loose)) {
            it(`is violated by members ${what}`, async () => {
                const [found] = await messages(site(), postgres({ instances: 3, ...spec }));
                assert.match(found ?? "", /1 of 3 instances may be left|0 of 3 instances/);
            });
        }

        it("is violated by three members on two hosts whatever keeps them apart", async () => {
            const two = withHosts((name) => (/worker-[36]/.test(name) ? "pve1" : undefined));
            const [found] = await messages(
                two,
                postgres({ instances: 3, ...constraint(instances) }),
            );
            assert.match(found ?? "", /1 of 3 instances may be left/);
        });

        it("is violated by two members", async () => {
            const [found] = await messages(
                site(),
                postgres({ instances: 2, ...constraint(instances) }),
            );
            assert.match(found ?? "", /a majority is 2; run at least 3, on three hosts/);
        });

        const others: readonly [string, string, (pod: Inputs) => Inputs, Inputs][] = [
            [
                "redis.redis.opstreelabs.in/v1beta2",
                "RedisSentinel",
                (pod) => ({ clusterSize: 3, ...pod }),
                {},
            ],
            ["monitoring.coreos.com/v1", "Alertmanager", (pod) => ({ replicas: 3, ...pod }), {}],
            [
                "ceph.rook.io/v1",
                "CephCluster",
                (pod) => ({ mon: { count: 3 }, placement: { mon: pod } }),
                { app: "rook-ceph-mon" },
            ],
            [
                "elasticsearch.k8s.elastic.co/v1",
                "Elasticsearch",
                (pod) => ({ nodeSets: [{ name: "m", count: 3, podTemplate: { spec: pod } }] }),
                {},
            ],
        ];
        for (const [apiVersion, kind, spec, labels] of others) {
            it(`judges the members of ${kind}`, async () => {
                const own = async (pod: Inputs) =>
                    (await messages(site(), custom(apiVersion, kind, spec(pod)))).filter(
                        (message) => message.startsWith(kind),
                    );
                assert.equal((await own({})).length, 1);
                const [term] = constraint(labels).topologySpreadConstraints;
                const all = {
                    ...term,
                    labelSelector:
                        Object.keys(labels).length > 0
                            ? term?.labelSelector
                            : { matchExpressions: [{ key: "absent", operator: "DoesNotExist" }] },
                };
                assert.deepEqual(await own({ topologySpreadConstraints: [all] }), []);
            });
        }
    });

    describe("critical workloads", () => {
        const critical = site({ criticalWorkloads: ["Deployment/apps/web"] });
        const onNodes = deployment({ spec: { replicas: 2 } });
        const onHosts = deployment({ spec: { replicas: 2 }, pod: constraint(podLabels) });

        it("is met by replicas that are kept on different hosts", async () => {
            assert.deepEqual(await messages(critical, onHosts), []);
        });

        it("is violated by replicas that may all be on one host", async () => {
            const [found] = await messages(critical, onNodes);
            assert.match(
                found ?? "",
                /^Deployment\/apps\/web: with Proxmox host pve1 gone none of its 2 replicas may be left/,
            );
        });

        it("is met by more replicas than a host has nodes", async () => {
            assert.deepEqual(await messages(critical, deployment({ spec: { replicas: 3 } })), []);
        });

        it("is violated by a selector that leaves one host", async () => {
            const pinned = deployment({
                spec: { replicas: 3 },
                pod: { ...constraint(podLabels), nodeSelector: { [ZONE]: "pve2" } },
            });
            assert.match((await messages(critical, pinned))[0] ?? "", /Proxmox host pve2/);
        });

        it("asks nothing of workloads that nobody called critical", async () => {
            assert.deepEqual(await messages(site(), onNodes), []);
        });

        it("is not judged where replicas or constraints are unknown", async () => {
            const unknowns = [
                deployment({ spec: { replicas: UNKNOWN } }),
                deployment({ pod: { topologySpreadConstraints: UNKNOWN } }),
            ];
            for (const hidden of unknowns) {
                assert.equal(await verdict(critical, hidden), "not judged");
            }
        });
    });
});
