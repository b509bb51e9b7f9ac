import assert from "node:assert/strict";
import { isRecord } from "../../components/base/object";
import { withBootstrap } from "../../scripts/imports/bootstrap";
import { UsageError } from "../../preview/usage-error";
import { importFile, readPlan } from "../../scripts/imports/import-file";
import type { StackResource } from "../../preview/recorded-stack";

const urn = (type: string, name: string) => `urn:pulumi:prod::platform::${type}::${name}`;
const machines = urn("platform:machines:Machines", "machines");
const cluster = urn("platform:cluster:TalosCluster", "cluster");

function resource(
    type: string,
    name: string,
    parent: string,
    inputs: Record<string, unknown> = {},
): StackResource {
    return { urn: urn(type, name), type, name, parent, inputs, protect: false, dependencies: [] };
}

const stack = [
    resource("platform:machines:Machines", "machines", ""),
    resource("pulumi:providers:proxmoxve", "proxmox", machines),
    resource("proxmoxve:index/vmLegacy:VmLegacy", "ctrl-0", machines, {
        nodeName: "pve-1",
        vmId: 10101,
    }),
    resource("proxmoxve:firewall/optionsLegacy:OptionsLegacy", "ctrl-0", machines, {
        nodeName: "pve-1",
        vmId: 10101,
    }),
    resource("proxmoxve:download/file:File", "talos-pve-1", machines, {}),
    resource("talos:machine/secrets:Secrets", "talos", cluster),
    resource("talos:machine/bootstrap:Bootstrap", "prod", cluster),
    resource("kubernetes:v1:Namespace", "shop", cluster),
];

const VM = "proxmoxve:index/vmLegacy:VmLegacy";
const OPTIONS = "proxmoxve:firewall/optionsLegacy:OptionsLegacy";

/** What `pulumi preview --import-file` writes of it (v3.248). */
const plan = {
    nameTable: {
        proxmox: urn("pulumi:providers:proxmoxve", "proxmox"),
        prod: urn("pulumi:providers:kubernetes", "prod"),
    },
    resources: [
        { type: "platform:base:Platform", name: "platform", component: true },
        {
            type: "platform:machines:Machines",
            name: "machines",
            parent: "platform",
            component: true,
        },
        {
            type: "platform:cluster:TalosCluster",
            name: "cluster",
            parent: "platform",
            component: true,
        },
        { type: "platform:apps:Shop", name: "shop", parent: "platform", component: true },
        {
            type: VM,
            name: "ctrl-0VmLegacy",
            logicalName: "ctrl-0",
            id: "<PLACEHOLDER>",
            parent: "machines",
            provider: "proxmox",
            version: "8.6.0",
        },
        {
            type: OPTIONS,
            name: "ctrl-0",
            id: "<PLACEHOLDER>",
            parent: "machines",
            provider: "proxmox",
        },
        {
            type: "proxmoxve:download/file:File",
            name: "talos-pve-1",
            id: "<PLACEHOLDER>",
            parent: "machines",
            provider: "proxmox",
        },
        {
            type: "talos:machine/secrets:Secrets",
            name: "talos",
            id: "<PLACEHOLDER>",
            parent: "cluster",
            version: "0.8.1",
            pluginDownloadUrl: "github://api.github.com/pulumiverse",
        },
        {
            type: "kubernetes:v1:Namespace",
            name: "shopNamespace",
            id: "<PLACEHOLDER>",
            parent: "shop",
            provider: "prod",
        },
    ],
    providerInputs: { proxmox: { endpoint: "https://pve" }, prod: { kubeconfig: "" } },
};

describe("the file of imports", () => {
    const file = importFile(readPlan(JSON.stringify(plan)), stack, "/home/me/secrets.yaml");

    it("takes over machines, firewalls and the cluster's secrets by their ids, and nothing that can be made again", () => {
        assert.deepEqual(
            file.resources.flatMap(({ type, id }) =>
                id === undefined ? [] : [[type.split(":").at(-1), id]],
            ),
            [
                ["VmLegacy", "pve-1/10101"],
                ["OptionsLegacy", "vm/pve-1/10101"],
                ["Secrets", "/home/me/secrets.yaml"],
            ],
        );
    });

    it("has the import make what they belong to, and nothing else", () => {
        const made = file.resources.filter(({ component }) => component === true);
        assert.deepEqual(
            made.map(({ name }) => name),
            ["platform", "machines", "cluster"],
        );
    });

    it("keeps each provider that finds one of them, with its inputs and release", () => {
        assert.deepEqual(file.nameTable, { proxmox: plan.nameTable.proxmox });
        assert.deepEqual(file.providerInputs, { proxmox: { endpoint: "https://pve" } });
        assert.deepEqual(
            file.resources.find(({ name }) => name === "talos"),
            { ...plan.resources.find(({ name }) => name === "talos"), id: "/home/me/secrets.yaml" },
        );
    });

    it("tells the providers of hosts with an endpoint of their own apart", () => {
        const alone = plan.resources.map((one) =>
            one.type === OPTIONS ? { ...one, provider: "proxmox-alone" } : one,
        );
        const { nameTable } = importFile(
            {
                ...plan,
                resources: alone,
                nameTable: { ...plan.nameTable, "proxmox-alone": "urn of the other" },
            },
            stack,
            "secrets.yaml",
        );
        assert.deepEqual(Object.keys(nameTable).sort(), ["proxmox", "proxmox-alone"]);
    });

    it("is refused in a sentence without a plan", () => {
        for (const text of [
            ...["", "[]", "null", "resources: []", '{"nameTable": []}', '{"resources": {}}'],
            ...['{"resources": ["Secrets"]}', '{"resources": [{"type": "x"}]}'],
        ]) {
            assert.throws(
                () => readPlan(text),
                (error) => error instanceof UsageError && error.message.includes("is no plan"),
            );
        }
    });
});

