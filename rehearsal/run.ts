/** One rehearsal from beginning to end. */
import * as path from "node:path";
import type { Manifest } from "../components/base/object";
import { kubernetesVersion } from "../components/versions";
import { readStackFile, type StackConfiguration, UsageError } from "../preview/stack-file";
import { type Admission, admissionOf } from "./admission";
import { type Applied, isJudgedOnly } from "./apply";
import { ensureBinaries, ensureKwok } from "./binaries";
import { applyChange, type ChangeOutcome, withSettings } from "./change";
import { type Progress, raise, type Raised } from "./cluster";
import { type ControlPlane, startControlPlane } from "./control-plane";
import { stackConfiguration } from "./control-plane/stack-configuration";
import { readDefinitions, type Skipped, type Supplement, supplement } from "./definitions";
import { useCluster } from "./existing-cluster";
import type { Options } from "./options";
import type { Placement } from "./placement";
import { applyAgain, type Change } from "./second-apply";
import {
    kubernetesOf,
    machineDocuments,
    type RehearsedStack,
    rehearsedStack,
    type StackObject,
} from "./stack";

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
    /** What a changed setting changed; undefined when none was. */
    readonly change: ChangeOutcome | undefined;
    /** Seconds from the beginning to the end of each part. */
    readonly seconds: Readonly<Record<"planned" | "started" | "settled" | "total", number>>;
}

const root = path.join(__dirname, "..");

const since = (start: number) => (Date.now() - start) / 1000;

/** Objects that the API server keeps: a webhook configuration is only judged. */
function kept(objects: readonly StackObject[], { refused }: Applied): StackObject[] {
    const gone = new Set(refused.map(({ urn }) => urn));
    return objects.filter(({ id, manifest }) => !gone.has(id) && !isJudgedOnly(manifest));
}

/**
 * The cluster of a kubeconfig, or a control plane of its own.
 *
 * @throws UsageError when the stack's Kubernetes is of another minor version than the programs
 */
async function clusterFor(
    options: Options,
    stack: RehearsedStack,
    configuration: StackConfiguration,
    progress: Progress,
): Promise<ControlPlane> {
    const { kubeconfig, confirm: confirmed, port } = options;
    if (kubeconfig !== undefined) {
        return useCluster({ kubeconfig, confirmed, kwok: await ensureKwok(progress) });
    }
    const release = kubernetesOf(configuration);
    const minor = (version: string) => version.split(".").slice(0, 2).join(".");
    if (minor(release) !== minor(kubernetesVersion)) {
        throw new UsageError(
            `Stack ${stack.name} runs Kubernetes ${release}, but the rehearsal's control plane is ${kubernetesVersion} (rehearsal/go.mod): rehearse on a kind cluster of that release through KUBECONFIG.`,
        );
    }
    const binaries = await ensureBinaries(progress);
    progress("Starting the control plane");
    return startControlPlane({
        binaries,
        kubernetesVersion: release,
        configuration: stackConfiguration(machineDocuments(stack)),
        port,
    });
}

/** Sends the stack with settings changed, and compares. */
async function changed(
    { rehearsal: { kubernetes }, applied }: Raised,
    { change }: Options,
    configuration: StackConfiguration,
    plan: Supplement,
    atHand: readonly Manifest[],
): Promise<ChangeOutcome> {
    const other = await rehearsedStack(withSettings(configuration, change));
    return applyChange(
        kubernetes,
        Object.entries(change).map(([key, value]) => `${key}=${value}`),
        kept(plan.objects, applied),
        kept(supplement(other, atHand).objects, applied),
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
    progress(`Planning stack ${options.stack}`);
    const stack = await rehearsedStack(configuration);
    const plan = supplement(stack, atHand);
    const planned = since(begin);
    const controlPlane = await clusterFor(options, stack, configuration, progress);
    const started = since(begin);
    try {
        const raised = await raise(
            stack,
            plan,
            { controlPlane, existing: options.kubeconfig !== undefined },
            progress,
        );
        const { rehearsal, applied, refusedStandIns, placement } = raised;
        const { kubernetes, pods } = rehearsal;
        const admission = await admissionOf(kubernetes, pods.all());
        const ready = since(begin);
        const again = options.again
            ? await applyAgain(kubernetes, kept(plan.objects, applied))
            : undefined;
        const change =
            Object.keys(options.change).length > 0
                ? await changed(raised, options, configuration, plan, atHand)
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
            change,
            seconds: { planned, started, settled: ready, total: since(begin) },
        };
    } finally {
        await controlPlane.stop();
    }
}
