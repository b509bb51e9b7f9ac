/** KServe: its controllers, and the example of docs/models.md as KServe and the platform read it. */
import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import * as yaml from "js-yaml";
import { behaviours } from "../../../operators";
import type { MadePods, Resource } from "../../../operators/behaviour";
import { needsCharts, type RecordedStack, stack } from "../../fixtures/stack";

const KIND = "serving.kserve.io/InferenceService";
const room = behaviours.get(KIND);
assert.ok(room);

const runtime: Resource = {
    apiVersion: "serving.kserve.io/v1alpha1",
    kind: "ClusterServingRuntime",
    metadata: { name: "kserve-mlserver" },
    spec: {
        supportedModelFormats: [{ name: "mlflow", autoSelect: true, priority: 1 }],
        containers: [
            {
                name: "kserve-container",
                image: "docker.io/seldonio/mlserver:1.5.0",
                resources: { requests: { cpu: "1" }, limits: { memory: "2Gi" } },
            },
        ],
    },
};
const around = (...resources: readonly Resource[]) => ({
    nodes: [],
    all: (kind: string) => resources.filter((resource) => kind.endsWith(`/${resource.kind}`)),
});

/** An InferenceService with a predictor. */
const service = (predictor: Readonly<Record<string, unknown>>): Resource => ({
    apiVersion: "serving.kserve.io/v1beta1",
    kind: "InferenceService",
    metadata: { name: "a", namespace: "models" },
    spec: { predictor },
});

const page = fs.readFileSync(path.join(__dirname, "../../../docs/models.md"), "utf8");
const examples = [...page.matchAll(/```yaml\n([\s\S]*?)```/g)].map(
    ([, text = ""]) => yaml.load(text) as Resource,
);
const example = (kind: string): Resource => {
    const found = examples.find((resource) => resource.kind === kind);
    assert.ok(found, kind);
    return found;
};

describe("KServe", () => {
    let prod: RecordedStack;
    before(async function () {
        prod = (await stack("prod")).component("kserve");
        needsCharts(this, prod);
    });
    const object = (key: string): unknown => prod.object(key);

    it("has two controllers behind a budget, with nothing before their metrics", () => {
        const { spec } = object("Deployment/kserve/kserve-controller-manager") as {
            readonly spec: {
                readonly replicas: number;
                readonly template: { readonly spec: { readonly containers: readonly object[] } };
            };
        };
        assert.equal(spec.replicas, 2);
        assert.equal(spec.template.spec.containers.length, 1);
        assert.equal(prod.ofKind("PodDisruptionBudget").length, 1);
    });

    it("makes Deployments, and no way in from outside", () => {
        const { data } = object("ConfigMap/kserve/inferenceservice-config") as {
            readonly data: Readonly<Record<string, string>>;
        };
        assert.match(data.deploy ?? "", /"defaultDeploymentMode": "Standard"/);
        assert.match(data.ingress ?? "", /"disableIngressCreation": true/);
    });

    it("changes no webhook, and reads Secrets that it is told of by name", () => {
        const { rules } = object("ClusterRole/kserve-manager-role") as {
            readonly rules: readonly {
                readonly apiGroups: readonly string[];
                readonly resources: readonly string[];
                readonly verbs: readonly string[];
            }[];
        };
        assert.ok(
            !rules.some(({ apiGroups }) => apiGroups.includes("admissionregistration.k8s.io")),
        );
        assert.deepEqual(
            rules
                .filter(({ resources }) => resources.includes("secrets"))
                .flatMap(({ verbs }) => verbs),
            ["get"],
        );
    });

    it("offers four runtimes, each with a limit, for namespaces that are restricted", () => {
        const runtimes = prod.ofKind("ClusterServingRuntime");
        assert.deepEqual(
            runtimes.map(({ metadata }) => metadata.name),
            ["kserve-lgbserver", "kserve-mlserver", "kserve-sklearnserver", "kserve-xgbserver"],
        );
        for (const { spec } of runtimes) {
            assert.match(JSON.stringify(spec), /"limits":\{"memory":"2Gi"\}/);
            assert.match(JSON.stringify(spec), /RuntimeDefault/);
        }
    });

    it("is not there in dev", async () => {
        assert.deepEqual((await stack("dev")).ofKind("ClusterServingRuntime"), []);
    });
});

