/** What every system of a stack takes, keeps and is reached by. Pure. */
import { isLack } from "../../components/base/capabilities";
import type { Layer } from "../../components/base/component";
import type { AnyDefinition } from "../../components/base/definition";
import { isRecord } from "../../components/base/object";
import { componentName } from "../../components/base/component-name";
import { systems } from "../../components/systems";
import { podRequests } from "../../policy/engines/scheduling/pod-resources";
import { GIB } from "../../policy/engines/scheduling/amounts";
import { stackClaims } from "../../policy/engines/scheduling/claims";
import type { PodSet } from "../../policy/engines/scheduling/pod-set";
import { capacityOf } from "../../policy/engines/scheduling/stack";
import { groupBy } from "../../preview/scorecard/judged";
import { isPage } from "../../preview/page-line";
import { factsOf, type StackResource } from "../../preview/recorded-stack";

/** A system with its figures. */
export interface InventoryRow {
    readonly definition: AnyDefinition;
    /** Pods that last, with what they run as: `3 prometheus`; those on every node without a number. */
    readonly pods: readonly string[];
    /** Sum of the requests of pods that last, in cores and GiB; of one on each node once a node. */
    readonly cores: number;
    readonly memory: number;
    /** GiB of claims, each copy counted. */
    readonly claims: number;
    readonly hosts: readonly string[];
    /** Backup tiers of its namespaces. */
    readonly tiers: readonly string[];
    readonly critical: number;
    readonly warnings: number;
}

/** The systems of a stack, in the order of the layers. */
export interface Inventory {
    readonly stack: string;
    readonly nodes: number;
    readonly rows: readonly InventoryRow[];
}

/** What makes pods that end. */
const ENDING = ["Job", "CronJob"];
const TIER = "platform/backup-tier";

function metadataOf(inputs: unknown): Readonly<Record<string, unknown>> {
    const metadata = isRecord(inputs) ? inputs.metadata : undefined;
    return isRecord(metadata) ? metadata : {};
}

function namespaceOf(inputs: unknown): string | undefined {
    const { namespace } = metadataOf(inputs);
    return typeof namespace === "string" ? namespace : undefined;
}

/** Which system a resource belongs to: by its nearest component that is one, else by its namespace. */
function ownerOf(resources: readonly StackResource[]): (urn: string) => string | undefined {
    const byUrn = new Map(resources.map((resource) => [resource.urn, resource]));
    const names = new Map<string, string>(
        systems.map(({ name, layer }) => [`platform:${layer} ${componentName(name)}`, name]),
    );
    const above = (urn: string): StackResource[] => {
        const resource = byUrn.get(urn);
        return resource === undefined ? [] : [resource, ...above(resource.parent)];
    };
    const systemOf = (parents: readonly StackResource[]) =>
        parents
            .map(({ type, name }) => names.get(`${type.slice(0, type.lastIndexOf(":"))} ${name}`))
            .find((name) => name !== undefined);
    const homes = new Map<string, string>();
    for (const { urn, inputs } of resources) {
        const [home, system] = [namespaceOf(inputs), systemOf(above(urn))];
        if (home !== undefined && system !== undefined && !homes.has(home)) {
            homes.set(home, system);
        }
    }
    return (urn) => {
        const parents = above(urn);
        // What is of no layer, such as the control plane itself, is of no system.
        const isShared = parents.some(({ type }) => /^platform:(?!base:)/.test(type));
        const home = isShared ? namespaceOf(parents[0]?.inputs) : undefined;
        return systemOf(parents) ?? (home === undefined ? undefined : homes.get(home));
    };
}

/** What is looked up for one system. */
type Grouped<T> = (system: string) => readonly T[];

function grouped<T>(items: readonly T[], owner: (item: T) => string | undefined): Grouped<T> {
    const groups = groupBy(items, (item) => owner(item) ?? "");
    return (system) => groups.get(system) ?? [];
}

function sum<T>(items: readonly T[], of: (item: T) => number): number {
    return items.reduce((total, item) => total + of(item), 0);
}

function tierOf({ inputs }: StackResource): string[] {
    const { labels } = metadataOf(inputs);
    const tier = isRecord(labels) ? labels[TIER] : undefined;
    return typeof tier === "string" ? [tier] : [];
}

/** Pods of one name together, with how many; those on each node without a number. */
function named(sets: readonly PodSet[]): string[] {
    return [...groupBy(sets, ({ name }) => name)].map(([name, own]) =>
        own.some(({ perNode }) => perNode) ? name : `${sum(own, ({ count }) => count)} ${name}`,
    );
}

/** The inventory of a recorded stack; systems that are off are left out. */
export function inventoryOf(stack: string, resources: readonly StackResource[]): Inventory {
    const facts = factsOf(resources);
    const capacity = capacityOf(facts);
    const nodes = capacity?.cluster.nodes.length ?? 0;
    const owner = ownerOf(resources);
    const lasting = (capacity?.sets ?? []).filter(
        ({ passing, fact }) => !passing && !ENDING.includes(fact.object?.kind ?? ""),
    );
    const pods = grouped(lasting, ({ fact }) => owner(fact.urn));
    const claims = grouped(
        stackClaims(facts).claims.filter(({ scratch }) => !scratch),
        ({ fact }) => owner(fact.urn),
    );
    const routes = grouped(
        resources.filter(({ type }) => isPage(type)),
        ({ urn }) => owner(urn),
    );
    const namespaces = grouped(
        resources.filter(({ inputs }) => inputs.kind === "Namespace"),
        ({ urn }) => owner(urn),
    );
    const isOn = new Set(resources.map(({ urn }) => owner(urn)));
    const rowOf = (definition: AnyDefinition): InventoryRow => {
        const { name, capabilities } = definition;
        const own = pods(name);
        const copies = ({ perNode, count }: PodSet) => (perNode ? nodes : count);
        const alerts = isLack(capabilities.alerts) ? [] : capabilities.alerts;
        return {
            definition,
            pods: named(own),
            cores: sum(own, (set) => (copies(set) * (podRequests(set.spec).cpu ?? 0)) / 1000),
            memory: sum(own, (set) => (copies(set) * (podRequests(set.spec).memory ?? 0)) / GIB),
            claims: sum(claims(name), ({ bytes, count }) => (bytes * count) / GIB),
            hosts: [...new Set(routes(name).map(({ inputs }) => String(inputs.host)))].sort(),
            tiers: [...new Set(namespaces(name).flatMap(tierOf))].sort(),
            critical: alerts.filter(({ severity }) => severity === "critical").length,
            warnings: alerts.filter(({ severity }) => severity !== "critical").length,
        };
    };
    return {
        stack,
        nodes,
        rows: systems.filter(({ name }) => isOn.has(name)).map(rowOf),
    };
}

/** The rows by layer, in the order of the first of each. */
export function byLayer({ rows }: Inventory): (readonly [Layer, readonly InventoryRow[]])[] {
    return [...groupBy(rows, ({ definition }) => definition.layer)];
}
