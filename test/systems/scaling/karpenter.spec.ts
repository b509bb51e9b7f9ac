/** Nodes on demand: within limits, by a token of its own, and counted by nobody. */
import assert from "node:assert/strict";
import * as yaml from "js-yaml";
import { karpenterObjects, machineUserData } from "../../../components/scaling/karpenter-objects";
import { nodePool } from "../../../components/foundation/node-pool";
import { nodeNames } from "../../../components/security/kubelet-csr-approver";
import { parseConfiguration } from "../../../components/settings";
import { secretDescriptions } from "../../../components/systems";
import { sampleConfiguration } from "../../fixtures/settings";
import { needsCharts, type RecordedStack, stack, stackWith } from "../../fixtures/stack";
import { declaredFlows } from "../flows";
import { existing } from "../variants";
import { workloads } from "../workloads";

const on = { enabled: true, addresses: ["192.168.1.10"] };

function faults(own: object, changes: object = {}, secrets = Object.keys(secretDescriptions)) {
    const systems = { karpenter: { ...on, ...own } };
    const result = parseConfiguration(
        { ...sampleConfiguration, systems, ...changes },
        new Set(secrets),
    );
    return "faults" in result
        ? result.faults.map(({ key, found, allowed }) => `${key}: ${found}; ${allowed}`)
        : [];
}

