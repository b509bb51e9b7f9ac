/** `up`, `refresh` and the engine's preview. */
import * as fs from "node:fs";
import * as path from "node:path";
import type { PackConfig } from "../../preview/analyzer";
import { type EngineOutcome, previewWithEngine } from "../../preview/engine/engine-preview";
import { requireCharts, requirePulumi, runInteractively } from "../../preview/engine/toolchain";
import { previewReport } from "../../preview/report";
import { requireWritable, writeFiles } from "../../preview/scorecard/files";
import { standingOf } from "../../preview/scorecard/judged";
import { styleOf } from "../../preview/scorecard/terminal";
import { UsageError } from "../../preview/stack-file";
import { answers } from "./answer";
import { changesText, requireNoOldCrds } from "./changes";
import { engineEnvironment } from "./engine-environment";
import type { Command } from "./options";

const root = path.join(__dirname, "..", "..");
/** Flags of `up` that `preview` does not know. */
const ONLY_UP = ["--continue-on-error", "--skip-preview", "-f", "--strict"];

function levelsFile({ profile, stack }: Command): string {
    const file = path.join("policy", `levels.${profile}.json`);
    if (!fs.existsSync(path.join(root, file))) {
        throw new UsageError(
            `Pulumi.${stack.stack}.yaml has the profile "${profile}"; allowed: dev, staging, prod.`,
        );
    }
    return file;
}

/** Previews with the engine; what is said goes to stderr when stdout belongs to the document. */
async function judge(command: Command): Promise<EngineOutcome> {
    requireWritable(command);
    const pulumi = requirePulumi();
    const levels = path.join(root, levelsFile(command));
    const isTerminal = process.stderr.isTTY;
    const progress = (message: string) => {
        process.stderr.write(`\r${message} ...`);
    };
    const outcome = await previewWithEngine({
        stack: command.stack.stack,
        levels: JSON.parse(fs.readFileSync(levels, "utf8")) as PackConfig,
        pulumi,
        folder: root,
        flags: command.flags.filter((flag) => !ONLY_UP.includes(flag)),
        missingSecrets: command.stack.missingSecrets,
        ...(isTerminal ? { progress } : {}),
    });
    if (isTerminal) {
        process.stderr.write("\r\u001b[K");
    }
    return outcome;
}

/** Prints the verdict; resolves with whether the stack may go on. */
function tell({ judged, errors, code }: EngineOutcome, command: Command): boolean {
    if (judged !== undefined) {
        writeFiles(judged, command);
        const { violations, scorecard, ...rest } = judged;
        const text = command.json
            ? JSON.stringify({ ...rest, violations, exceptions: scorecard.exceptions, scorecard })
            : previewReport(judged, styleOf(process.stdout));
        process.stdout.write(`${text}\n`);
    }
    if (errors.length > 0) {
        process.stderr.write(
            `\npulumi preview failed:\n${errors.map((line) => `  ${line}`).join("\n")}\n`,
        );
    }
    return judged !== undefined && standingOf(judged).ready && errors.length === 0 && code === 0;
}

/** `npm run preview:engine`. */
export async function previewEngine(command: Command): Promise<number> {
    return tell(await judge(command), command) ? 0 : 1;
}

/**
 * `npm run up`: preview with the pack, then update with the pack. The update does not preview again:
 * what would change was shown and judged here.
 */
export async function up(command: Command): Promise<number> {
    const pulumi = requirePulumi();
    const levels = levelsFile(command);
    await requireCharts();
    const outcome = await judge(command);
    if (!tell(outcome, { ...command, json: false })) {
        process.stderr.write("\nRefused: nothing was changed.\n");
        return 1;
    }
    requireNoOldCrds(outcome.changes);
    process.stdout.write(`\n${changesText(outcome.changes)}\n`);
    const { stack } = command.stack;
    if (!command.yes && !(await answers(`Update ${stack}? Type yes: `, "yes", "up"))) {
        process.stderr.write("Nothing was changed.\n");
        return 1;
    }
    return runInteractively(
        pulumi,
        [
            ...["up", "--stack", stack, "--yes", "--skip-preview"],
            ...["--policy-pack", "policy", "--policy-pack-config", levels],
            ...command.flags,
        ],
        engineEnvironment(),
    );
}

/** `npm run refresh`: reads what is there; policies judge programs, so none runs. */
export async function refresh({ stack, yes, flags }: Command): Promise<number> {
    const pulumi = requirePulumi();
    const args = ["refresh", "--stack", stack.stack, ...(yes ? ["--yes"] : []), ...flags];
    return runInteractively(pulumi, args, engineEnvironment());
}
