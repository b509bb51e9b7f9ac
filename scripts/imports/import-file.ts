/**
 * The file for `pulumi import --file` that takes machines and the cluster's secrets over into a
 * state that has lost them. Pure: what the engine planned and the recorded resources in, the file out.
 */
import { isRecord } from "../../components/base/object";
import type { StackResource } from "../../preview/recorded-stack";
import { UsageError } from "../../preview/usage-error";

/** One resource to take over, in the words of the Pulumi CLI (v3.248, pkg/cmd/pulumi/operations/import.go). */
interface ImportedResource {
    readonly type: string;
    /** Unique in the file. */
    readonly name: string;
    /** Name in the program, where that is another. */
    readonly logicalName?: string;
    /** What its provider finds it by; none for a component. */
    readonly id?: string;
    /** Name in the file, or in its table, of what it belongs to. */
    readonly parent?: string;
    /** Name in the table of its provider; none for the default one. */
    readonly provider?: string;
    /** Made by the import itself, because there is nothing to take over. */
    readonly component?: boolean;
}

/** The whole file. What else the CLI writes in it stays as it is. */
export interface ImportFile {
    /** URNs of what is in the state already, and of providers. */
    readonly nameTable: Readonly<Record<string, string>>;
    readonly resources: readonly ImportedResource[];
    /** Inputs of the providers that the import makes, by name; secrets among them are encrypted. */
    readonly providerInputs: Readonly<Record<string, unknown>>;
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

const isString = (value: unknown) => typeof value === "string";

/**
 * Reads what `pulumi preview --import-file` wrote.
 *
 * @throws UsageError for anything else
 */
export function readPlan(text: string): ImportFile {
    let found: unknown;
    try {
        found = JSON.parse(text);
    } catch {
        found = undefined;
    }
    // The CLI leaves out what is empty.
    const { nameTable = {}, resources = [], providerInputs = {} } = isRecord(found) ? found : {};
    if (
        !isRecord(found) ||
        !isRecord(nameTable) ||
        !isRecord(providerInputs) ||
        !Array.isArray(resources) ||
        !resources.every((one) => isRecord(one) && isString(one.type) && isString(one.name))
    ) {
        throw new UsageError(
            "--plan: the file is no plan; allowed: what pulumi preview --import-file wrote.",
        );
    }
    return { ...found, nameTable, resources, providerInputs } as ImportFile;
}

function only<T>(record: Readonly<Record<string, T>>, names: ReadonlySet<string | undefined>) {
    return Object.fromEntries(Object.entries(record).filter(([name]) => names.has(name)));
}

/**
 * Of what the engine would make, the part that is there already: with the components that this is part
 * of and the providers that find it, which the import makes.
 *
 * @param plan what the engine would make of a state that knows nothing
 * @param recorded the same stack with its inputs
 * @param secretsFile path of the secrets bundle, as `talosctl gen secrets` writes it
 */
export function importFile(
    plan: ImportFile,
    recorded: readonly StackResource[],
    secretsFile: string,
): ImportFile {
    const byName = new Map(plan.resources.map((resource) => [resource.name, resource]));
    const found = new Map<string, ImportedResource>();
    for (const planned of plan.resources) {
        const idOf = importable[planned.type];
        if (idOf === undefined) {
            continue;
        }
        const name = planned.logicalName ?? planned.name;
        const known = recorded.find((one) => one.type === planned.type && one.name === name);
        if (known === undefined) {
            continue;
        }
        found.set(planned.name, { ...planned, id: idOf(known.inputs, secretsFile) });
        for (
            let parent = byName.get(planned.parent ?? "");
            parent !== undefined;
            parent = byName.get(parent.parent ?? "")
        ) {
            found.set(parent.name, parent);
        }
    }
    const resources = plan.resources.flatMap(({ name }) => found.get(name) ?? []);
    const named = new Set(resources.flatMap(({ parent, provider }) => [parent, provider]));
    return {
        nameTable: only(plan.nameTable, named),
        resources,
        providerInputs: only(plan.providerInputs, named),
    };
}
