/** One rehearsal from beginning to end. */
import * as path from "node:path";
import { readStackFile } from "../preview/stack-file";
import { type Admission, admissionOf } from "./admission";
import type { Applied } from "./apply";
import { ensureBinaries } from "./binaries";
import { type Progress, raise, type Rehearsal } from "./cluster";
import { startControlPlane } from "./control-plane";
import { readDefinitions, type Skipped, supplement } from "./definitions";
import type { Options } from "./options";
import { type Placement, placementOf } from "./placement";
import { applyAgain, type Change } from "./second-apply";
import { rehearsedStack } from "./stack";

/** What a rehearsal found out. */
export interface Outcome {
    readonly stack: string;
    /** Charts that could not be rendered: what they bring was not rehearsed. */
    readonly missing: readonly string[];
    readonly applied: Applied;
    readonly skipped: readonly Skipped[];
    readonly refusedStandIns: readonly string[];
    readonly placement: Placement;
    readonly admission: Admission;
    /** What a second apply changed; undefined when there was none. */
    readonly again: readonly Change[] | undefined;
    /** Seconds of each part. */
    readonly seconds: { readonly start: number; readonly raise: number; readonly total: number };
}

const root = path.join(__dirname, "..");

const since = (start: number) => (Date.now() - start) / 1000;

/** Objects that the API server keeps: a webhook configuration is only judged. */
function kept({ stack }: Rehearsal, { live }: Applied) {
    return stack.objects.filter(
        ({ id, manifest }) => live.has(id) && !manifest.kind.endsWith("WebhookConfiguration"),
    );
}

/**
 * Rehearses.
 *
 * @throws UsageError for a mistake, or when the control plane ends by itself
 */
export async function rehearse(options: Options, progress: Progress): Promise<Outcome> {
    const begin = Date.now();
    const configuration = readStackFile(root, options.stack);
    const atHand = options.crds === undefined ? [] : readDefinitions(options.crds);
    const binaries = await ensureBinaries(progress);
    progress(`Planning stack ${options.stack}`);
    const stack = await rehearsedStack(configuration);
    const plan = supplement(stack, atHand);
    progress("Starting the control plane");
    const begun = Date.now();
    const controlPlane = await startControlPlane({
        binaries,
        kubernetesVersion: "1.35.4",
        port: options.port,
    });
    const started = since(begun);
    try {
        const raised = await raise(stack, plan, controlPlane, progress);
        const { rehearsal, applied, refusedStandIns } = raised;
        const { kubernetes, pods } = rehearsal;
        const placement = await placementOf(kubernetes, pods.all());
        const admission = await admissionOf(kubernetes, pods.all());
        const ready = since(begin);
        const again = options.again
            ? await applyAgain(kubernetes, kept(rehearsal, applied))
            : undefined;
        await raised.end();
        return {
            stack: stack.name,
            missing: stack.missing,
            applied,
            skipped: plan.skipped,
            refusedStandIns,
            placement,
            admission,
            again,
            seconds: { start: started, raise: ready, total: since(begin) },
        };
    } finally {
        await controlPlane.stop();
    }
}
