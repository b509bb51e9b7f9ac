/**
 * What is in a dead cluster is taken out of the state, so that a destroy goes on with the machines.
 *
 * `deletedWith` would do it without a word, and also where the cluster lives: then nobody would take
 * back what systems have made outside of it (DNS records, devices), which they do when their objects are
 * deleted one by one. So it is a switch that somebody gives, and what stays behind is named.
 */
import { isObjectType, isRecord } from "../../components/base/object";
import { systems } from "../../components/systems";

type Tree = Record<string, unknown>;

/** An exported state without what is in the cluster. */
export interface Remainder {
    readonly state: unknown;
    /** How many objects were taken out. */
    readonly objects: number;
    /** What systems made outside of the cluster, one phrase each. */
    readonly leaves: readonly string[];
}

function resourcesOf(state: unknown): Tree[] {
    const deployment = isRecord(state) ? state.deployment : undefined;
    const resources = isRecord(deployment) ? deployment.resources : undefined;
    return (Array.isArray(resources) ? resources : []).filter(isRecord);
}

/** A list of URNs without those that are gone. */
function without(list: unknown, gone: ReadonlySet<string>): unknown {
    return Array.isArray(list) ? list.filter((urn) => !gone.has(String(urn))) : list;
}

/** A resource without references to what is gone. */
function detached(resource: Tree, gone: ReadonlySet<string>): Tree {
    const { dependencies, propertyDependencies, deletedWith, replaceWith, ...rest } = resource;
    const isKept = typeof deletedWith === "string" && !gone.has(deletedWith);
    const entries = isRecord(propertyDependencies) ? Object.entries(propertyDependencies) : [];
    return {
        ...rest,
        ...(dependencies === undefined ? {} : { dependencies: without(dependencies, gone) }),
        ...(propertyDependencies === undefined
            ? {}
            : {
                  propertyDependencies: Object.fromEntries(
                      entries.map(([key, urns]) => [key, without(urns, gone)]),
                  ),
              }),
        ...(replaceWith === undefined ? {} : { replaceWith: without(replaceWith, gone) }),
        ...(isKept ? { deletedWith } : {}),
    };
}

/** The last part of the type of a system's component: `externalDns` is `ExternalDns`. */
function isOfSystem(type: unknown, name: string): boolean {
    const kind = name.charAt(0).toUpperCase() + name.slice(1);
    return typeof type === "string" && type.startsWith("platform:") && type.endsWith(`:${kind}`);
}

/** Takes the objects out of an exported state; everything else stays, encrypted as it is. */
export function withoutObjects(state: unknown): Remainder {
    const resources = resourcesOf(state);
    const objects = resources.filter(({ type }) => isObjectType(String(type)));
    const gone = new Set(objects.map(({ urn }) => String(urn)));
    const kept = resources
        .filter((resource) => !objects.includes(resource))
        .map((resource) => detached(resource, gone));
    const deployment = isRecord(state) ? state.deployment : undefined;
    return {
        state: {
            ...(isRecord(state) ? state : {}),
            deployment: { ...(isRecord(deployment) ? deployment : {}), resources: kept },
        },
        objects: objects.length,
        leaves: systems.flatMap(({ name, leaves }) =>
            leaves !== undefined && resources.some(({ type }) => isOfSystem(type, name))
                ? [`${leaves} (${name})`]
                : [],
        ),
    };
}

/** What a person is told before it is done. */
export function deadClusterWarning({ objects, leaves }: Remainder): string {
    return [
        `The cluster counts as dead: ${objects} objects in it are taken out of the state, and not deleted one by one.`,
        leaves.length === 0
            ? "No system of the stack made anything outside of it that only it takes back."
            : "What its systems made outside of it stays, and is yours to delete:",
        ...leaves.map((phrase) => `  ${phrase}`),
        "Backups in their buckets stay in any case.",
    ].join("\n");
}
