/** Kubeflow Pipelines: what it keeps where, who reaches whom, and what a step may do. */
import { runPods } from "../../../operators/argo-workflows";
import assert from "node:assert/strict";
import * as yaml from "js-yaml";
import { parts, pipelinesPods } from "../../../components/ml/kubeflow-pipelines-names";
import { workflowValues } from "../../../components/ml/kubeflow-workflows";
import { behaviours } from "../../../operators";
import type { Resource } from "../../../operators/behaviour";
import { needsCharts, type RecordedStack, stackWith } from "../../fixtures/stack";
import { changed, faultsOf } from "../../settings/fixture";
import { declaredFlows } from "../flows";
import { workloads } from "../workloads";

const ON = { enabled: true };

interface Rule {
    readonly resources: readonly string[];
    readonly resourceNames?: readonly string[];
    readonly verbs: readonly string[];
}

describe("Kubeflow Pipelines", () => {
    let recorded: RecordedStack;
    before(async () => {
        recorded = (await stackWith({ systems: { kubeflow: ON } })).component("kubeflow");
    });
    const rulesOf = (role: string) =>
        recorded.object(`Role/kubeflow/${role}`).rules as readonly Rule[];
    const text = (key: string) => JSON.stringify(recorded.object(key));

    it("has two pods of what keeps nothing, and one of each that would do the same work twice", () => {
        const replicas = Object.fromEntries(
            parts.map((part) => [
                part,
                (recorded.object(`Deployment/kubeflow/${part}`).spec as { replicas: number })
                    .replicas,
            ]),
        );
        assert.deepEqual(replicas, {
            "ml-pipeline": 1,
            "ml-pipeline-persistenceagent": 1,
            "ml-pipeline-scheduledworkflow": 1,
            "ml-pipeline-ui": 2,
            "metadata-grpc": 1,
            "metadata-envoy": 2,
        });
    });

    it("ends one that works alone before the next begins, and leaves a dead node soon", () => {
        for (const { manifest, template } of workloads(recorded)) {
            const { replicas, strategy } = manifest.spec as {
                readonly replicas?: number;
                readonly strategy?: { readonly type: string };
            };
            if (manifest.kind === "Deployment" && replicas === 1) {
                assert.equal(strategy?.type, "Recreate", manifest.metadata.name);
                assert.match(JSON.stringify(template.spec), /"tolerationSeconds":30/);
            }
        }
    });

    it("keeps files in a bucket of Ceph, and gives nobody another Secret than its key", () => {
        assert.equal(recorded.ofKind("ObjectBucketClaim").length, 1);
        const launcher = recorded.object("ConfigMap/kubeflow/kfp-launcher") as unknown as {
            readonly data: { readonly defaultPipelineRoot: string; readonly providers: string };
        };
        assert.equal(launcher.data.defaultPipelineRoot, "s3://kubeflow-artifacts/v2/artifacts");
        const { s3 } = yaml.load(launcher.data.providers) as {
            readonly s3: {
                readonly default: {
                    readonly endpoint: string;
                    readonly credentials: {
                        readonly secretRef: { readonly secretName: string };
                    };
                };
            };
        };
        assert.match(s3.default.endpoint, /^rook-ceph-rgw-.*:80$/);
        assert.equal(s3.default.credentials.secretRef.secretName, "kubeflow-artifacts");
        for (const role of recorded.ofKind("Role")) {
            for (const rule of (role.rules ?? []) as readonly Rule[]) {
                const isSecret = rule.resources.includes("secrets");
                assert.ok(
                    !isSecret || (rule.resourceNames ?? []).length > 0,
                    `${role.metadata.name ?? ""} reads every Secret`,
                );
            }
        }
    });

    it("gives a step its results, its own pod, its settings and the key of the bucket", () => {
        assert.deepEqual(
            rulesOf("pipeline-runner").map(({ resources, verbs }) => [resources, verbs]),
            [
                [["workflowtaskresults"], ["create", "patch"]],
                [["pods"], ["get"]],
                [["configmaps"], ["get"]],
                [["secrets"], ["get"]],
            ],
        );
    });

    it("lets its API, metadata and dumps reach the database, and no step", () => {
        const clients = declaredFlows(recorded)
            .filter(({ name }) => name.startsWith("kubeflow-mysql"))
            .map((flow) => JSON.stringify(flow));
        assert.ok(clients.length > 0);
        assert.ok(!clients.some((flow) => flow.includes(Object.keys(runPods)[0] ?? "")));
        for (const part of ["ml-pipeline", "metadata-grpc", "mysql-dump"] as const) {
            const name = pipelinesPods(part)["app.kubernetes.io/name"];
            assert.ok(
                clients.some((flow) => flow.includes(`"${name}"`)),
                part,
            );
        }
    });

    it("says passwords to nobody but by their Secret", () => {
        for (const key of ["StatefulSet/kubeflow/mysql", "CronJob/kubeflow/mysql-dump"]) {
            assert.match(
                text(key),
                /"name":"MYSQL_P\w+","valueFrom":\{"secretKeyRef":\{[^}]*"mysql-credentials"/,
            );
        }
        assert.match(text("StatefulSet/kubeflow/mysql"), /"MYSQL_ROOT_HOST","value":"localhost"/);
    });

    it("dumps both databases before the namespace is backed up, and a restore is checked by both", () => {
        const { spec } = recorded.object("CronJob/kubeflow/mysql-dump") as unknown as {
            readonly spec: { readonly schedule: string };
        };
        assert.equal(spec.schedule, "45 0 * * *");
        assert.match(text("CronJob/kubeflow/mysql-dump"), /"value":"mlpipeline metadb"/);
        const namespace = recorded.object("Namespace/kubeflow");
        assert.match(JSON.stringify(namespace.metadata.labels), /"1"/);
    });

    it("runs steps as a user without rights, and refuses pipelines of version 1", () => {
        const api = text("Deployment/kubeflow/ml-pipeline");
        for (const [name, value] of [
            ["DEFAULT_SECURITY_CONTEXT_RUN_AS_NON_ROOT", "true"],
            ["DEFAULT_SECURITY_CONTEXT_RUN_AS_USER", "1000"],
            ["BLOCK_V1_PIPELINES", "true"],
            ["OBJECTSTORECONFIG_BUCKETNAME", "kubeflow-artifacts"],
        ]) {
            assert.ok(api.includes(`{"name":"${name ?? ""}","value":"${value ?? ""}"}`), name);
        }
        assert.doesNotMatch(api, /sampleconfig/);
    });

    it("starts its controller of workflows at once, two of them, for its namespace alone", function () {
        needsCharts(this, recorded);
        const controller = text("Deployment/kubeflow/argo-workflows-workflow-controller");
        assert.match(controller, /"replicas":2/);
        assert.match(controller, /--namespaced/);
        assert.match(controller, /"initialDelaySeconds":0/);
        assert.match(controller, /"startupProbe"/);
        assert.ok(
            !recorded
                .ofKind("ClusterRole")
                .some(({ metadata }) => metadata.name?.startsWith("argo-workflows") === true),
        );
    });

    it("takes from the settings how many steps run, how large they are, and what they may keep", async () => {
        const settings = { ...ON, runs: 4, steps: 2, memory: 3, artifacts: 50, database: 20 };
        const other = (await stackWith({ systems: { kubeflow: settings } })).component("kubeflow");
        const quota = other
            .ofKind("ResourceQuota")
            .find(({ metadata }) => metadata.namespace === "kubeflow");
        assert.match(JSON.stringify(quota?.spec), /"pods":"32"/);
        assert.match(JSON.stringify(other.ofKind("ObjectBucketClaim")), /"maxSize":"50Gi"/);
        assert.match(JSON.stringify(other.object("StatefulSet/kubeflow/mysql")), /"20Gi"/);
    });

    it("refuses what no cluster holds, in a sentence", () => {
        assert.deepEqual(
            faultsOf(changed({ "systems.kubeflow": { ...ON, runs: 0 } })).map(
                ({ key, found }) => `${key}: ${found}`,
            ),
            ["systems.kubeflow.runs: 0"],
        );
    });
});

describe("steps of pipelines, as pods that are made", () => {
    const room = behaviours.get("/ConfigMap");
    const configuration = (config: unknown): Resource => ({
        apiVersion: "v1",
        kind: "ConfigMap",
        metadata: { name: "kubeflow-workflows", namespace: "kubeflow" },
        data: { config: yaml.dump(config) },
    });
    const made = (config: unknown) =>
        room?.pods?.(configuration(config), { nodes: [], all: () => [] });

    it("are so many as runs have steps at once, with the size of one that says nothing", () => {
        const { controller, mainContainer, executor } = workflowValues({
            ...{ replicas: 2, launcher: "launcher:1", runs: 3, steps: 4, memory: 2 },
        }) as {
            readonly controller: {
                readonly parallelism: number;
                readonly workflowDefaults: object;
            };
            readonly mainContainer: object;
            readonly executor: object;
        };
        const { parallelism, workflowDefaults } = controller;
        const pods = made({ parallelism, workflowDefaults, mainContainer, executor });
        assert.ok(Array.isArray(pods), JSON.stringify(pods));
        const [steps] = pods as readonly { readonly count: number; readonly pod: unknown }[];
        assert.equal(steps?.count, 12);
        assert.match(JSON.stringify(steps.pod), /"limits":\{"memory":"2Gi"\}/);
        const { containers, initContainers } = steps.pod as Record<
            "containers" | "initContainers",
            readonly { readonly name: string; readonly securityContext: object }[]
        >;
        // Admission lets in nothing else.
        for (const { name, securityContext } of [...containers, ...initContainers]) {
            assert.match(JSON.stringify(securityContext), /"readOnlyRootFilesystem":true/, name);
            assert.match(JSON.stringify(securityContext), /"runAsNonRoot":true/, name);
        }
    });

    it("are said to be unknown where nothing bounds them", () => {
        for (const config of [{}, { parallelism: 3 }, "a text"]) {
            assert.equal(made(config), "it lets any number of steps run (parallelism)");
        }
    });
});
