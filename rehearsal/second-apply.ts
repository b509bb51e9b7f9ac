/** Applies what is there already: whatever changes then is a fight over a field. */
import { objectKey } from "../components/base/object";
import { isTree, type Tree } from "../policy/kernel/tree";
import { PROGRAM } from "./apply";
import { ApiError } from "../kubernetes-client/connection";
import type { Kubernetes, LiveObject } from "../kubernetes-client/kubernetes";
import type { StackObject } from "./stack";

/** An object that an apply changed. */
export interface Change {
    readonly urn: string;
    /** `Kind/namespace/name`. */
    readonly object: string;
    /** Paths of the fields that are different now, at most a few. */
    readonly fields: readonly string[];
}

const AT_ONCE = 16;
const MOST_FIELDS = 5;

function without(tree: Tree, ...keys: string[]): Tree {
    return Object.fromEntries(Object.entries(tree).filter(([key]) => !keys.includes(key)));
}

/**
 * What an apply may change of an object: not its status, which controllers write meanwhile, nor the
 * API server's bookkeeping, but which fields belong to the program.
 */
function applicable(object: LiveObject): Tree {
    const { managedFields } = object.metadata;
    const own = (Array.isArray(managedFields) ? managedFields : [])
        .filter(isTree)
        .filter(({ manager, subresource }) => manager === PROGRAM && subresource === undefined)
        .map(({ fieldsV1 }) => fieldsV1);
    const metadata = without(object.metadata, "managedFields", "resourceVersion", "generation");
    return { ...without(object, "status"), metadata, own };
}

/** Paths at which two values differ. */
export function differences(before: unknown, after: unknown, at = ""): string[] {
    const isObject = (value: unknown): value is Record<string, unknown> =>
        typeof value === "object" && value !== null;
    if (!isObject(before) || !isObject(after)) {
        return Object.is(before, after) ? [] : [at];
    }
    const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
    return [...keys].flatMap((key) => differences(before[key], after[key], `${at}.${key}`));
}

/** What applying again needs of a client. */
export type Applier = Pick<Kubernetes, "apply" | "find" | "pathOf">;

async function applied(kubernetes: Applier, { id, manifest }: StackObject): Promise<Change[]> {
    const path = await kubernetes.pathOf(manifest);
    const before = await kubernetes.find<LiveObject>(path);
    const { body: after } = await kubernetes.apply(manifest, PROGRAM);
    const fields =
        before === undefined
            ? ["new"]
            : before.metadata.resourceVersion === after.metadata.resourceVersion
              ? []
              : differences(applicable(before), applicable(after));
    return fields.length === 0
        ? []
        : [{ urn: id, object: objectKey(manifest), fields: fields.slice(0, MOST_FIELDS) }];
}

/**
 * Applies objects and tells which of them the API server made or changed.
 *
 * @param objects without those that are only judged (webhook configurations) or were refused
 */
export async function applyAgain(
    kubernetes: Applier,
    objects: readonly StackObject[],
): Promise<Change[]> {
    const queue = [...objects];
    const changes: Change[] = [];
    const worker = async () => {
        for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
            try {
                changes.push(...(await applied(kubernetes, next)));
            } catch (error) {
                if (!(error instanceof ApiError)) {
                    throw error;
                }
                const { id, manifest } = next;
                changes.push({ urn: id, object: objectKey(manifest), fields: [error.message] });
            }
        }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, worker));
    return changes;
}