describe("Karpenter", () => {
    let recorded: RecordedStack;
    before(async () => {
        recorded = await stackWith({ systems: { karpenter: on } });
    });

    it("is off everywhere unless asked for", async () => {
        const names = (await stack("prod")).components.map(({ name }) => name);
        assert.ok(!names.includes("karpenter"));
    });

    it("is refused without Proxmox, without addresses and on hosts that are no cluster", () => {
        assert.deepEqual(faults({}), []);
        assert.match(
            faults({}, { ...existing, proxmox: undefined }).join("\n"),
            /proxmox: nothing/,
        );
        assert.match(
            faults({ addresses: undefined }).join("\n"),
            /systems\.karpenter\.addresses: nothing; the addresses at which/,
        );
        const { proxmox } = sampleConfiguration;
        const [first, ...rest] = proxmox.hosts;
        const hosts = [{ ...first, endpoint: "https://pve-1.example.org:8006" }, ...rest];
        assert.match(
            faults({}, { proxmox: { ...proxmox, hosts } }).join("\n"),
            /systems\.karpenter\.enabled: true, and the host pve-1 has an API of its own/,
        );
    });

    it("says what each setting may be", () => {
        for (const [own, allowed] of [
            [{ cores: 2 }, /cores: 2; a whole number of cores from 4 to 1024/],
            [{ memory: "64Gi" }, /memory: "64Gi"; a whole number of GiB from 16/],
            [{ disk: 20 }, /disk: 20; a whole number of GiB from 30/],
            [{ template: "" }, /template: .*the name of a template/],
            [{ template: "talos v1" }, /template: "talos v1"; the name of a template/],
        ] as const) {
            assert.match(faults(own).join("\n"), allowed);
        }
    });

    it("asks for a token of its own and for what its machines are told", () => {
        const none = faults({}, {}, []).join("\n");
        assert.match(none, /karpenterToken/);
        assert.match(none, /karpenterMachineConfiguration/);
    });

    it("tells the provider its own token, and new machines by a Secret", () => {
        const { inputs } = recorded.resource("Secret/karpenter/karpenter-proxmox");
        const text = JSON.stringify(inputs.stringData);
        assert.match(text, /secret-karpenterToken/);
        assert.doesNotMatch(text, /proxmoxApiToken|proxmoxCsiToken/);
        assert.match(text, /region[\\":]+home/);
        const machine = recorded.resource("Secret/karpenter/karpenter-machine").inputs;
        assert.match(JSON.stringify(machine.stringData), /\{\{ \.Metadata\.ProviderID \}\}/);
    });

    it("lets its pods alone reach Proxmox, by address", () => {
        const flows = declaredFlows(recorded).filter(({ name }) => name.startsWith("proxmox-"));
        assert.match(JSON.stringify(flows), /192\.168\.1\.10\/32.*8006/);
        assert.match(JSON.stringify(flows), /karpenter-provider-proxmox/);
    });

    it("has requests, a limit and both probes, and gives its tokens no rights", function () {
        const own = recorded.component("karpenter");
        needsCharts(this, own);
        const [controller] = workloads(own).filter(({ key }) => key.startsWith("Deployment/"));
        const [container] = controller?.template.spec.containers ?? [];
        assert.deepEqual(container?.resources, {
            requests: { cpu: "50m", memory: "192Mi" },
            limits: { memory: "512Mi" },
        });
        assert.ok(container.livenessProbe);
        assert.ok(container.readinessProbe);
        const bindings = own.ofKind("ClusterRoleBinding").map(({ metadata }) => metadata.name);
        assert.deepEqual(bindings.sort(), [
            "karpenter-provider-proxmox",
            "karpenter-provider-proxmox-core",
        ]);
    });
});

describe("what Karpenter may make", () => {
    const [template, nodeClass, pool] = karpenterObjects(
        { template: "talos-1.13", cores: 24, memory: 96, disk: 80 },
        "home",
        "karpenter",
    ).map(({ kind, spec }) => ({ kind, spec: spec as Readonly<Record<string, unknown>> }));

    it("is machines of the site's template in the region of its nodes", () => {
        assert.deepEqual(template?.spec, { region: "home", templateName: "talos-1.13" });
        assert.deepEqual(nodeClass?.spec.bootDevice, { size: "80Gi" });
        assert.equal(nodeClass.spec.region, "home");
    });

    it("is within the limits, one less at a time, and never because of its age", () => {
        assert.deepEqual(pool?.spec.limits, { cpu: "24", memory: "96Gi" });
        assert.match(JSON.stringify(pool.spec.disruption), /"budgets":\[\{"nodes":"1"\}\]/);
        assert.match(JSON.stringify(pool.spec.template), /"expireAfter":"Never"/);
    });

    it("gets serving certificates, by the name of the pool and nothing longer", () => {
        const allowed = new RegExp(nodeNames([{ name: "worker-1" }], nodePool));
        for (const name of ["worker-1", "karpenter-x7k2p"]) {
            assert.match(name, allowed);
        }
        for (const name of ["karpenter", "karpenter-", "karpenter-x7k2p-a", "a-karpenter-x7k2p"]) {
            assert.doesNotMatch(name, allowed);
        }
        assert.doesNotMatch("karpenter-x7k2p", new RegExp(nodeNames([{ name: "worker-1" }])));
    });
});

describe("what a new machine is told", () => {
    const worker = {
        version: "v1alpha1",
        machine: { type: "worker", token: "abc", kubelet: { extraArgs: { v: "2" } } },
        cluster: { id: "x" },
    };

    it("keeps everything, and adds which machine has come", () => {
        const [main, other] = yaml.loadAll(
            machineUserData(`${yaml.dump(worker)}---\n{kind: WatchdogTimerConfig}\n`),
        ) as [typeof worker, object];
        assert.deepEqual(main.machine.kubelet, {
            extraArgs: {
                v: "2",
                "register-with-taints": "karpenter.sh/unregistered=:NoExecute",
            },
            extraConfig: { providerID: "{{ .Metadata.ProviderID }}" },
        });
        assert.equal(main.machine.token, "abc");
        assert.deepEqual(main.cluster, worker.cluster);
        assert.deepEqual(other, { kind: "WatchdogTimerConfig" });
    });

    it("is the configuration of a worker, or one sentence that quotes nothing", () => {
        const secret = "hunter2";
        for (const text of [
            "",
            secret,
            `[${secret}]`,
            `{ ${secret}: `,
            `machine: ${secret}`,
            `machine: { token: ${secret} }`,
            `machine: { type: controlplane, token: ${secret} }`,
            `#cloud-config\nusers: [${secret}]`,
        ]) {
            assert.throws(
                () => machineUserData(text),
                (fault: Error) =>
                    fault.message.includes("no machine configuration of a Talos worker: allowed") &&
                    !fault.message.includes(secret),
                text,
            );
        }
    });

    it("names no host, in either spelling of Talos", () => {
        const named = { ...worker, machine: { ...worker.machine, network: { hostname: "w-1" } } };
        assert.throws(() => machineUserData(yaml.dump(named)), /names a host/);
        assert.throws(
            () =>
                machineUserData(
                    `${yaml.dump(worker)}---\napiVersion: v1alpha1\nkind: HostnameConfig\nhostname: w-1\n`,
                ),
            /names a host/,
        );
        assert.doesNotThrow(() =>
            machineUserData(`${yaml.dump(worker)}---\nkind: HostnameConfig\nauto: stable\n`),
        );
    });
});
