import * as assert from "node:assert/strict";
import { findWorkload, type Workload } from "../../../policy/kubernetes/workloads";
import { type Inputs, UNKNOWN } from "../harness";

const podSpec = {
    containers: [{ name: "web", image: "web:1.0" }],
    initContainers: [
        { name: "prepare", image: "prepare:1.0" },
        { name: "proxy", image: "proxy:1.0", restartPolicy: "Always" },
    ],
    ephemeralContainers: [{ name: "debug", image: "debug:1.0" }],
    volumes: [
        { name: "model", image: { reference: "model:1.0" } },
        { name: "tmp", emptyDir: {} },
    ],
};
const template = { metadata: { labels: { app: "web" } }, spec: podSpec };

function find(group: string, kind: string, inputs: Inputs): Workload {
    const workload = findWorkload(group, kind, inputs);
    assert.ok(workload, `${group}/${kind} is no workload`);
    return workload;
}

interface Shape {
    group: string;
    kind: string;
    inputs: Inputs;
    longRunning: boolean;
    perNode?: boolean;
    replicas: number;
}

const TEMPLATED: readonly Shape[] = [
    { group: "", kind: "Pod", inputs: template, longRunning: true, replicas: 1 },
    {
        group: "",
        kind: "ReplicationController",
        inputs: { spec: { replicas: 4, template } },
        longRunning: true,
        replicas: 4,
    },
    ...["Deployment", "StatefulSet", "ReplicaSet"].map((kind) => ({
        group: "apps",
        kind,
        inputs: { spec: { replicas: 3, template } },
        longRunning: true,
        replicas: 3,
    })),
    {
        group: "apps",
        kind: "DaemonSet",
        inputs: { spec: { template } },
        longRunning: true,
        perNode: true,
        replicas: 1,
    },
    {
        group: "batch",
        kind: "Job",
        inputs: { spec: { template } },
        longRunning: false,
        replicas: 1,
    },
    {
        group: "batch",
        kind: "CronJob",
        inputs: { spec: { jobTemplate: { spec: { template } } } },
        longRunning: false,
        replicas: 1,
    },
    {
        group: "argoproj.io",
        kind: "Rollout",
        inputs: { spec: { replicas: 2, template } },
        longRunning: true,
        replicas: 2,
    },
];

const resources = { requests: { cpu: "1", memory: "1Gi" } };

interface OperatedShape {
    title: string;
    group: string;
    kind: string;
    spec: Inputs;
    replicas: number;
    keeps: number | undefined;
    spread: boolean;
    parts: readonly string[];
    images: readonly string[];
}

const OPERATED: readonly OperatedShape[] = [
    {
        title: "a CloudNativePG cluster has budget and anti-affinity unless told otherwise",
        group: "postgresql.cnpg.io",
        kind: "Cluster",
        spec: { instances: 3, imageName: "postgresql:18.1", resources },
        replicas: 3,
        keeps: 2,
        spread: true,
        parts: ["postgres"],
        images: ["postgresql:18.1"],
    },
    {
        title: "a CloudNativePG cluster can be told otherwise",
        group: "postgresql.cnpg.io",
        kind: "Cluster",
        spec: { instances: 3, enablePDB: false, affinity: { enablePodAntiAffinity: false } },
        replicas: 3,
        keeps: undefined,
        spread: false,
        parts: ["postgres"],
        images: [],
    },
    ...["RedisReplication", "RedisSentinel"].flatMap((kind) => [
        {
            title: `a ${kind} keeps a quorum when its budget names no number`,
            group: "redis.redis.opstreelabs.in",
            kind,
            spec: {
                clusterSize: 3,
                kubernetesConfig: { image: "redis:v8.0", resources },
                pdb: { enabled: true },
                topologySpreadConstraints: [{ topologyKey: "kubernetes.io/hostname" }],
            },
            replicas: 3,
            keeps: 2,
            spread: true,
            parts: ["redis"],
            images: ["redis:v8.0"],
        },
        {
            title: `a ${kind} has no budget and no spreading by default`,
            group: "redis.redis.opstreelabs.in",
            kind,
            spec: { clusterSize: 2 },
            replicas: 2,
            keeps: undefined,
            spread: false,
            parts: ["redis"],
            images: [],
        },
        {
            title: `a ${kind} prefers maxUnavailable over minAvailable`,
            group: "redis.redis.opstreelabs.in",
            kind,
            spec: { clusterSize: 5, pdb: { enabled: true, maxUnavailable: 1, minAvailable: 2 } },
            replicas: 5,
            keeps: 4,
            spread: false,
            parts: ["redis"],
            images: [],
        },
    ]),
    {
        title: "a CephCluster counts its monitors",
        group: "ceph.rook.io",
        kind: "CephCluster",
        spec: {
            mon: { count: 3 },
            cephVersion: { image: "ceph:v20.2.4" },
            disruptionManagement: { managePodBudgets: true },
            resources: { mon: resources },
        },
        replicas: 3,
        keeps: 2,
        spread: true,
        parts: ["mon", "mgr", "osd", "prepareosd"],
        images: ["ceph:v20.2.4"],
    },
    {
        title: "a CephCluster without managed budgets may crowd its monitors",
        group: "ceph.rook.io",
        kind: "CephCluster",
        spec: { mon: { count: 3, allowMultiplePerNode: true } },
        replicas: 3,
        keeps: undefined,
        spread: false,
        parts: ["mon", "mgr", "osd", "prepareosd"],
        images: [],
    },
    {
        title: "a CephFilesystem with active standby runs two daemons per rank",
        group: "ceph.rook.io",
        kind: "CephFilesystem",
        spec: { metadataServer: { activeCount: 1, activeStandby: true, resources } },
        replicas: 2,
        keeps: 1,
        spread: true,
        parts: ["mds"],
        images: [],
    },
    {
        title: "a CephFilesystem without standby runs one",
        group: "ceph.rook.io",
        kind: "CephFilesystem",
        spec: { metadataServer: { activeCount: 1 } },
        replicas: 1,
        keeps: 0,
        spread: true,
        parts: ["mds"],
        images: [],
    },
    {
        title: "a CephObjectStore counts its gateways",
        group: "ceph.rook.io",
        kind: "CephObjectStore",
        spec: { gateway: { instances: 2, resources } },
        replicas: 2,
        keeps: 1,
        spread: true,
        parts: ["rgw"],
        images: [],
    },
];

