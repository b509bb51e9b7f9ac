/** Names and addresses of a stack, by the words that runbooks have for them. Pure. */
import { isRecord } from "../../components/base/object";
import type { StackResource } from "../../preview/recorded-stack";
import type { StackConfiguration } from "../../preview/stack-file";

/** Values by word; a word that begins with "each" has several, and a command is told for each. */
export type Names = Readonly<Record<string, readonly string[]>>;

/** A node, as far as commands name it. */
export interface NodeName {
    readonly name: string;
    readonly role: string;
    readonly host: string;
    readonly address: string;
    readonly vmId: string;
}

/** A database of the stack. */
export interface DatabaseName {
    readonly name: string;
    readonly namespace: string;
}

function parsed(value: string | undefined): unknown {
    try {
        return JSON.parse(value ?? "");
    } catch {
        return value;
    }
}

function at(tree: unknown, ...path: readonly string[]): string | undefined {
    const found = path.reduce<unknown>(
        (value, field) => (isRecord(value) ? value[field] : undefined),
        tree,
    );
    return typeof found === "string" || typeof found === "number" ? String(found) : undefined;
}

/** The nodes of the settings. */
export function nodesOf({ values, project }: StackConfiguration): NodeName[] {
    const nodes = parsed(values[`${project}:nodes`]);
    return (Array.isArray(nodes) ? nodes : []).map((node: unknown) => ({
        name: at(node, "name") ?? "",
        role: at(node, "role") ?? "",
        host: at(node, "host") ?? "",
        address: at(node, "address") ?? "",
        vmId: at(node, "vmId") ?? "",
    }));
}

/** The databases that the program makes, by their names. */
export function databasesOf(resources: readonly StackResource[]): DatabaseName[] {
    return (
        resources
            .filter(({ type }) => /^kubernetes:postgresql\.cnpg\.io\/[^:]+:Cluster$/.test(type))
            .map(({ inputs }) => ({
                name: at(inputs, "metadata", "name") ?? "",
                namespace: at(inputs, "metadata", "namespace") ?? "",
            }))
            // Resources come in the order in which charts happen to be ready.
            .sort((one, other) => (one.name < other.name ? -1 : 1))
    );
}

/** Names of the hosts, each once. */
export function hostsOf(nodes: readonly NodeName[]): string[] {
    return [...new Set(nodes.map(({ host }) => host))];
}

function ofTier(resources: readonly StackResource[], tier: string): string[] {
    return resources
        .filter(({ type }) => type === "kubernetes:core/v1:Namespace")
        .filter(({ inputs }) => at(inputs, "metadata", "labels", "platform/backup-tier") === tier)
        .map(({ inputs }) => at(inputs, "metadata", "name") ?? "")
        .sort();
}

function given(word: string, value: string | undefined): Names {
    return value === undefined ? {} : { [word]: [value] };
}

/** What every procedure may name. */
export function stackNamesOf(
    stack: StackConfiguration,
    resources: readonly StackResource[],
): Names {
    const { values, project } = stack;
    const setting = (key: string) => parsed(values[`${project}:${key}`]);
    const nodes = nodesOf(stack);
    const planes = nodes.filter(({ role }) => role === "controlPlane");
    const databases = databasesOf(resources);
    return {
        stack: [stack.stack],
        ...given("domain", at(setting("domain")) ?? values[`${project}:domain`]),
        ...given("cluster.name", at(setting("cluster"), "name")),
        ...given("backup.endpoint", at(setting("backup"), "endpoint")),
        ...given("backup.bucket", at(setting("backup"), "bucket")),
        ...given("first control plane", planes[0]?.address),
        ...given("a control plane", planes[0]?.address),
        "each control plane": planes.map(({ address }) => address),
        "each node address": nodes.map(({ address }) => address),
        "each vm id": nodes.map(({ vmId }) => vmId),
        "each namespace of tier 0": ofTier(resources, "0"),
        "each database": databases.map(({ name }) => name),
        "namespace of each database": databases.map(({ namespace }) => namespace),
    };
}

function urnsAt(resources: readonly StackResource[], nodes: readonly NodeName[]): string[] {
    const ids = new Set(nodes.map(({ vmId }) => vmId));
    return resources
        .filter(
            ({ type, inputs }) =>
                type.startsWith("proxmoxve:") && ids.has(at(inputs, "vmId") ?? ""),
        )
        .map(({ urn }) => urn)
        .reverse();
}

/** What a procedure about one node names besides. */
export function nodeNames(
    node: NodeName,
    nodes: readonly NodeName[],
    resources: readonly StackResource[],
): Names {
    const other = nodes.find(({ name, role }) => role === "controlPlane" && name !== node.name);
    const machine = resources.find(
        ({ type, inputs }) =>
            /:VmLegacy$|:Vm$|:VirtualMachine/.test(type) && at(inputs, "vmId") === node.vmId,
    );
    return {
        node: [node.name],
        "its address": [node.address],
        host: [node.host],
        ...given("a control plane", other?.address),
        ...given("another control plane", other?.address),
        ...given("urn of the VM", machine && `'${machine.urn}'`),
    };
}

/** What the procedure about a Proxmox host names besides. */
export function hostNames(
    host: string,
    nodes: readonly NodeName[],
    resources: readonly StackResource[],
): Names {
    const lost = nodes.filter((node) => node.host === host);
    return {
        host: [host],
        "each node on the host": lost.map(({ name }) => name),
        "each urn on the host": urnsAt(resources, lost).map((urn) => `'${urn}'`),
    };
}

/** What the procedure about a database names besides. */
export function databaseNames({ name, namespace }: DatabaseName): Names {
    return { cluster: [name], namespace: [namespace] };
}

const WORD = /<([a-z][^<>]*)>/gi;

/** A text with the names of the stack, once for each where a word has several. */
export function filled(text: string, names: Names): string[] {
    const words = [...text.matchAll(WORD)].map(([, word = ""]) => word);
    const known = words.filter((word) => Object.hasOwn(names, word));
    const count = Math.max(1, ...known.map((word) => names[word]?.length ?? 1));
    return Array.from({ length: count }, (_, index) =>
        text.replace(WORD, (whole, word: string) => {
            const values = Object.hasOwn(names, word) ? (names[word] ?? []) : [];
            return values[index] ?? values[0] ?? whole;
        }),
    );
}

/** A sentence with the names of the stack; all of them where a word has several. */
export function inOneLine(text: string, names: Names): string {
    return text.replace(WORD, (whole, word: string) =>
        Object.hasOwn(names, word) ? (names[word] ?? []).join(", ") : whole,
    );
}

/** Words that only a person can fill in. */
export function openWords(texts: readonly string[]): string[] {
    return [
        ...new Set(texts.flatMap((text) => [...text.matchAll(WORD)].map(([whole]) => whole))),
    ].sort();
}
