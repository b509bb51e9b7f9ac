import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import type * as proxmoxve from "@muhlba91/pulumi-proxmoxve";
import type { waitForApi } from "../../components/cluster/kubernetes-api";
import { TalosCluster } from "../../components/cluster/talos-cluster";
import { Machines } from "../../components/machines/machines";
import type { Site } from "../../components/site";
import { isSecret, Recorder, settled, valueOf } from "../fixtures/recorder";
import { sampleConfiguration, sampleSite } from "../fixtures/settings";

const apply = "talos:machine/configurationApply:ConfigurationApply";
const order = ["ctrl-0", "ctrl-1", "ctrl-2", "worker-1", "worker-2", "worker-3", "worker-4"];
const client = { caCertificate: "ca", clientCertificate: "certificate", clientKey: "key" };

const known = "image: registry.k8s.io/kube-apiserver:v1.35.4\n";
/** How the engine writes a value that a preview does not know. */
const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

interface Circumstances {
    preview?: boolean;
    wait?: typeof waitForApi;
    /** The machine configuration that a node is said to have got. */
    applied?: string;
}

interface Run {
    recorder: Recorder;
    cluster: TalosCluster;
    waits: string[][];
    calls: Record<string, unknown>[];
}

async function run(
    overrides: Record<string, unknown> = {},
    { preview = false, wait, applied = known }: Circumstances = {},
): Promise<Run> {
    const calls: Record<string, unknown>[] = [];
    const recorder = await Recorder.install(
        {
            "talos:machine/secrets:Secrets": {
                clientConfiguration: client,
                machineSecrets: { cluster: { id: "id", secret: "secret" } },
                talosVersion: "v1.13.9",
            },
            "talos:cluster/kubeconfig:Kubeconfig": {
                kubeconfigRaw: "kubeconfig",
                kubernetesClientConfiguration: client,
            },
            [apply]: { machineConfiguration: applied },
        },
        {
            "talos:machine/getConfiguration:getConfiguration": (inputs) => {
                calls.push(inputs);
                return { machineConfiguration: `base of ${String(inputs.machineType)}` };
            },
            "talos:client/getConfiguration:getConfiguration": (inputs) => ({
                talosConfig: JSON.stringify(inputs),
            }),
        },
        preview,
    );
    const waits: string[][] = [];
    const site: Site = sampleSite(overrides);
    const cluster = new TalosCluster("cluster", {
        site,
        machines: new Machines("machines", { site }),
        waitForApi: async (endpoint, direct, certificate, patience) => {
            waits.push([endpoint, ...direct]);
            return (await wait?.(endpoint, direct, certificate, patience)) ?? "1.35.4";
        },
    });
    await valueOf(cluster.kubeconfig);
    await settled();
    return { recorder, cluster, waits, calls };
}