/** What is made of an InferenceService; fails where nobody can tell. */
function madeOf(resource: Resource, ...others: readonly Resource[]): readonly MadePods[] {
    const pods = room?.pods?.(resource, around(...others));
    if (pods === undefined || typeof pods === "string") {
        assert.fail(pods ?? "nothing is made");
    }
    return pods;
}

describe("what KServe makes", () => {
    it("of the example: the predictor and the canary, by its share", () => {
        const pods = madeOf(example("InferenceService"), runtime);
        assert.deepEqual(
            pods.map(({ name, count }) => [name, count]),
            [
                ["churn-predictor", 2],
                ["churn-next-predictor", 1],
            ],
        );
        for (const { pod } of pods) {
            const { containers, initContainers } = pod as {
                readonly containers: readonly { readonly resources: object }[];
                readonly initContainers: readonly { readonly name: string }[];
            };
            assert.deepEqual(containers[0]?.resources, {
                requests: { cpu: "100m", memory: "512Mi" },
                limits: { memory: "1Gi", cpu: "1" },
            });
            assert.equal(initContainers[0]?.name, "storage-initializer");
        }
    });

    it("of the example: the Services to which its route divides the requests, by the same share", () => {
        const services = room.services?.(example("InferenceService"), around(runtime)) ?? [];
        const { rules } = example("HTTPRoute").spec as {
            readonly rules: readonly {
                readonly backendRefs: readonly { readonly name: string; readonly weight: number }[];
            }[];
        };
        const backends = rules[0]?.backendRefs ?? [];
        assert.deepEqual(
            backends.map(({ name }) => name),
            services.map(({ name }) => name),
        );
        const { canary } = example("InferenceService").spec as {
            readonly canary: readonly { readonly trafficPercent: number }[];
        };
        assert.deepEqual(
            backends.map(({ weight }) => weight),
            [100 - (canary[0]?.trafficPercent ?? 0), canary[0]?.trafficPercent],
        );
    });

    it("of the example: pods that its budget keeps", () => {
        const pods = madeOf(example("InferenceService"), runtime);
        const { selector } = example("PodDisruptionBudget").spec as {
            readonly selector: { readonly matchLabels: { readonly app: string } };
        };
        assert.equal(pods[0]?.labels.app, selector.matchLabels.app);
    });

    it("is known by the format alone, and by containers of one's own", () => {
        assert.equal(
            madeOf(service({ model: { modelFormat: { name: "mlflow" } } }), runtime).length,
            1,
        );
        const own = madeOf(
            service({ minReplicas: 0, containers: [{ name: "kserve-container", image: "x:1" }] }),
        );
        assert.equal(own[0]?.count, 1);
        const { containers } = own[0].pod as { readonly containers: readonly object[] };
        assert.deepEqual(containers, [
            {
                name: "kserve-container",
                image: "x:1",
                resources: {
                    requests: { cpu: "1", memory: "2Gi" },
                    limits: { cpu: "1", memory: "2Gi" },
                },
            },
        ]);
    });

    it("is said to be unknown where no runtime fits, or the form is one that was given up", () => {
        const told = (predictor: Readonly<Record<string, unknown>>) =>
            room.pods?.(service(predictor), around(runtime));
        assert.equal(
            told({ model: { modelFormat: { name: "onnx" } } }),
            "no runtime of the stack is for its model",
        );
        assert.equal(
            told({ sklearn: { storageUri: "s3://a" } }),
            "it names its model in a form that KServe has given up",
        );
        assert.equal(
            told({ model: { modelFormat: { name: "mlflow" } }, workerSpec: {} }),
            "its model is spread over several nodes",
        );
    });
});
