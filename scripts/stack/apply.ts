/** Applies what was judged. */
import { runInteractively } from "../../preview/engine/toolchain";
import { plural } from "../../preview/scorecard/judged";
import { engineEnvironment } from "./engine-environment";
import { type ObjectRecord, writeObjectRecord } from "./object-record";
import { isChosen, type Parts, partsOf, type Plan } from "./parts";
import { ADOPTION } from "../../preview/engine/adoption";
import { chosen, EVERY_WRITE, ONE_WRITE, wayOf } from "./way";

/** An update that was judged and wanted. */
export interface Update {
    readonly pulumi: string;
    readonly stack: string;
    readonly plan: Plan;
    /** Whether the state is right about the objects in the cluster. */
    readonly record: ObjectRecord | undefined;
    /** File with the levels of the pack's policies. */
    readonly levels: string;
    /** Flags of the user for pulumi. */
    readonly flags: readonly string[];
    /** Tells the user how it goes on. */
    readonly tell: (line: string) => void;
}

const KUBERNETES_PROVIDER = "pulumi:providers:kubernetes";

type Environment = Readonly<Record<string, string>>;

/** Runs `pulumi up`, which does not preview again. */
function run({ pulumi, stack, flags }: Update, more: readonly string[], environment?: Environment) {
    return runInteractively(
        pulumi,
        ["up", "--stack", stack, "--yes", "--skip-preview", ...more, ...flags],
        { ...engineEnvironment(), ...environment },
    );
}

/** The pack watches. */
function pack({ levels }: Update): string[] {
    return ["--policy-pack", "policy", "--policy-pack-config", levels];
}

/** Notes that the state knows all objects, after an update that was about all of them. */
async function noteSuccess({ pulumi, stack, flags }: Update, code: number): Promise<number> {
    if (code === 0 && !isChosen(flags)) {
        await writeObjectRecord(pulumi, stack, "recorded");
    }
    return code;
}

/**
 * The first part runs without the pack, which would judge objects that are left out by the nothing
 * that the engine shows of them. What it makes was judged with everything else before.
 */
async function inParts(update: Update, { first, outside, objects }: Parts): Promise<number> {
    const { pulumi, stack, tell } = update;
    const rest = plural(objects.length, "object");
    tell(`First what is outside of the cluster, and what that waits for; then ${rest} in it.`);
    const code = await run(update, chosen("--target", first), EVERY_WRITE);
    if (code !== 0) {
        return code;
    }
    if (!(await writeObjectRecord(pulumi, stack, "unrecorded"))) {
        // Nobody would know that it was killed.
        return run(update, pack(update), EVERY_WRITE);
    }
    tell(`Now ${rest} in the cluster; the state is written at the end.`);
    const more = [...pack(update), ...chosen("--exclude", outside)];
    return noteSuccess(update, await run(update, more, ONE_WRITE));
}

/** Takes over what a killed update left in the cluster. */
async function adopt(update: Update): Promise<number> {
    const { pulumi, stack, tell } = update;
    tell(
        "An update was killed while it made objects: those that the state does not know are taken over, whoever manages their fields.",
    );
    await writeObjectRecord(pulumi, stack, "adopting");
    const taken = await run(update, pack(update), { ...EVERY_WRITE, ...ADOPTION });
    const code = await noteSuccess(update, taken);
    return code === 0 && !isChosen(update.flags) ? endAdoption(update) : code;
}

/**
 * The engine writes down what the provider was told as its arguments. It would stay told so in the
 * state, and the next preview would find a change that nobody has made.
 */
function endAdoption(update: Update): Promise<number> {
    const providers = update.plan.resources.filter(({ type }) => type === KUBERNETES_PROVIDER);
    const urns = providers.map(({ urn }) => urn);
    return run(update, chosen("--target", urns), EVERY_WRITE);
}

/** Applies an update in the way that fits the state; resolves with the exit code of pulumi. */
export async function apply(update: Update): Promise<number> {
    const { pulumi, stack, plan, flags, record } = update;
    const parts = partsOf(plan);
    switch (wayOf({ plan, parts, flags, record })) {
        case "parts":
            return inParts(update, parts);
        case "adoption":
            return adopt(update);
        case "whole":
            if (record === "unrecorded") {
                await writeObjectRecord(pulumi, stack, "recorded");
            }
            return run(update, pack(update));
    }
}
