import * as assert from "node:assert/strict";
import { ComponentResource } from "@pulumi/pulumi";
import { BackupPlan } from "../../components/base/backup-tier";
import { Chart, type ChartArgs } from "../../components/base/chart";
import type { Manifest } from "../../components/base/object";
import { Namespace } from "../../components/base/namespace";
import { Recorder, settled } from "../fixtures/recorder";
import { sampleNetwork as network } from "../fixtures/settings";

const pin = { chart: "demo", version: "1.0.0", repository: "https://charts.example.org" };

const deployment: Manifest = {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: "server", labels: { "app.kubernetes.io/name": "upstream-name" } },
    spec: { selector: { matchLabels: { app: "server" } }, template: { metadata: {}, spec: {} } },
};
const definition: Manifest = {
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: { name: "things.example.org" },
    spec: { group: "example.org", scope: "Cluster", names: { kind: "Thing" } },
};
const webhook: Manifest = {
    apiVersion: "admissionregistration.k8s.io/v1",
    kind: "ValidatingWebhookConfiguration",
    metadata: { name: "demo" },
    webhooks: [],
};
const thing: Manifest = {
    apiVersion: "example.org/v1",
    kind: "Thing",
    metadata: { name: "one" },
    spec: {},
};

/** Registers a chart with the given objects as its rendering. */
async function register(objects: Manifest[], args: Partial<ChartArgs> = {}): Promise<Recorder> {
    const recorder = await Recorder.install();
    const parent = new ComponentResource("test:index:Parent", "parent");
    const namespace = new Namespace(
        "demo",
        { tier: "platform", backup: 1, flows: [], network, backups: new BackupPlan() },
        { parent },
    );
    new Chart(
        "demo",
        {
            renderer: { render: () => ({ rendered: true, digest: "d".repeat(64), objects }) },
            pin,
            namespace,
            values: {},
            allowMissing: false,
            awaitOperators: true,
            ...args,
        },
        { parent },
    );
    await settled();
    return recorder;
}

const names = (urns: readonly string[]) => urns.map((urn) => urn.split("::").at(-1));

describe("chart", () => {
    it("registers CRDs first, then workloads that wait for them, then webhooks that wait for those", async () => {
        const recorder = await register([webhook, deployment, definition]);
        const server = recorder.one("kubernetes:apps/v1:Deployment", "demo:Deployment/demo/server");
        assert.ok(
            names(server.dependencies).includes("demo:CustomResourceDefinition/things.example.org"),
        );
        assert.ok(names(server.dependencies).includes("demo:NetworkPolicy/demo/default-deny"));
        const [hook] = recorder.all(
            "kubernetes:admissionregistration.k8s.io/v1:ValidatingWebhookConfiguration",
        );
        assert.deepEqual(names(hook?.dependencies ?? []), ["demo:Deployment/demo/server"]);
    });

    it("puts an API of its own behind the pods that answer it, so that it goes before them", async () => {
        const api: Manifest = {
            apiVersion: "apiregistration.k8s.io/v1",
            kind: "APIService",
            metadata: { name: "v1beta1.metrics.k8s.io" },
            spec: { service: { name: "server", namespace: "demo" } },
        };
        const recorder = await register([api, deployment]);
        const [one] = recorder.all("kubernetes:apiregistration.k8s.io/v1:APIService");
        assert.deepEqual(names(one?.dependencies ?? []), ["demo:Deployment/demo/server"]);
    });

    it("gives namespaced objects their namespace and leaves cluster-scoped ones without", async () => {
        const recorder = await register([deployment, definition, thing]);
        const metadata = (type: string) =>
            recorder.all(type)[0]?.inputs.metadata as { namespace?: string };
        assert.equal(metadata("kubernetes:apps/v1:Deployment").namespace, "demo");
        assert.equal(metadata("kubernetes:example.org/v1:Thing").namespace, undefined);
    });

    it("makes a custom resource depend on its CRD", async () => {
        const recorder = await register([thing, definition]);
        const [one] = recorder.all("kubernetes:example.org/v1:Thing");
        assert.deepEqual(names(one?.dependencies ?? []), [
            "demo:CustomResourceDefinition/things.example.org",
        ]);
    });

    it("adds the standard labels but keeps what selectors may point at", async () => {
        const recorder = await register([deployment]);
        const [server] = recorder.all("kubernetes:apps/v1:Deployment");
        const { labels } = server?.inputs.metadata as { labels: Record<string, string> };
        assert.equal(labels["app.kubernetes.io/name"], "upstream-name");
        assert.equal(labels["app.kubernetes.io/managed-by"], "pulumi");
        assert.equal(labels["app.kubernetes.io/part-of"], "platform");
        const { template } = server?.inputs.spec as {
            template: { metadata: { labels: Record<string, string> } };
        };
        assert.equal(template.metadata.labels["app.kubernetes.io/instance"], "demo");
    });

    it("shows the policies what was rendered, by version and digest", async () => {
        const recorder = await register([deployment]);
        const chart = recorder.one("platform:base:Chart", "demo");
        assert.deepEqual(chart.inputs, {
            apiGroups: [],
            chart: "demo",
            version: "1.0.0",
            repository: "https://charts.example.org",
            digest: "d".repeat(64),
            namespace: "demo",
            rendered: true,
            objects: 1,
        });
    });

    it("waits for the status of an object unless nobody will report it", async () => {
        const waiting: Manifest = {
            ...thing,
            metadata: { name: "one", annotations: { "pulumi.com/waitFor": "condition=Ready" } },
        };
        const annotations = async (awaitOperators: boolean) => {
            const recorder = await register([definition, waiting], { awaitOperators });
            const [one] = recorder.all("kubernetes:example.org/v1:Thing");
            return (one?.inputs.metadata as { annotations?: object }).annotations;
        };
        assert.deepEqual(await annotations(true), { "pulumi.com/waitFor": "condition=Ready" });
        assert.equal(await annotations(false), undefined);
    });

    it("drops an object that the patch turns into nothing", async () => {
        const recorder = await register([deployment, webhook], {
            patch: (manifest) => (manifest.kind === "Deployment" ? undefined : manifest),
        });
        assert.equal(recorder.all("kubernetes:apps/v1:Deployment").length, 0);
    });

    it("fails with one sentence when an archive is missing and none may be", async () => {
        await assert.rejects(
            register([], {
                renderer: {
                    render: () => ({
                        rendered: false,
                        reason: "the mirror has none",
                        cause: "none",
                    }),
                },
            }),
            /^RunError: Chart demo 1\.0\.0: the mirror has none\.$|Chart demo 1\.0\.0: the mirror has none\./,
        );
    });

    it("is registered with the reason and without objects when it may be missing", async () => {
        const recorder = await register([], {
            renderer: {
                render: () => ({ rendered: false, reason: "the mirror has none", cause: "none" }),
            },
            allowMissing: true,
        });
        const chart = recorder.one("platform:base:Chart", "demo");
        assert.equal(chart.inputs.rendered, false);
        assert.equal(chart.inputs.reason, "the mirror has none");
    });
});
