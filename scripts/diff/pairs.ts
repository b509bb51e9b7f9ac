/** Which resource of one plan is which of the other. Pure. */
import { isRecord } from "../../components/base/object";
import type { PlanResource } from "./plan";

/** The same resource in both plans. */
export interface ResourcePair {
    readonly before: PlanResource;
    readonly after: PlanResource;
    /**
     * How they were recognized: by their URN; by what they are outside of Pulumi, which has them
     * under two URNs; or by their name but for a part that was generated from their content.
     */
    readonly by: "urn" | "identity" | "generated name";
}

/** Two plans, resource by resource. */
export interface Pairing {
    readonly pairs: readonly ResourcePair[];
    readonly removed: readonly PlanResource[];
    readonly added: readonly PlanResource[];
}

/** What a hash of the content at the end of a name looks like: letters with at least one digit. */
const GENERATED = /-(?=[a-z]*\d)[a-z0-9]{8,64}$/;

/**
 * What a resource is for the system that it is made in, whatever its URN: the same object of
 * Kubernetes, also in another version of its API, or the same name of another kind of thing.
 */
export function identityOf({ type, name, inputs }: PlanResource): string {
    const { metadata, apiVersion } = inputs;
    if (!isRecord(metadata) || typeof metadata.name !== "string") {
        return `${type} ${name}`;
    }
    const [group = ""] = typeof apiVersion === "string" ? apiVersion.split("/") : [];
    const { namespace } = metadata;
    return [
        type.split(":").at(-1),
        group === apiVersion ? "" : group,
        typeof namespace === "string" ? namespace : "",
        metadata.name,
    ].join(" ");
}

function nameWithoutHash({ type, parent, name }: PlanResource): string | undefined {
    return GENERATED.test(name) ? `${type} ${parent} ${name.replace(GENERATED, "")}` : undefined;
}

/** Resources that have a key which no other one has. */
function unique(
    resources: readonly PlanResource[],
    keyOf: (resource: PlanResource) => string | undefined,
): ReadonlyMap<string, PlanResource> {
    const found = new Map<string, PlanResource>();
    const twice = new Set<string>();
    for (const resource of resources) {
        const key = keyOf(resource);
        if (key !== undefined) {
            if (found.has(key)) {
                twice.add(key);
            }
            found.set(key, resource);
        }
    }
    return new Map([...found].filter(([key]) => !twice.has(key)));
}

/** Pairs by a key; what has no counterpart is left over. */
function pairBy(
    { pairs, removed, added }: Pairing,
    by: ResourcePair["by"],
    keyOf: (resource: PlanResource) => string | undefined,
): Pairing {
    const old = unique(removed, keyOf);
    const now = unique(added, keyOf);
    const more = [...old].flatMap(([key, before]): ResourcePair[] => {
        const after = now.get(key);
        return after === undefined ? [] : [{ before, after, by }];
    });
    const taken = new Set(more.flatMap(({ before, after }) => [before, after]));
    return {
        pairs: [...pairs, ...more],
        removed: removed.filter((resource) => !taken.has(resource)),
        added: added.filter((resource) => !taken.has(resource)),
    };
}

/** Pairs the resources of two plans. */
export function pairResources(
    before: readonly PlanResource[],
    after: readonly PlanResource[],
): Pairing {
    const start: Pairing = { pairs: [], removed: before, added: after };
    const byUrn = pairBy(start, "urn", ({ urn }) => urn);
    const byIdentity = pairBy(byUrn, "identity", identityOf);
    return pairBy(byIdentity, "generated name", nameWithoutHash);
}
