/**
 * Helm hooks. Nothing runs `helm install` here, so each hook of a chart is decided once: applied as
 * an ordinary object, or dropped with the reason. A hook that nobody decided on is an error: a
 * chart that gains one must not lose it silently.
 */
import { type Manifest, objectKey } from "./object";

/** What becomes of one hook object. */
export interface HookDecision {
    /** `Kind/namespace/name` of the object, or `Kind/name`. */
    readonly object: string;
    readonly decision: "apply" | "drop";
    readonly reason: string;
}

const HOOK = "helm.sh/hook";

/** The kinds of hook of an object (`pre-install`, `test` ...); empty for an ordinary one. */
export function hooksOf({ metadata }: Manifest): string[] {
    return (metadata.annotations?.[HOOK] ?? "")
        .split(",")
        .map((hook) => hook.trim())
        .filter((hook) => hook !== "");
}

function withoutHookAnnotations(manifest: Manifest): Manifest {
    const annotations = Object.fromEntries(
        Object.entries(manifest.metadata.annotations ?? {}).filter(
            ([key]) => !key.startsWith(HOOK),
        ),
    );
    return { ...manifest, metadata: { ...manifest.metadata, annotations } };
}

/**
 * The objects to apply: all ordinary ones and the hooks decided `apply`. Test hooks are always
 * left out: they run on demand, never as part of an installation.
 *
 * @throws Error naming each hook without a decision and each decision without a hook
 */
export function decideHooks(
    chart: string,
    manifests: readonly Manifest[],
    decisions: readonly HookDecision[],
): Manifest[] {
    const byObject = new Map(decisions.map((decision) => [decision.object, decision]));
    const faults: string[] = [];
    const applied = manifests.flatMap((manifest) => {
        const hooks = hooksOf(manifest);
        if (hooks.length === 0) {
            return [manifest];
        }
        if (hooks.every((hook) => hook.startsWith("test"))) {
            return [];
        }
        const key = objectKey(manifest);
        const decision = byObject.get(key);
        byObject.delete(key);
        if (decision === undefined) {
            faults.push(`${key} (${hooks.join(", ")}) has no decision: apply it or drop it`);
            return [];
        }
        return decision.decision === "apply" ? [withoutHookAnnotations(manifest)] : [];
    });
    const stale = [...byObject.keys()].map(
        (key) => `${key} is decided, but the chart has no such hook`,
    );
    if (faults.length + stale.length > 0) {
        throw new Error(`Chart ${chart}: ${[...faults, ...stale].join("; ")}.`);
    }
    return applied;
}
