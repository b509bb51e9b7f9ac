/** Trainer and JobSet: the controllers, the runtime, and what a TrainJob of docs/models.md becomes. */
import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import * as yaml from "js-yaml";
import type { Manifest } from "../../../components/base/object";
import { TORCH_RUNTIME, torchRuntime } from "../../../components/ml/kubeflow-runtime";
import { behaviours } from "../../../operators";
import type { MadePods, Resource } from "../../../operators/behaviour";
import { needsCharts, type RecordedStack, stack, stackWith } from "../../fixtures/stack";
import { CrdSchemas } from "../crd-schemas";
import { declaredFlows } from "../flows";

const page = fs.readFileSync(path.join(__dirname, "../../../docs/models.md"), "utf8");
const examples = [...page.matchAll(/```yaml\n([\s\S]*?)```/g)].map(
    ([, text = ""]) => yaml.load(text) as Resource,
);
const example = examples.find(({ kind }) => kind === "TrainJob");
const torch = torchRuntime("docker.io/pytorch/pytorch:2.10.0") as unknown as Resource;

interface Rule {
    readonly apiGroups: readonly string[];
    readonly resources: readonly string[];
}

describe("Trainer", () => {
    let recorded: RecordedStack;
    before(async function () {
        const on = await stackWith({ systems: { kubeflow: { enabled: true } } });
        recorded = on.component("kubeflow");
        needsCharts(this, recorded);
    });
    const rulesOf = (key: string) => recorded.object(key).rules as readonly Rule[];

    it("is off everywhere unless asked for", async () => {
        for (const profile of ["prod", "dev"] as const) {
            const names = (await stack(profile)).components.map(({ name }) => name);
            assert.ok(!names.includes("kubeflow"), profile);
        }
    });

    it("has two controllers of each, behind budgets and with certificates of the platform", () => {
        for (const name of ["kubeflow-trainer-controller-manager", "jobset-controller"]) {
            const { spec } = recorded.object(`Deployment/kubeflow-system/${name}`);
            assert.equal((spec as { readonly replicas: number }).replicas, 2, name);
        }
        const budgets = recorded
            .ofKind("PodDisruptionBudget")
            .filter(({ metadata }) => metadata.namespace === "kubeflow-system");
        assert.equal(budgets.length, 2);
        assert.deepEqual(
            recorded.ofKind("Certificate").map(({ metadata }) => metadata.name),
            ["jobset-webhook-server-cert", "kubeflow-trainer-webhook-cert"],
        );
        assert.deepEqual(recorded.ofKind("Issuer"), []);
    });

    it("waits with each webhook until the API server can call it by its certificate", () => {
        const webhooks = recorded.objects.filter(({ kind }) =>
            kind.endsWith("WebhookConfiguration"),
        );
        assert.equal(webhooks.length, 4);
        for (const { metadata } of webhooks) {
            assert.match(
                metadata.annotations?.["cert-manager.io/inject-ca-from"] ?? "",
                /^kubeflow-system\/(jobset|kubeflow-trainer)-webhook/,
            );
            assert.match(metadata.annotations?.["pulumi.com/waitFor"] ?? "", /caBundle/);
        }
    });

    it("changes no webhook, and its jobs read no Secret", () => {
        const roles = ["kubeflow-trainer-controller-manager", "jobset-controller"];
        for (const role of roles) {
            const groups = rulesOf(`ClusterRole/${role}`).flatMap(({ apiGroups }) => apiGroups);
            assert.ok(!groups.includes("admissionregistration.k8s.io"), role);
        }
        const jobs = [
            ...rulesOf("ClusterRole/jobset-controller"),
            ...rulesOf("Role/kubeflow-system/jobset-controller"),
        ];
        assert.ok(!jobs.some(({ resources }) => resources.includes("secrets")));
    });

    it("says nothing to everybody whom the API server knows", () => {
        assert.ok(
            !recorded
                .ofKind("RoleBinding")
                .some((binding) => JSON.stringify(binding).includes("system:authenticated")),
        );
    });

    it("is reached by the API server at its webhooks, and by nobody from outside", () => {
        const flows = JSON.stringify(
            declaredFlows(recorded).filter(({ namespace }) => namespace === "kubeflow-system"),
        );
        assert.match(flows, /9443/);
        assert.doesNotMatch(flows, /"internet"|0\.0\.0\.0/);
    });

    it("reads the runtime and the TrainJob of docs/models.md by its own schemas", () => {
        const schemas = new CrdSchemas(recorded.ofKind("CustomResourceDefinition"));
        const runtime = recorded.object(`ClusterTrainingRuntime/${TORCH_RUNTIME}`);
        assert.deepEqual(schemas.faults(runtime), []);
        assert.deepEqual(schemas.faults(example as unknown as Manifest), []);
        const misspelt = { ...runtime, spec: { ...(runtime.spec as object), mlPolicies: {} } };
        assert.match(schemas.faults(misspelt)?.join() ?? "", /mlPolicies/);
    });

    it("takes what JobSet's schema takes as the set that it makes of the runtime", () => {
        const schemas = new CrdSchemas(recorded.ofKind("CustomResourceDefinition"));
        const { template } = torch.spec as { readonly template: { readonly spec: object } };
        const set = { apiVersion: "jobset.x-k8s.io/v1alpha2", kind: "JobSet", metadata: {} };
        assert.deepEqual(schemas.faults({ ...set, spec: template.spec }), []);
    });
});