describe("a state without the bootstrap", () => {
    const provider = "urn:pulumi:prod::platform::pulumi:providers:talos::default_0_8_1::id";
    const secrets = {
        urn: urn("talos:machine/secrets:Secrets", "talos"),
        type: "talos:machine/secrets:Secrets",
        provider,
    };
    const bootstrap = urn("talos:machine/bootstrap:Bootstrap", "prod");
    const stateOf = (...more: readonly unknown[]) => ({
        version: 3,
        deployment: {
            secrets_providers: { type: "passphrase" },
            resources: [{ urn: cluster, type: "platform:cluster:TalosCluster" }, secrets, ...more],
            pending_operations: [
                { type: "creating", resource: { urn: bootstrap } },
                { type: "creating", resource: { urn: "other" } },
            ],
        },
    });

    it("knows it afterwards, as one that its provider has made, and that it is pending no longer", () => {
        const { version, deployment } = withBootstrap(stateOf(), stack) as ReturnType<
            typeof stateOf
        >;
        assert.equal(version, 3);
        assert.deepEqual(deployment.secrets_providers, { type: "passphrase" });
        assert.equal(deployment.resources.length, 3);
        assert.deepEqual(deployment.resources.at(-1), {
            urn: bootstrap,
            custom: true,
            id: "machine_bootstrap",
            type: "talos:machine/bootstrap:Bootstrap",
            inputs: { node: undefined, endpoint: undefined },
            outputs: { id: "machine_bootstrap", node: undefined, endpoint: undefined },
            parent: cluster,
            provider,
            protect: false,
        });
        assert.deepEqual(deployment.pending_operations, [
            { type: "creating", resource: { urn: "other" } },
        ]);
    });

    it("has of an imported machine what the program says and Proxmox does not know, and leaves others alone", () => {
        const machine = {
            urn: urn(VM, "ctrl-0"),
            type: VM,
            outputs: {
                name: "ctrl-0",
                agent: { enabled: true, type: "virtio", waitForIp: null },
                stopOnDestroy: false,
                watchdog: null,
                __pulumi_raw_state_delta: {},
            },
        };
        const waitForIp = { disabled: true, ipv4: false };
        const made = {
            ...machine,
            outputs: { ...machine.outputs, agent: { enabled: true, type: "virtio", waitForIp } },
        };
        const agent = { enabled: true, waitForIp: { disabled: true } };
        const recorded = stack.map((one) =>
            one.type === VM
                ? { ...one, inputs: { ...one.inputs, agent, stopOnDestroy: true } }
                : one,
        );
        const outputs = (state: unknown) =>
            (withBootstrap(state, recorded) as ReturnType<typeof stateOf>).deployment.resources
                .filter(isRecord)
                .find(({ type }) => type === VM)?.outputs;
        assert.deepEqual(outputs(stateOf(machine)), {
            name: "ctrl-0",
            agent: { enabled: true, type: "virtio", waitForIp: { disabled: true } },
            stopOnDestroy: true,
            watchdog: { action: "none", enabled: false, model: "i6300esb" },
        });
        assert.deepEqual(outputs(stateOf(made)), made.outputs);
    });

    it("is refused in a sentence where it knows it already, lacks the cluster, or is no state", () => {
        const refused = (state: unknown, found: RegExp, resources = stack) => {
            assert.throws(
                () => withBootstrap(state, resources),
                (error) => error instanceof UsageError && found.test(error.message),
            );
        };
        refused(
            stateOf({ urn: bootstrap, type: "talos:machine/bootstrap:Bootstrap" }),
            /knows the bootstrap already/,
        );
        refused({ deployment: { resources: [] } }, /secrets first/);
        refused({ deployment: {} }, /no state/);
        refused("text", /no state/);
        refused(stateOf(), /makes no cluster/, []);
    });
});
