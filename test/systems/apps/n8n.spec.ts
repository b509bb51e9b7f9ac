import assert from "node:assert/strict";
import type { Manifest } from "../../../components/base/object";
import { needsCharts, record, type Recording } from "../network/record";
import { build, settingsOf } from "../storage/systems";

interface Container {
    readonly env: readonly { readonly name: string; readonly value?: string }[];
    readonly startupProbe?: object;
    readonly readinessProbe?: object;
    readonly livenessProbe?: object;
}

interface DeploymentSpec {
    readonly replicas: number;
    readonly strategy: { readonly type: string };
    readonly template: {
        readonly spec: {
            readonly containers: readonly Container[];
            readonly volumes: readonly object[];
            readonly tolerations: readonly { readonly tolerationSeconds: number }[];
        };
    };
}

const processes = ["n8n", "n8n-worker", "n8n-webhook"];

function deployments(recording: Recording): DeploymentSpec[] {
    return processes.map((name) => recording.object("Deployment", name).spec as DeploymentSpec);
}

function budgets(recording: Recording): string[] {
    return recording.objects
        .filter(
            ({ kind, metadata }) => kind === "PodDisruptionBudget" && metadata.namespace === "n8n",
        )
        .map(({ metadata }) => metadata.name ?? "")
        .sort();
}

describe("n8n", () => {
    let prod: Recording;
    before(async () => {
        prod = await record(build, settingsOf("prod"));
    });

    it("has one main process and two of each other kind, which the settings may change", async function () {
        needsCharts(this, prod);
        assert.deepEqual(
            deployments(prod).map(({ replicas }) => replicas),
            [1, 2, 2],
        );
        const systems = { n8n: { workers: 3, webhookProcessors: 4 } };
        const larger = await record(build, settingsOf("prod", { systems }));
        assert.deepEqual(
            deployments(larger).map(({ replicas }) => replicas),
            [1, 3, 4],
        );
    });

    it("never runs two main processes at once, and moves the one quickly", function () {
        needsCharts(this, prod);
        const [main] = deployments(prod);
        assert.equal(main?.strategy.type, "Recreate");
        const seconds = main.template.spec.tolerations.map((item) => item.tolerationSeconds);
        assert.deepEqual(seconds, [30, 30]);
    });

    it("keeps one of two workers and of two webhook processors, and nails no single pod", async () => {
        assert.deepEqual(budgets(prod), ["n8n-webhook", "n8n-worker"]);
        assert.deepEqual(budgets(await record(build, settingsOf("dev"))), []);
    });

    it("probes every process over HTTP", function () {
        needsCharts(this, prod);
        const probes = deployments(prod)
            .flatMap(({ template }) => template.spec.containers)
            .flatMap(({ startupProbe, readinessProbe, livenessProbe }) => [
                startupProbe,
                readinessProbe,
                livenessProbe,
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
        needsCharts(this, prod);
        for (const { template } of deployments(prod)) {
            const { containers, volumes } = template.spec;
            const mode = containers[0]?.env.find(
                ({ name }) => name === "N8N_DEFAULT_BINARY_DATA_MODE",
            );
            assert.equal(mode?.value, "database");
            assert.ok(volumes.every((volume) => "emptyDir" in volume));
        }
    });

    it("renders no Secret: every one of them is generated once by the program", function () {
        needsCharts(this, prod);
        const secrets = prod.resources
            .filter(({ type }) => type === "kubernetes:core/v1:Secret")
            .map(({ name }) => name.split(":")[0]);
        assert.deepEqual(secrets.sort(), ["n8n-db-owner", "n8n-encryption", "n8n-redis-password"]);
    });

    it("renders the same twice", async function () {
        needsCharts(this, prod);
        const again = await record(build, settingsOf("prod"));
        const text = (objects: readonly Manifest[]) =>
            objects.map((object) => JSON.stringify(object)).sort();
        assert.deepEqual(text(again.objects), text(prod.objects));
    });
});