describe("a Talos cluster", () => {
    let result: Run;
    before(async () => {
        result = await run();
    });
    const one = (type: string, name: string) => result.recorder.one(type, name);

    it("configures one node after the other, control planes first", () => {
        order.forEach((name, index) => {
            const before = one(apply, name)
                .dependencies.filter((urn) => urn.includes("configurationApply"))
                .map((urn) => urn.split("::").at(-1));
            assert.deepEqual(before, index === 0 ? [] : [order[index - 1]]);
        });
    });

    it("configures a node only once its machine is fenced, and again when that is replaced", () => {
        for (const name of order) {
            const { dependencies, replaceWith } = one(apply, name);
            const machine = `VmLegacy::${name}`;
            assert.ok(dependencies.some((urn) => urn.endsWith(`OptionsLegacy::${name}`)));
            assert.deepEqual(
                replaceWith.map((urn) => urn.endsWith(machine)),
                [true],
            );
        }
    });

    it("talks to every node by its own address, never through the virtual one", () => {
        for (const { inputs } of result.recorder.registrations) {
            assert.notEqual(inputs.node, "192.168.68.100");
            assert.notEqual(inputs.endpoint, "192.168.68.100");
        }
        assert.equal(one(apply, "worker-2").inputs.endpoint, "192.168.68.104");
    });

    it("bootstraps once, on the first control plane, after its configuration", () => {
        const all = result.recorder.all("talos:machine/bootstrap:Bootstrap");
        assert.equal(all.length, 1);
        const [bootstrap] = all;
        assert.equal(bootstrap?.inputs.node, "192.168.68.101");
        assert.ok(bootstrap.dependencies.some((urn) => urn.endsWith("ConfigurationApply::ctrl-0")));
        assert.ok(!bootstrap.dependencies.some((urn) => urn.includes("worker")));
        assert.equal(bootstrap.protect, true);
    });

    it("fetches the kubeconfig after the bootstrap", () => {
        const kubeconfig = one("talos:cluster/kubeconfig:Kubeconfig", "home");
        assert.ok(kubeconfig.dependencies.some((urn) => urn.includes("bootstrap")));
    });

    it("hands out the kubeconfig only once the API answers at the virtual address", () => {
        assert.deepEqual(
            result.waits.map(([endpoint]) => endpoint),
            ["https://192.168.68.100:6443"],
        );
    });

    it("renews the kubeconfig three months before its end", () => {
        const { inputs } = one("talos:cluster/kubeconfig:Kubeconfig", "home");
        assert.equal(inputs.certificateRenewalDuration, "2160h");
    });

    it("learns from the engine which nodes were made or changed, and asks nothing of a preview", async () => {
        for (const name of order) {
            assert.deepEqual(one(apply, name).hooks, {
                beforeUpdate: ["node-answers"],
                afterCreate: ["node-changed"],
                afterUpdate: ["node-changed"],
            });
        }
        assert.deepEqual(await valueOf(result.cluster.configured), []);
        const { recorder } = await run({}, { preview: true });
        for (const name of order) {
            assert.deepEqual(recorder.one(apply, name).hooks.afterCreate, []);
        }
    });

    it("fails when the API never answers", async () => {
        const never = () => Promise.reject(new pulumi.RunError("The Kubernetes API is silent."));
        const unhandled = new Promise<unknown>((resolve) => {
            const listeners = process.listeners("unhandledRejection");
            process.removeAllListeners("unhandledRejection");
            process.once("unhandledRejection", (reason) => {
                listeners.forEach((listener) => process.on("unhandledRejection", listener));
                resolve(reason);
            });
        });
        void run({}, { wait: never });
        assert.match(String(await unhandled), /The Kubernetes API is silent/);
    });

    it("never waits in a preview", async () => {
        const { waits } = await run({}, { preview: true });
        assert.deepEqual(waits, []);
    });

    it("keeps the kubeconfig known in a preview that changes a node's configuration", async () => {
        const { cluster } = await run({}, { preview: true, applied: unknown });
        assert.equal(await valueOf(cluster.kubeconfig), "kubeconfig");
    });

    it("keeps every credential secret", async () => {
        const { cluster } = result;
        for (const output of [
            cluster.kubeconfig,
            cluster.talosconfig,
            cluster.clientConfiguration,
            cluster.kubernetesClient,
        ]) {
            assert.equal(await isSecret(output), true);
        }
        // Marked twice, the SDK would hand out a wrapped object (seen with the real provider).
        assert.deepEqual(one("talos:machine/secrets:Secrets", "talos").secretOutputs, []);
        for (const name of order) {
            const { secretInputs, secretOutputs } = one(apply, name);
            assert.deepEqual([...secretInputs].sort(), [
                "clientConfiguration",
                "machineConfigurationInput",
            ]);
            assert.ok(secretOutputs.includes("machineConfiguration"));
        }
        assert.deepEqual(one("pulumi:providers:kubernetes", "home").secretInputs, ["kubeconfig"]);
    });

    it("protects the secrets in prod and keeps their version contract for ever", () => {
        const secrets = one("talos:machine/secrets:Secrets", "talos");
        assert.equal(secrets.protect, true);
        assert.deepEqual(secrets.ignoreChanges, ["talosVersion"]);
        assert.deepEqual(secrets.inputs, { talosVersion: "v1.13.9" });
    });

    it("does not apply other versions to running nodes, but every other change", async () => {
        const newer = await run({ versions: { talos: "v1.13.20", kubernetes: "1.35.20" } });
        for (const name of order) {
            const { ignoreChanges, inputs } = newer.recorder.one(apply, name);
            assert.deepEqual(ignoreChanges, ["machineConfigurationInput"]);
            assert.deepEqual(inputs.configPatches, one(apply, name).inputs.configPatches);
        }
        const nodes = sampleConfiguration.nodes.map((node) => ({ ...node, talosPatches: [{}] }));
        const patched = await run({ nodes });
        assert.notDeepEqual(
            patched.recorder.one(apply, "ctrl-0").inputs.configPatches,
            one(apply, "ctrl-0").inputs.configPatches,
        );
    });

    it("generates the base with the versions and the installer that new nodes get", () => {
        const roles = result.calls.map(({ machineType }) => machineType);
        assert.equal(roles.filter((role) => role === "controlplane").length, 3);
        assert.equal(roles.filter((role) => role === "worker").length, 4);
        for (const inputs of result.calls) {
            assert.equal(inputs.clusterEndpoint, "https://192.168.68.100:6443");
            assert.equal(inputs.kubernetesVersion, "1.35.4");
            assert.equal(inputs.talosVersion, "v1.13.9");
            assert.match(
                String((inputs.configPatches as string[])[0]),
                /factory\.talos\.dev\/nocloud-installer\/talos-id:v1\.13\.9/,
            );
        }
    });

    it("stages changes that need a reboot in prod, and reboots elsewhere", async () => {
        const mode = ({ recorder }: Run) => recorder.one(apply, "ctrl-0").inputs.applyMode;
        assert.equal(mode(result), "staged_if_needing_reboot");
        assert.equal(mode(await run({ profile: "dev" })), "auto");
    });

    it("identifies the cluster by name, so that a renewed kubeconfig replaces nothing", () => {
        const { inputs } = one("pulumi:providers:kubernetes", "home");
        assert.equal(inputs.clusterIdentifier, "home");
        assert.equal(inputs.kubeconfig, "kubeconfig");
        assert.equal(inputs.skipUpdateUnreachable, undefined);
    });

    it("points talosctl to the control planes and to no node by default", async () => {
        const talosconfig = JSON.parse(await valueOf(result.cluster.talosconfig)) as {
            endpoints: string[];
            nodes?: string[];
        };
        assert.deepEqual(talosconfig.endpoints, [
            "192.168.68.101",
            "192.168.68.102",
            "192.168.68.106",
        ]);
        assert.equal(talosconfig.nodes, undefined);
    });

    it("lists its nodes and its endpoint", () => {
        const { cluster } = result;
        assert.equal(cluster.endpoint, "https://192.168.68.100:6443");
        assert.equal(cluster.nodes["worker-4"], "192.168.68.107");
        assert.equal(Object.keys(cluster.nodes).length, order.length);
    });

    it("names the node without a machine", async () => {
        await Recorder.install();
        const virtualMachines: Record<string, proxmoxve.VmLegacy> = {};
        const installerImage = pulumi.output("installer");
        const machines = { virtualMachines, firewalls: {}, installerImage };
        assert.throws(
            () => new TalosCluster("cluster", { site: sampleSite(), machines }),
            /ctrl-0 has no fenced virtual machine/,
        );
    });
});
