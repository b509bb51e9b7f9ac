/** One rehearsal from beginning to end. */
import * as fs from "node:fs";
import * as path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { Manifest } from "../components/base/object";
import type { Progress } from "../preview/run";
import { readStackFile, type StackConfiguration, UsageError } from "../preview/stack-file";
import { type Admission, admissionOf } from "./admission";
import { agree, type Agreement } from "./agreement/agree";
import { type Applied, isJudgedOnly } from "./apply";
import { applyChange, type ChangeOutcome, withSettings } from "./change";
import { raise, type Raised } from "./cluster";
import type { ControlPlane } from "./control-plane";
import { readDefinitions, type Skipped, type Supplement, supplement } from "./definitions";
import { Disruptions } from "./disruptions";
import type { Drain } from "./drain/drain";
import type { Loss } from "./loss/loss";
import { lossPicture } from "./loss/picture";
import { targetsOf } from "./loss/targets";
import type { Options } from "./options";
import type { Placement } from "./placement";
import { withoutStandIns } from "./stand-ins";
import { applyAgain, type Change } from "./second-apply";
import { type RehearsedStack, rehearsedStack, type StackObject } from "./stack";
import { arenaFor, type RehearsalTarget, targetFor } from "./target";

/** What a rehearsal found out. */
export interface Outcome {
    readonly stack: string;
    /** Charts that could not be rendered: what they bring was not rehearsed. */
    readonly missing: readonly string[];
    readonly applied: Applied;
    readonly skipped: readonly Skipped[];
    readonly refusedStandIns: readonly string[];
    /** Custom resources of which nobody can say what pods are made of them, each with the reason. */
    readonly withoutStandIns: readonly string[];
    readonly placement: Placement;
    readonly admission: Admission;
    /** What a second apply changed; undefined when there was none. */
    readonly again: readonly Change[] | undefined;
    readonly losses: readonly Loss[];
    readonly drains: readonly Drain[];
    /** File with the picture of the losses; undefined without any. */
    readonly picture: string | undefined;
    /** What a changed setting changed; undefined when none was. */
    readonly change: ChangeOutcome | undefined;
    /** Whether the N+1 proof and the scheduler agree; undefined when nobody asked. */
    readonly agreement: Agreement | undefined;
    /** Seconds from the beginning to the end of each part. */
    readonly seconds: Readonly<Record<"planned" | "started" | "settled" | "total", number>>;
}

/** What is rehearsed, and with what. */
interface Plan {
    readonly options: Options;
    readonly configuration: StackConfiguration;
    readonly stack: RehearsedStack;
    /** CRDs that were given besides the stack's own. */
    readonly atHand: readonly Manifest[];
    readonly supplement: Supplement;
}

const EXPLAINED_WITHIN_MS = 3000;
const root = path.join(__dirname, "..");

const since = (start: number) => (Date.now() - start) / 1000;

/** Objects that the API server keeps: a webhook configuration is only judged. */
function kept(objects: readonly StackObject[], { refused }: Applied): StackObject[] {
    const gone = new Set(refused.map(({ urn }) => urn));
    return objects.filter(({ id, manifest }) => !gone.has(id) && !isJudgedOnly(manifest));
}

async function planFor(options: Options): Promise<Plan> {
    const configuration = readStackFile(root, options.stack);
    const atHand = options.crds === undefined ? [] : readDefinitions(options.crds);
    const stack = await rehearsedStack(configuration);
    // A wrong name must not be found out after minutes.
    options.lose.forEach((what) => targetsOf(what, stack.capacity.cluster.nodes));
    return { options, configuration, stack, atHand, supplement: supplement(stack, atHand) };
}

/** Sends the stack with settings changed, and compares. */
async function changed(
    { options: { change }, configuration, atHand, supplement: { objects } }: Plan,
    { rehearsal: { kubernetes }, applied }: Raised,
): Promise<ChangeOutcome | undefined> {
    const settings = Object.entries(change).map(([key, value]) => `${key}=${value}`);
    if (settings.length === 0) {
        return undefined;
    }
    const other = await rehearsedStack(withSettings(configuration, change));
    const after = supplement(other, atHand).objects;
    return applyChange(kubernetes, settings, kept(objects, applied), kept(after, applied));
}

