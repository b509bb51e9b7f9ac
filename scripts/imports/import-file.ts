/**
 * The file for `pulumi import --file` that takes machines and the cluster's secrets over into a
 * state that has lost them. Pure: recorded resources in, the file out.
 */
import talosPackage from "@pulumiverse/talos/package.json";
import type { StackResource } from "../../preview/recorded-stack";

/** One resource to take over, in the words of the Pulumi CLI. */
interface ImportedResource {
    readonly type: string;
    /** Unique in the file. */
    readonly name: string;
    /** Name in the program. */
    readonly logicalName: string;
    readonly id: string;
    readonly parent: string;
    readonly provider?: string;
    readonly version?: string;
    readonly pluginDownloadUrl?: string;
}

/** The whole file. */
export interface ImportFile {
    /** URNs of the parents and providers that resources name, which must be in the state already. */
    readonly nameTable: Readonly<Record<string, string>>;
    readonly resources: readonly ImportedResource[];
}

/** What cannot be made again, by type, with the id under which its provider finds it. */
const importable: Readonly<
    Record<string, (inputs: StackResource["inputs"], secretsFile: string) => string>
> = {
    // bpg/proxmox: docs/resources/virtual_environment_vm.md, "Import".
    "proxmoxve:index/vmLegacy:VmLegacy": ({ nodeName, vmId }) =>
        `${String(nodeName)}/${String(vmId)}`,
    // bpg/proxmox: virtual_environment_firewall_rules.md and ..._options.md, "Import".
    "proxmoxve:firewall/rulesLegacy:RulesLegacy": ({ nodeName, vmId }) =>
        `vm/${String(nodeName)}/${String(vmId)}`,
    "proxmoxve:firewall/optionsLegacy:OptionsLegacy": ({ nodeName, vmId }) =>
        `vm/${String(nodeName)}/${String(vmId)}`,
    // siderolabs/talos: talos_machine_secrets_resource.go, ImportState reads the file.
    "talos:machine/secrets:Secrets": (_inputs, secretsFile) => secretsFile,
};

/** The Talos provider is not in Pulumi's own registry. */
const talosPlugin = {
    version: talosPackage.version,
    pluginDownloadUrl: talosPackage.pulumi.server,
};

const providerType = "pulumi:providers:proxmoxve";

function lastOf(urn: string): string {
    return urn.split("::").at(-1) ?? urn;
}

/**
 * The file for a stack.
 *
 * @param secretsFile path of the secrets bundle, as `talosctl gen secrets` writes it
 */
export function importFile(resources: readonly StackResource[], secretsFile: string): ImportFile {
    const provider = resources.find(({ type }) => type === providerType);
    const wanted = resources.flatMap((resource) => {
        const idOf = importable[resource.type];
        return idOf === undefined ? [] : [{ ...resource, id: idOf(resource.inputs, secretsFile) }];
    });
    const parents = new Map(wanted.map(({ parent }) => [lastOf(parent), parent]));
    return {
        nameTable: {
            ...Object.fromEntries(parents),
            ...(provider === undefined ? {} : { "proxmox-provider": provider.urn }),
        },
        resources: wanted.map(({ type, name, parent, id }) => ({
            type,
            name: `${name}-${(type.split(":").at(-1) ?? type).toLowerCase()}`,
            logicalName: name,
            id,
            parent: lastOf(parent),
            ...(type.startsWith("proxmoxve:") ? { provider: "proxmox-provider" } : talosPlugin),
        })),
    };
}

/**
 * What an update must make before the file can be imported, by URN: what the file names, and each
 * component that this is part of, because the engine makes no child of one that is left out. The stack
 * itself is always there.
 */
export function targetsOf(
    resources: readonly StackResource[],
    nameTable: ImportFile["nameTable"],
): string[] {
    const byUrn = new Map(resources.map((resource) => [resource.urn, resource]));
    const found = new Set(Object.values(nameTable));
    for (const urn of found) {
        const parent = byUrn.get(byUrn.get(urn)?.parent ?? "");
        if (parent !== undefined && parent.type !== "pulumi:pulumi:Stack") {
            found.add(parent.urn);
        }
    }
    return [...found].sort();
}
