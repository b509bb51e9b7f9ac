import assert from "node:assert/strict";
import { n8n as definition } from "../../../components/apps/n8n";
import { needsCharts, type RecordedStack, stack } from "../../fixtures/stack";
import { alone } from "../variants";

interface Container {
    readonly env: readonly { readonly name: string; readonly value?: string }[];
    readonly startupProbe?: object;
    readonly readinessProbe?: object;
    readonly livenessProbe?: object;
}

interface DeploymentSpec {
    readonly replicas?: number;
    readonly strategy: { readonly type: string };
    readonly template: {
        readonly spec: {
            readonly containers: readonly Container[];
            readonly volumes: readonly object[];
            readonly tolerations: readonly { readonly tolerationSeconds: number }[];
        };
    };
}

function deployments(part: RecordedStack): DeploymentSpec[] {
    const processes = ["n8n", "n8n-worker", "n8n-webhook"];
    return processes.map((name) => part.object(`Deployment/n8n/${name}`).spec as DeploymentSpec);
}

describe("n8n", () => {
    let n8n: RecordedStack;
    before(async () => {
        n8n = (await stack("prod")).component("n8n");
    });

    it("has one main process and two of each other kind, which the settings may change", async function () {
        needsCharts(this, n8n);
        const counts = (part: RecordedStack) => deployments(part).map(({ replicas }) => replicas);
        // KEDA says how many workers there are.
        assert.deepEqual(counts(n8n), [1, undefined, 2]);
        const larger = await alone(definition, { workers: 3, webhookProcessors: 4 });
        assert.deepEqual(counts(larger), [1, 3, 4]);
    });

    it("never runs two main processes at once, and moves the one quickly", function () {
        needsCharts(this, n8n);
        const [main] = deployments(n8n);
        assert.equal(main?.strategy.type, "Recreate");
        const seconds = main.template.spec.tolerations.map((item) => item.tolerationSeconds);
        assert.deepEqual(seconds, [30, 30]);
    });

    it("keeps one of two workers and of two webhook processors, and nails no single pod", async () => {
        const budgets = (part: RecordedStack) =>
            part.ofKind("PodDisruptionBudget").map(({ metadata }) => metadata.name);
        assert.deepEqual(budgets(n8n), ["n8n-webhook", "n8n-worker"]);
        assert.deepEqual(budgets((await stack("dev")).component("n8n")), []);
    });

    it("probes every process over HTTP", function () {
        needsCharts(this, n8n);
        const probes = deployments(n8n)
            .flatMap(({ template }) => template.spec.containers)
            .flatMap((container) => [
                container.startupProbe,
                container.readinessProbe,
                container.livenessProbe,
            ]);
        const handlers = probes.map((probe) =>
            Object.keys(probe ?? {}).filter((key) => ["exec", "httpGet"].includes(key)),
        );
        assert.deepEqual(
            handlers,
            probes.map(() => ["httpGet"]),
        );
    });

    it("puts files into the database from every process and needs no volume", function () {
        needsCharts(this, n8n);
        for (const { template } of deployments(n8n)) {
            const { containers, volumes } = template.spec;
            const mode = containers[0]?.env.find(
                ({ name }) => name === "N8N_DEFAULT_BINARY_DATA_MODE",
            );
            assert.equal(mode?.value, "database");
            assert.ok(volumes.every((volume) => "emptyDir" in volume));
        }
    });

    it("has every secret generated once by the program", () => {
        assert.deepEqual(
            n8n.ofKind("Secret").map(({ metadata }) => metadata.name),
            ["n8n-encryption", "n8n-db-owner", "n8n-db-archive", "n8n-redis-password"],
        );
    });
});
