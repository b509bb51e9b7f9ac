/** Deleting a CRD: never with objects that somebody still has, unless that was asked for. */
import type { Manifest } from "../components/base/object";
import type { Kubernetes, LiveObject } from "../kubernetes-client/kubernetes";
import { CrdError } from "./errors";
import { servedVersion } from "./versions";

/**
 * Environment variable: `true` deletes CRDs with all their objects. For one command, never in a
 * profile: whoever removes a system later would lose its data without a word.
 */
export const WITH_OBJECTS_VARIABLE = "PLATFORM_DELETE_CUSTOM_RESOURCES";

/** So many objects are asked for, and named. */
const MOST = 3;
const PAUSE_MS = 500;

interface ObjectList {
    readonly items: readonly LiveObject[];
    readonly metadata?: { readonly remainingItemCount?: number };
}

/** Where the objects of a CRD are listed; undefined when none of its versions is served. */
function listPath(crd: Manifest): string | undefined {
    const { group, names } = crd.spec as {
        readonly group: string;
        readonly names: { readonly plural: string };
    };
    const version = servedVersion(crd);
    return version && `/apis/${group}/${version}/${names.plural}`;
}

function called({ metadata: { name, namespace } }: LiveObject): string {
    return namespace === undefined ? name : `${namespace}/${name}`;
}

/** Names of the first objects of a CRD, and of how many there are more; empty without any. */
async function objectsOf(client: Pick<Kubernetes, "find">, crd: Manifest): Promise<string> {
    const path = listPath(crd);
    const query = { limit: String(MOST) };
    const list = path === undefined ? undefined : await client.find<ObjectList>(path, query);
    const more = list?.metadata?.remainingItemCount ?? 0;
    return [...(list?.items ?? []).map(called), ...(more > 0 ? [`${more} more`] : [])].join(", ");
}

/**
 * Refuses to go on while there are objects of the CRD.
 *
 * @throws CrdError with one sentence
 */
export async function requireNoObjects(
    client: Pick<Kubernetes, "find">,
    crd: LiveObject,
    environment: NodeJS.ProcessEnv,
): Promise<void> {
    if (environment[WITH_OBJECTS_VARIABLE] === "true") {
        return;
    }
    const names = await objectsOf(client, crd);
    if (names !== "") {
        throw new CrdError(
            `The CRD ${crd.metadata.name} stays, because deleting it deletes its objects with it ` +
                `(${names}): delete them first, or run this once with ${WITH_OBJECTS_VARIABLE}=true.`,
        );
    }
}

/** Waits until the CRD is gone: the API server deletes its objects first. */
export async function untilGone(
    client: Pick<Kubernetes, "find">,
    crd: LiveObject,
    patience: number,
    signal?: AbortSignal,
): Promise<void> {
    const path = `/apis/apiextensions.k8s.io/v1/customresourcedefinitions/${crd.metadata.name}`;
    const end = Date.now() + patience;
    for (;;) {
        const live = await client.find<LiveObject>(path);
        if (live?.metadata.uid !== crd.metadata.uid) {
            return;
        }
        if (Date.now() > end || signal?.aborted === true) {
            const names = await objectsOf(client, crd);
            throw new CrdError(
                `The CRD ${crd.metadata.name} is being deleted, but objects of it still wait for ` +
                    `their finalizers (${names}): see who sets them, and run this again.`,
            );
        }
        await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
}
