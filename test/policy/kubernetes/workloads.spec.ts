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

    it("runs one replica where none is named", () => {
        const { replicas } = find("apps", "Deployment", { spec: { template } });
        assert.deepEqual(replicas, { state: "known", value: 1 });
    });

    it("keeps an unknown number of replicas unknown", () => {
        const deployment = find("apps", "Deployment", { spec: { replicas: UNKNOWN, template } });
        assert.deepEqual(deployment.replicas, { state: "unknown" });
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
