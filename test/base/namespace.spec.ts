import * as assert from "node:assert/strict";
import { ComponentResource } from "@pulumi/pulumi";
import { BackupPlan } from "../../components/base/backup-tier";
import { flowNamesOf } from "../../components/base/flow-names";
import { Namespace, type NamespaceArgs } from "../../components/base/namespace";
import { tiers } from "../../components/base/tiers";
import { Recorder, settled } from "../fixtures/recorder";
import { sampleNetwork as network } from "../fixtures/settings";

const POLICY = "kubernetes:networking.k8s.io/v1:NetworkPolicy";

async function register(args: Partial<NamespaceArgs>): Promise<Recorder> {
    const recorder = await Recorder.install();
    const parent = new ComponentResource("test:index:Parent", "parent");
    new Namespace(
        "demo",
        { tier: "app", backup: 1, flows: [], network, backups: new BackupPlan(), ...args },
        { parent },
    );
    await settled();
    return recorder;
}

const kinds = (recorder: Recorder) =>
    recorder.registrations
        .filter(({ type }) => type.startsWith("kubernetes:"))
        .map(({ type }) => type.split(":").at(-1))
        .sort();

describe("namespace", () => {
    it("comes with quota, default limits, default deny and DNS", async () => {
        const recorder = await register({});
        assert.deepEqual(kinds(recorder), [
            "LimitRange",
            "Namespace",
            "NetworkPolicy",
            "NetworkPolicy",
            "ResourceQuota",
        ]);
    });

    it("enforces the restricted Pod Security level unless it is told otherwise", async () => {
        const level = async (args: Partial<NamespaceArgs>) => {
            const recorder = await register(args);
            const [namespace] = recorder.all("kubernetes:core/v1:Namespace");
            const { labels } = namespace?.inputs.metadata as { labels: Record<string, string> };
            return labels["pod-security.kubernetes.io/enforce"];
        };
        assert.equal(await level({}), "restricted");
        assert.equal(await level({ podSecurity: "privileged" }), "privileged");
    });

    it("takes its quota from the tier and lets single values be raised", async () => {
        const recorder = await register({ tier: "tenant", quota: { pods: "7" } });
        const [quota] = recorder.all("kubernetes:core/v1:ResourceQuota");
        assert.deepEqual(quota?.inputs.spec, { hard: { ...tiers.tenant.quota, pods: "7" } });
    });

    it("has one policy for the flows of the same pods in the same direction, which waits for it", async () => {
        const recorder = await register({
            flows: [
                { name: "web", from: { namespace: "edge" }, ports: [80] },
                { name: "admin", from: "nodes", ports: [81] },
                { name: "mail", to: "internet", ports: [25] },
                { name: "other", pods: { app: "web" }, to: "internet", ports: [443] },
            ],
        });
        const policies = [...recorder.all(POLICY)];
        const flows = policies.map(({ name, inputs }) => [name, flowNamesOf(inputs)]);
        assert.deepEqual(Object.fromEntries(flows), {
            "demo:NetworkPolicy/demo/allow-every-pod-in": ["admin", "web"],
            "demo:NetworkPolicy/demo/allow-every-pod-out": ["dns", "mail"],
            "demo:NetworkPolicy/demo/allow-web-out": ["other"],
            "demo:NetworkPolicy/demo/default-deny": [],
        });
        const last = policies.pop();
        for (const { name, dependencies } of policies) {
            const first = dependencies.map((urn) => urn.split("::").at(-1));
            assert.deepEqual(first, ["demo:Namespace/demo"], name);
        }
        // The last one waits for the others, so that pods have to name only one.
        const waits = policies.every(
            ({ name }) => last?.dependencies.some((urn) => urn.endsWith(`::${name}`)) === true,
        );
        assert.ok(waits);
    });

    it("patches a namespace that the cluster brings, and shares out only its disk", async () => {
        const recorder = await register({ existing: true });
        assert.deepEqual(kinds(recorder), [
            "LimitRange",
            "NamespacePatch",
            "NetworkPolicy",
            "NetworkPolicy",
        ]);
        const [range] = recorder.all("kubernetes:core/v1:LimitRange");
        assert.deepEqual(range?.inputs.spec, {
            limits: [
                {
                    type: "Container",
                    default: { "ephemeral-storage": "2Gi" },
                    defaultRequest: { "ephemeral-storage": "64Mi" },
                },
            ],
        });
    });
});
