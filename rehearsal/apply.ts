/** Sends a stack to an API server, in the program's own dependency order. */
import { type Manifest, objectKey } from "../components/base/object";
import { isTree, readList } from "../policy/kernel/tree";
import { ApiError } from "./connection";
import { inDependencyOrder } from "./graph";
import type { Kubernetes, LiveObject } from "./kubernetes";
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
}

/** What sending needs of a client. */
type Sender = Pick<Kubernetes, "apply" | "get" | "pathOf">;

/** Field manager of everything that stands for the program. */
export const PROGRAM = "pulumi";

const AT_ONCE = 16;
/** A CRD is served some moments after it was taken; on a busy machine many of them take long. */
const SERVED_WITHIN_MS = 180_000;
/** First and longest pause before asking again whether it is. */
const SHORTEST_PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 800;
const CRD = "apiextensions.k8s.io/v1/CustomResourceDefinition";

/** Webhook configurations are judged without being kept: no webhook runs here to answer. */
export function isJudgedOnly({ kind }: Manifest): boolean {
    return /^(Mutating|Validating)WebhookConfiguration$/.test(kind);
}

function isEstablished(crd: unknown): boolean {
    return readList(crd, "status", "conditions").some(
        (condition) =>
            isTree(condition) && condition.type === "Established" && condition.status === "True",
    );
}

/** Waits as the Kubernetes provider does before custom resources follow. */
async function untilServed(kubernetes: Sender, manifest: Manifest): Promise<void> {
    const end = Date.now() + SERVED_WITHIN_MS;
    const path = await kubernetes.pathOf(manifest);
    let pause = SHORTEST_PAUSE_MS;
    while (!isEstablished(await kubernetes.get(path))) {
        if (Date.now() > end) {
            throw new Error("the API server did not begin to serve it within three minutes");
        }
        await new Promise((resolve) => setTimeout(resolve, pause));
        pause = Math.min(pause * 2, LONGEST_PAUSE_MS);
    }
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
        if (`${manifest.apiVersion}/${manifest.kind}` === CRD) {
            await untilServed(kubernetes, manifest);
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
    const byId = new Map(objects.map((object) => [object.id, object]));
    let sent = 0;
    await inDependencyOrder(
        [...objects, ...others],
        async ({ id }) => {
            const object = byId.get(id);
            if (object === undefined) {
                return;
            }
            const result = await send(kubernetes, object);
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
    };
}
