/** Stacks besides the plain profiles. They hold few systems, so that many of them cost little. */
import type { AnyDefinition } from "../../components/base/definition";
import { externalSecrets } from "../../components/secrets/external-secrets";
import { systems } from "../../components/systems";
import {
    everySystem,
    extensionsForAll,
    leastSettings,
    networkForAll,
    nodesForAll,
    sampleEdge,
    sampleTenants,
    withOrders,
} from "../fixtures/every-system";
import { sampleConfiguration } from "../fixtures/settings";
import { type RecordedStack, stack, stackWith } from "../fixtures/stack";

/** A cluster that is there already and whose nodes nobody lists: it needs no system at all. */
export const existing = {
    cluster: {
        source: "existing",
        name: "home",
        virtualIp: "192.168.68.100",
        kubeconfig: "~/.kube/config",
    },
    nodes: [],
} as const;

/** What the settings that a system needs want besides: what it makes is read by a layer above it. */
const wanted: Readonly<Record<string, readonly AnyDefinition[]>> = { kratix: [externalSecrets] };

/** A system and what it needs, directly or through others. */
export function withNeeds(definition: AnyDefinition): AnyDefinition[] {
    return [
        definition,
        ...[...definition.needs, ...(wanted[definition.name] ?? [])].flatMap(withNeeds),
    ];
}

/**
 * The sample stack with one system and what it needs, on an existing cluster.
 *
 * @param own settings of the system
 * @param site configuration keys of the site that replace the sample's, whole
 */
export function alone(
    definition: AnyDefinition,
    own: Readonly<Record<string, unknown>> = {},
    site: Readonly<Record<string, unknown>> = existing,
): Promise<RecordedStack> {
    const needed = new Set(withNeeds(definition).map(({ name }) => name));
    const choice = systems.map(({ name }): [string, object] => [
        name,
        {
            enabled: needed.has(name),
            ...(needed.has(name) ? leastSettings[name] : {}),
            ...(name === definition.name ? own : {}),
        },
    ]);
    const [green] = sampleTenants;
    // They are nothing without one.
    const tenants = needed.has("vcluster") ? sampleTenants : needed.has("tenants") ? [green] : [];
    const edge = needed.has("k3sEdge") ? { edge: sampleEdge } : {};
    const delivery = needed.has("kratix")
        ? { delivery: withOrders(sampleConfiguration.delivery) }
        : {};
    return stackWith({
        tenants,
        ...edge,
        ...delivery,
        ...site,
        systems: Object.fromEntries(choice),
    });
}

/** Certificates of an ACME server, which take a secret. */
export const acme = { acme: { email: "admin@example.org" } } as const;

/** Overrides of the sample that switch every system on. */
export const withEverySystem = {
    profile: "prod",
    network: networkForAll(sampleConfiguration.network),
    nodes: nodesForAll(sampleConfiguration.nodes),
    talosExtensions: extensionsForAll,
    systems: everySystem(),
    tenants: sampleTenants,
    edge: sampleEdge,
    delivery: withOrders(sampleConfiguration.delivery),
} as const;

/** The sample stack with every system on. */
export function everything(): Promise<RecordedStack> {
    return stackWith(withEverySystem);
}

/** The stacks on which laws about systems are judged, by their titles. */
export const judgedStacks = {
    prod: () => stack("prod"),
    dev: () => stack("dev"),
    "prod with every system": everything,
} as const;