/** Draws the losses. */
function draw({ options, stack }: Plan, losses: readonly Loss[]): string | undefined {
    if (losses.length === 0) {
        return undefined;
    }
    const file = options.picture ?? path.join(root, "output", `loss-${options.stack}.svg`);
    try {
        fs.mkdirSync(path.dirname(file), { recursive: true });
        fs.writeFileSync(file, lossPicture(stack.name, losses));
    } catch (error) {
        throw new UsageError(`--picture: ${file} cannot be written: ${(error as Error).message}.`);
    }
    return file;
}

/** Takes nodes away and empties them, as far as that was asked for. */
async function disrupt(
    { options: { lose, drain } }: Plan,
    { rehearsal }: Raised,
    timing: RehearsalTarget["timing"],
): Promise<Pick<Outcome, "losses" | "drains"> & { readonly refused: readonly string[] }> {
    if (lose.length === 0 && !drain) {
        return { losses: [], drains: [], refused: [] };
    }
    const disruptions = await Disruptions.prepare(rehearsal, timing);
    const losses = await disruptions.lose(lose);
    const drains = drain
        ? [...(await disruptions.drain(false)), ...(await disruptions.drain(true))]
        : [];
    await disruptions.end();
    return { losses, drains, refused: disruptions.refused };
}

/** Everything that needs the cluster. */
async function perform(
    planned: Plan,
    target: RehearsalTarget,
    progress: Progress,
): Promise<Omit<Outcome, "agreement" | "seconds"> & { readonly settledAt: number }> {
    const { options, stack } = planned;
    const raised = await raise(stack, planned.supplement, target, progress);
    const { applied, placement, refusedStandIns } = raised;
    const { kubernetes, pods } = raised.rehearsal;
    const settledAt = Date.now();
    const admission = await admissionOf(kubernetes, pods.all());
    const again = options.again
        ? await applyAgain(kubernetes, kept(planned.supplement.objects, applied))
        : undefined;
    const { losses, drains, refused } = await disrupt(planned, raised, target.timing);
    const change = await changed(planned, raised);
    await raised.end();
    return {
        ...{ stack: stack.name, missing: stack.missing, skipped: planned.supplement.skipped },
        ...{ applied, placement, admission, again, losses, drains, change, settledAt },
        picture: draw(planned, losses),
        refusedStandIns: [...refusedStandIns, ...refused],
        withoutStandIns: withoutStandIns(stack),
    };
}

/** Fails as soon as a program of the control plane ends by itself, with the reason. */
function endOf({ signal }: ControlPlane): Promise<never> {
    return new Promise((_resolve, reject) => {
        signal.addEventListener("abort", () => {
            reject(signal.reason as Error);
        });
    });
}

/** A connection that broke says nothing; that a program has ended is known a moment later. */
async function explained(error: unknown, controlPlane: ControlPlane): Promise<never> {
    if ((error as NodeJS.ErrnoException).code !== undefined) {
        await Promise.race([endOf(controlPlane), pause(EXPLAINED_WITHIN_MS)]);
    }
    throw error;
}

/** Does something with a control plane, and ends it however that went. */
async function on<T>(controlPlane: ControlPlane, work: () => Promise<T>): Promise<T> {
    try {
        return await Promise.race([work(), endOf(controlPlane)]).catch((error: unknown) =>
            explained(error, controlPlane),
        );
    } finally {
        await controlPlane.stop();
    }
}

/** Lets the proof and the scheduler judge the stack and generated ones. */
async function agreed(
    { options: { agree: count, seed }, configuration, stack }: Plan,
    progress: Progress,
): Promise<Agreement | undefined> {
    if (count === 0) {
        return undefined;
    }
    const arena = await arenaFor(stack, configuration, progress);
    progress(`Comparing the N+1 proof with the scheduler on ${count} generated stacks`);
    return on(arena, () => agree(arena, { count, seed, stacks: [stack] }, progress));
}

/**
 * Rehearses.
 *
 * @throws UsageError for a mistake, or when the control plane ends by itself
 */
export async function rehearse(options: Options, progress: Progress): Promise<Outcome> {
    const begin = Date.now();
    progress(`Planning stack ${options.stack}`);
    const plan = await planFor(options);
    const planned = since(begin);
    const target = await targetFor(options, plan.stack, plan.configuration, progress);
    const started = since(begin);
    const { settledAt, ...outcome } = await on(target.controlPlane, () =>
        perform(plan, target, progress),
    );
    const agreement = await agreed(plan, progress);
    const settled = (settledAt - begin) / 1000;
    return { ...outcome, agreement, seconds: { planned, started, settled, total: since(begin) } };
}