describe("policy/kubernetes/workloads", () => {
    for (const { group, kind, inputs, longRunning, perNode, replicas } of TEMPLATED) {
        it(`finds the pods of a ${kind}`, () => {
            const workload = find(group, kind, inputs);
            assert.equal(workload.longRunning, longRunning);
            assert.equal(workload.perNode, perNode ?? false);
            assert.deepEqual(workload.replicas, { state: "known", value: replicas });
            assert.deepEqual(workload.podLabels, { app: "web" });
            assert.deepEqual(
                workload.containers.map(({ role, name }) => `${role} ${name}`),
                ["main web", "init prepare", "sidecar proxy", "ephemeral debug"],
            );
            assert.deepEqual(
                workload.images.map(({ where, image }) => [
                    where,
                    image.state === "known" && image.value,
                ]),
                [
                    ["container web", "web:1.0"],
                    ["container prepare", "prepare:1.0"],
                    ["container proxy", "proxy:1.0"],
                    ["container debug", "debug:1.0"],
                    ["volume model", "model:1.0"],
                ],
            );
        });
    }

    for (const shape of OPERATED) {
        it(shape.title, () => {
            const inputs = { metadata: { name: "data" }, spec: shape.spec };
            const workload = find(shape.group, shape.kind, inputs);
            assert.deepEqual(workload.replicas, { state: "known", value: shape.replicas });
            assert.deepEqual(
                workload.operated?.keeps,
                shape.keeps === undefined
                    ? { state: "absent" }
                    : { state: "known", value: shape.keeps },
            );
            assert.equal(workload.operated.spread, shape.spread);
            assert.deepEqual(
                workload.operated.parts.map(({ name }) => name),
                shape.parts,
            );
            assert.deepEqual(
                workload.images.flatMap(({ image }) =>
                    image.state === "known" ? [image.value] : [],
                ),
                shape.images,
            );
        });
    }

    it("runs one replica where none is named", () => {
        const { replicas } = find("apps", "Deployment", { spec: { template } });
        assert.deepEqual(replicas, { state: "known", value: 1 });
    });

    it("keeps an unknown number of replicas unknown", () => {
        const deployment = find("apps", "Deployment", { spec: { replicas: UNKNOWN, template } });
        assert.deepEqual(deployment.replicas, { state: "unknown" });
        const cluster = find("postgresql.cnpg.io", "Cluster", { spec: { instances: UNKNOWN } });
        assert.deepEqual(cluster.replicas, { state: "unknown" });
        assert.deepEqual(cluster.operated?.keeps, { state: "unknown" });
    });

    it("names the places whose containers are unknown", () => {
        const places: [Inputs, string[]][] = [
            [{ spec: UNKNOWN }, ["spec.template.spec"]],
            [{ spec: { template: { spec: { containers: UNKNOWN } } } }, ["containers"]],
            [{ spec: { template: { spec: { containers: [UNKNOWN] } } } }, ["containers[0]"]],
        ];
        for (const [inputs, unread] of places) {
            assert.deepEqual(find("apps", "Deployment", inputs).unread, unread);
        }
    });

    it("says when labels of its pods are unknown", () => {
        const inputs = { spec: { template: { metadata: { labels: { app: UNKNOWN } } } } };
        assert.ok(find("apps", "Deployment", inputs).podLabelsUnknown);
        assert.ok(!find("apps", "Deployment", { spec: { template } }).podLabelsUnknown);
    });

    it("leaves everything else alone", () => {
        assert.equal(findWorkload("", "ConfigMap", {}), undefined);
        assert.equal(findWorkload("example.org", "Deployment", { spec: { template } }), undefined);
    });
});
