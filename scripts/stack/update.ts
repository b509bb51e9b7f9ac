/** `up`, `refresh` and the engine's preview. */
import * as fs from "node:fs";
import * as path from "node:path";
import type { PackConfig } from "../../preview/analyzer";
import { type EngineOutcome, previewWithEngine } from "../../preview/engine/engine-preview";
import {
    requireCharts,
    requirePulumi,
    requireStack,
    runInteractively,
} from "../../preview/engine/toolchain";
import { print } from "../../preview/command";
import { toDocument } from "../../preview/document";
import { previewReport } from "../../preview/report";
import { requireWritable, writeFiles } from "../../preview/scorecard/files";
import { standingOf } from "../../preview/scorecard/judged";
import { styleOf } from "../../preview/scorecard/terminal";
import { UsageError } from "../../preview/stack-file";
import { answers } from "./answer";
import { apply } from "./apply";
import { changesText, requireNoOldCrds } from "./changes";
import { engineEnvironment } from "./engine-environment";
import { requireDrained } from "./machines";
import { readObjectRecord, requireNoDeletion, writeObjectRecord } from "./object-record";
import type { Command } from "./options";
import { isChosen } from "./parts";

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
export async function judge(command: Command): Promise<EngineOutcome> {
    requireWritable(command);
    const pulumi = requirePulumi();
    const levels = path.join(root, levelsFile(command));
    const isTerminal = process.stderr.isTTY;
    const progress = (message: string) => {
        process.stderr.write(`\r${message} ...`);
    };
    try {
        return await previewWithEngine({
            stack: command.stack.stack,
            profile: command.profile,
            levels: JSON.parse(fs.readFileSync(levels, "utf8")) as PackConfig,
            pulumi,
            folder: root,
            flags: command.flags.filter((flag) => !ONLY_UP.includes(flag)),
            missingSecrets: command.stack.missingSecrets,
            withInputs: command.json,
            ...(isTerminal ? { progress } : {}),
        });
    } finally {
        if (isTerminal) {
            process.stderr.write("\r\u001b[K");
        }
    }
}

/** Prints the verdict; resolves with whether the stack may go on. */
async function tell(
    { judged, details, errors, code }: EngineOutcome,
    command: Command,
): Promise<boolean> {
    if (judged !== undefined && details !== undefined) {
        writeFiles(judged, command);
        await print(
            command.json
                ? JSON.stringify(toDocument(judged, details))
                : previewReport(judged, styleOf(process.stdout)),
        );
        if (command.json) {
            judged.warnings.forEach((warning) => process.stderr.write(`warning: ${warning}\n`));
        }
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
    return (await tell(await judge(command), command)) ? 0 : 1;
}

/**
 * `npm run up`: preview with the pack, then update with the pack. The update does not preview again:
 * what would change was shown and judged here.
 */
export async function up(command: Command): Promise<number> {
    const pulumi = requirePulumi();
    const levels = levelsFile(command);
    await requireStack(pulumi, command.stack.stack);
    const record = await readObjectRecord(pulumi, command.stack.stack);
    requireNoDeletion(record, command.stack.stack);
    await requireCharts();
    const outcome = await judge({ ...command, json: false });
    const isReady = await tell(outcome, { ...command, json: false });
    const missing = outcome.judged === undefined ? [] : standingOf(outcome.judged).missingCharts;
    if (missing.length > 0) {
        const names = missing.map(({ chart }) => chart).join(", ");
        process.stderr.write(`\nRefused: the verdict covers only a part (missing: ${names}).\n`);
        return 1;
    }
    if (!isReady) {
        process.stderr.write("\nRefused: nothing was changed.\n");
        return 1;
    }
    requireNoOldCrds(outcome.changes);
    if (!command.withoutDrain) {
        await requireDrained(pulumi, command.stack.stack, outcome.changes);
    }
    process.stdout.write(`\n${changesText(outcome.changes)}\n`);
    const { stack } = command.stack;
    if (!command.yes && !(await answers(`Update ${stack}? Type yes: `, "yes", "up"))) {
        process.stderr.write("Nothing was changed.\n");
        return 1;
    }
    const { changes, dependencies, judged } = outcome;
    const plan = { resources: judged?.resources ?? [], changes, dependencies };
    const tellLine = (line: string) => {
        process.stdout.write(`\n${line}\n`);
    };
    return apply({ pulumi, stack, plan, record, levels, flags: command.flags, tell: tellLine });
}

/** `npm run refresh`: reads what is there; policies judge programs, so none runs. */
export async function refresh({ stack, yes, flags }: Command): Promise<number> {
    const pulumi = requirePulumi();
    await requireStack(pulumi, stack.stack);
    const args = ["refresh", "--stack", stack.stack, ...(yes ? ["--yes"] : []), ...flags];
    const record = await readObjectRecord(pulumi, stack.stack);
    const code = await runInteractively(pulumi, args, engineEnvironment());
    if (code === 0 && record === "deleting" && !isChosen(flags)) {
        await writeObjectRecord(pulumi, stack.stack, "recorded");
    }
    return code;
}
