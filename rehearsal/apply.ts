/** Sends a stack to an API server, in the program's own dependency order. */
import { type Manifest, objectKey } from "../components/base/object";
import { isCrd } from "../components/base/scope";
import { ApiError } from "../kubernetes-client/connection";
import { inDependencyOrder } from "./graph";
import type { Kubernetes, LiveObject } from "../kubernetes-client/kubernetes";
import { untilServed } from "../kubernetes-client/served";
import type { RehearsedStack, StackObject } from "./stack";

/** An object that the API server did not take. */
export interface RefusedObject {
    readonly urn: string;
    /** `Kind/namespace/name`. */
    readonly object: string;
    readonly component: string;
    /** The API server's words. */
    readonly reason: string;
}

/** What came of sending. */
export interface Applied {
    readonly sent: number;
    readonly accepted: number;
    readonly refused: readonly RefusedObject[];
    /** Warnings of the API server, each with the objects that it came with. */
    readonly warnings: ReadonlyMap<string, readonly string[]>;
    /** Webhook configurations, judged but not kept: no webhook runs here to answer. */
    readonly judgedOnly: number;
    /** What the API server has now, by URN. */
    readonly live: ReadonlyMap<string, LiveObject>;
    /** Seconds from sending an object until it was answered, a CRD served, by URN. */
    readonly took: ReadonlyMap<string, number>;
}

/** What sending needs of a client. */
type Sender = Pick<Kubernetes, "apply" | "get" | "pathOf">;

/** Field manager of everything that stands for the program. */
export const PROGRAM = "pulumi";

const AT_ONCE = 16;
/** A CRD is served some moments after it was taken; on a busy machine many of them take long. */
const SERVED_WITHIN_MS = 180_000;

/** Webhook configurations are judged without being kept: no webhook runs here to answer. */
export function isJudgedOnly({ kind }: Manifest): boolean {
    return /^(Mutating|Validating)WebhookConfiguration$/.test(kind);
}

/** What is done with one object; its refusal is not an error, the rest is sent all the same. */
async function send(
    kubernetes: Sender,
    { manifest }: StackObject,
): Promise<{ live?: LiveObject; warnings: readonly string[]; reason?: string }> {
    try {
        const { body, warnings } = await kubernetes.apply(
            manifest,
            PROGRAM,
            isJudgedOnly(manifest),
        );
        if (isCrd(manifest)) {
            await untilServed(kubernetes, manifest, SERVED_WITHIN_MS);
        }
        return { live: body, warnings };
    } catch (error) {
        if (error instanceof ApiError || (error as NodeJS.ErrnoException).code === undefined) {
            return { warnings: [], reason: (error as Error).message };
        }
        throw error;
    }
}

/**
 * Sends every object of the stack.
 *
 * @param progress told how many were sent, now and then
 * @throws Error when the API server cannot be reached
 */
export async function apply(
    kubernetes: Sender,
    { objects, others }: Pick<RehearsedStack, "objects" | "others">,
    progress: (sent: number) => void = () => undefined,
): Promise<Applied> {
    const refused: RefusedObject[] = [];
    const warnings = new Map<string, string[]>();
    const live = new Map<string, LiveObject>();
    const took = new Map<string, number>();
    const byId = new Map(objects.map((object) => [object.id, object]));
    let sent = 0;
    await inDependencyOrder(
        [...objects, ...others],
        async ({ id }) => {
            const object = byId.get(id);
            if (object === undefined) {
                return;
            }
            const begin = performance.now();
            const result = await send(kubernetes, object);
            took.set(id, (performance.now() - begin) / 1000);
            const name = objectKey(object.manifest);
            if (result.live !== undefined) {
                live.set(id, result.live);
            }
            if (result.reason !== undefined) {
                const { component } = object;
                refused.push({ urn: id, object: name, component, reason: result.reason });
            }
            for (const warning of result.warnings) {
                warnings.set(warning, [...(warnings.get(warning) ?? []), name]);
            }
            progress(++sent);
        },
        AT_ONCE,
    );
    return {
        sent,
        accepted: sent - refused.length,
        refused,
        warnings,
        judgedOnly: objects.filter(({ manifest }) => isJudgedOnly(manifest)).length,
        live,
        took,
    };
}
