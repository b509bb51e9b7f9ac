import assert from "node:assert/strict";
import { withBootstrap } from "../../scripts/imports/bootstrap";
import { UsageError } from "../../preview/usage-error";
import { importFile, targetsOf } from "../../scripts/imports/import-file";
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

describe("the file of imports", () => {
    const { nameTable, resources } = importFile(stack, "/home/me/secrets.yaml");

    it("takes over machines, firewalls and the cluster's secrets by their ids, and nothing that can be made again", () => {
        assert.deepEqual(
            resources.map(({ type, logicalName, id }) => [type.split(":").at(-1), logicalName, id]),
            [
                ["VmLegacy", "ctrl-0", "pve-1/10101"],
                ["OptionsLegacy", "ctrl-0", "vm/pve-1/10101"],
                ["Secrets", "talos", "/home/me/secrets.yaml"],
            ],
        );
    });

    it("names each resource once, and only parents and providers that its table has", () => {
        const names = resources.map(({ name }) => name);
        assert.equal(new Set(names).size, names.length);
        for (const { parent, provider } of resources) {
            assert.ok(parent in nameTable);
            assert.ok(provider === undefined || provider in nameTable);
        }
        assert.equal(nameTable["proxmox-provider"], urn("pulumi:providers:proxmoxve", "proxmox"));
        assert.equal(nameTable.machines, machines);
    });

    it("is preceded by an update of what they belong to, with all that this is part of in turn", () => {
        const root = resource("pulumi:pulumi:Stack", "stack", "");
        const platform = resource("platform:base:Platform", "platform", root.urn);
        const inside = stack.map((one) =>
            one.parent === "" ? { ...one, parent: platform.urn } : one,
        );
        const targets = targetsOf([root, platform, ...inside], nameTable);
        // The engine refuses to make a child of something that is left out, but for the stack itself.
        assert.deepEqual([...targets].sort(), [platform.urn, ...Object.values(nameTable)].sort());
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