/** What is made of a resource, or why nobody can tell. */
function made(resource: Resource, ...others: readonly Resource[]): readonly MadePods[] | string {
    const room = behaviours.get(`${resource.apiVersion.split("/")[0] ?? ""}/${resource.kind}`);
    const all = (kind: string) => others.filter((other) => kind.endsWith(`/${other.kind}`));
    return room?.pods?.(resource, { nodes: [], all }) ?? "nothing is made";
}

const job = (spec: Readonly<Record<string, unknown>>): Resource => ({
    apiVersion: "trainer.kubeflow.org/v1alpha1",
    kind: "TrainJob",
    metadata: { name: "a", namespace: "models" },
    spec: { runtimeRef: { name: TORCH_RUNTIME }, ...spec },
});

describe("what Trainer makes", () => {
    it("of the example: two nodes of its own size and image, which reach each other", () => {
        assert.ok(example);
        const pods = made(example, torch);
        assert.ok(typeof pods !== "string", JSON.stringify(pods));
        const [nodes, ...others] = pods;
        assert.deepEqual(others, []);
        assert.equal(nodes?.count, 2);
        assert.equal(nodes.passing, true);
        const text = JSON.stringify(nodes.pod);
        assert.match(text, /"image":"ghcr\.io\/example\/digits:1\.4\.0"/);
        assert.match(text, /"requests":\{"cpu":"1","memory":"2Gi"\}/);
        assert.match(text, /"runAsNonRoot":true/);
        assert.deepEqual(nodes.reaches?.[0]?.pods, nodes.labels);
    });

    it("of one that says nothing: one node as the runtime has it, which reaches nobody", () => {
        const pods = made(job({}), torch);
        assert.ok(typeof pods !== "string", JSON.stringify(pods));
        assert.equal(pods[0]?.count, 1);
        assert.equal(pods[0].reaches, undefined);
        assert.match(JSON.stringify(pods[0].pod), /"limits":\{"memory":"4Gi"\}/);
    });

    it("of one whose runtime says the nodes, in its own namespace alone", () => {
        const own = (namespace: string): Resource => ({
            ...torch,
            kind: "TrainingRuntime",
            metadata: { name: "mine", namespace },
            spec: { ...torch.spec, mlPolicy: { numNodes: 3 } },
        });
        const mine = job({ runtimeRef: { name: "mine", kind: "TrainingRuntime" } });
        const pods = made(mine, own("models"));
        assert.ok(typeof pods !== "string", JSON.stringify(pods));
        assert.equal(pods[0]?.count, 3);
        assert.equal(
            made(mine, own("elsewhere")),
            "no runtime of the stack has the name that it says",
        );
    });

    it("is said to be unknown where no runtime has the name, or patches change it", () => {
        assert.equal(made(job({})), "no runtime of the stack has the name that it says");
        assert.equal(
            made(job({ runtimePatches: [{ manager: "me" }] }), torch),
            "it changes its runtime by patches",
        );
    });

    it("of a JobSet: each of its jobs as often as it says", () => {
        const pods = made({
            apiVersion: "jobset.x-k8s.io/v1alpha2",
            kind: "JobSet",
            metadata: { name: "sweep", namespace: "models" },
            spec: {
                replicatedJobs: [
                    { name: "driver", template: { spec: { template: { spec: {} } } } },
                    {
                        name: "worker",
                        replicas: 2,
                        template: { spec: { parallelism: 3, template: { spec: {} } } },
                    },
                ],
            },
        });
        assert.ok(typeof pods !== "string", JSON.stringify(pods));
        assert.deepEqual(
            pods.map(({ name, count }) => [name, count]),
            [
                ["sweep-driver", 1],
                ["sweep-worker", 6],
            ],
        );
    });
});
