import assert from "node:assert/strict";
import { importFile } from "../../scripts/imports/import-file";
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

    it("takes over machines, firewalls, the cluster's secrets and its bootstrap by their ids, and nothing that can be made again", () => {
        assert.deepEqual(
            resources.map(({ type, logicalName, id }) => [type.split(":").at(-1), logicalName, id]),
            [
                ["VmLegacy", "ctrl-0", "pve-1/10101"],
                ["OptionsLegacy", "ctrl-0", "vm/pve-1/10101"],
                ["Secrets", "talos", "/home/me/secrets.yaml"],
                ["Bootstrap", "prod", "machine_bootstrap"],
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
});
