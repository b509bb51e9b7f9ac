/**
 * `npm run parity -- [--stack NAME] [--require]`: whether `pulumi preview` with the pack and the
 * embedded preview say the same of each stack. The engine works on a copy of the project with a
 * state of its own and stand-ins for secrets, so it needs no account and touches nothing.
 */
import * as fs from "node:fs";
import * as path from "node:path";
import * as yaml from "js-yaml";
import { runTool, temporaryFolder } from "../components/base/ending";
import { secretStandIns } from "../components/systems";
import { parseArguments } from "../preview/arguments";
import { print, runCommand, tellProgress } from "../preview/command";
import { detailsOf } from "../preview/document";
import { disagreements } from "../preview/engine/parity";
import { previewWithEngine } from "../preview/engine/engine-preview";
import { findPulumi } from "../preview/engine/toolchain";
import { preview, readLevels } from "../preview/run";
import { toJudged } from "../preview/scorecard/from-preview";
import { plural } from "../preview/scorecard/judged";
import { readStackFile, type StackConfiguration, stackNames } from "../preview/stack-file";

const USAGE = `Usage: npm run parity -- [--stack NAME] [--require]

  --stack NAME   stack to compare, Pulumi.NAME.yaml (default: all)
  --require      fail where there is no pulumi to compare with

Compares what \`pulumi preview\` with the pack and the embedded preview say, to the letter. The engine
works on a copy of the project with a state of its own, so nothing is touched.

Ends with 0 when both say the same, 1 when they differ or a stack could not be compared, 2 on a
mistake.`;

const root = path.join(__dirname, "..");
/** So many differences are told. */
const MOST = 20;
/** Has the form that the provider checks. */
const STAND_IN = "parity@pve!parity=00000000-0000-4000-8000-000000000000";

/** A copy of the project by links, with the stack's settings but none of its secrets. */
function copyProject(
    folder: string,
    { project, stack, values, missingSecrets }: StackConfiguration,
) {
    for (const entry of fs.readdirSync(root)) {
        if (entry !== ".git" && !/^Pulumi\..+\.yaml$/.test(entry)) {
            fs.symlinkSync(path.join(root, entry), path.join(folder, entry));
        }
    }
    const file = path.join(root, `Pulumi.${stack}.yaml`);
    const { config } = yaml.load(fs.readFileSync(file, "utf8")) as {
        config: Record<string, unknown>;
    };
    const isSecret = (value: unknown) =>
        typeof value === "object" && value !== null && "secure" in value;
    const plain = Object.entries(config).filter(([, value]) => !isSecret(value));
    fs.writeFileSync(
        path.join(folder, `Pulumi.${stack}.yaml`),
        yaml.dump({ config: Object.fromEntries(plain) }),
    );
    const set = Object.keys(config).filter((key) => isSecret(config[key]));
    return [...new Set([...set, ...missingSecrets.map((key) => `${project}:${key}`)])].filter(
        (key) => key in values,
    );
}

/** What came of one stack: how much was compared and what differs, or why nothing could be. */
type Comparison =
    | { readonly count: string; readonly found: readonly string[] }
    | { readonly reasons: readonly string[] };

/** Last words of a tool, without what it says to everybody. */
function lastWords(error: unknown): string {
    const { stderr = "", message } = error as Error & { stderr?: string };
    const lines = (stderr === "" ? message : stderr)
        .split("\n")
        .filter((line) => line.trim() !== "");
    return lines.at(-1)?.replace(/^error: /, "") ?? message;
}

/** Makes the stack in a state of its own, with stand-ins for its secrets. */
async function makeStack(
    pulumi: string,
    folder: string,
    stack: StackConfiguration,
    environment: Readonly<Record<string, string>>,
): Promise<void> {
    const secrets = copyProject(folder, stack);
    const command = (...args: string[]) =>
        runTool(pulumi, args, { cwd: folder, env: { ...process.env, ...environment } });
    await command("stack", "init", stack.stack, "--non-interactive");
    for (const key of secrets) {
        const value = secretStandIns[key.slice(stack.project.length + 1)] ?? STAND_IN;
        await command("config", "set", "--stack", stack.stack, "--secret", key, value);
    }
}

async function compare(stack: StackConfiguration, pulumi: string): Promise<Comparison> {
    const { folder, remove } = temporaryFolder("parity");
    const state = path.join(folder, ".state");
    const environment = {
        PULUMI_BACKEND_URL: `file://${state}`,
        PULUMI_CONFIG_PASSPHRASE: "parity",
        PULUMI_SKIP_UPDATE_CHECK: "true",
    };
    try {
        fs.mkdirSync(state);
        try {
            await makeStack(pulumi, folder, stack, environment);
        } catch (error) {
            return { reasons: [lastWords(error)] };
        }
        const result = await preview(stack);
        const embedded = { judged: toJudged(result), details: detailsOf(result) };
        const { judged, details, errors } = await previewWithEngine({
            stack: stack.stack,
            profile: embedded.judged.profile,
            levels: readLevels(embedded.judged.profile),
            pulumi,
            folder,
            environment,
            withInputs: true,
        });
        if (judged === undefined || details === undefined || errors.length > 0) {
            return { reasons: errors };
        }
        const { resources, scorecard, violations } = embedded.judged;
        return {
            count: `${plural(resources.length, "resource")}, ${scorecard.criteria.length} criteria, ${plural(violations.length, "violation")}`,
            found: disagreements(embedded, { judged, details }),
        };
    } finally {
        remove();
    }
}

/** At most so many lines, indented. */
function listed(lines: readonly string[]): string[] {
    const rest = lines.length - MOST;
    return [
        ...lines.slice(0, MOST).map((line) => `  ${line}`),
        ...(rest > 0 ? [`  and ${rest} more`] : []),
    ];
}

async function main(args: readonly string[]): Promise<number> {
    const { stack: wanted, require } = parseArguments(
        args,
        {
            stack: { type: "string", short: "s" },
            require: { type: "boolean", default: false },
        },
        USAGE,
    );
    // A mistyped name is a mistake, with or without the CLI.
    const names = wanted === undefined ? stackNames(root) : [wanted];
    const stacks = names.map((name) => readStackFile(root, name));
    const pulumi = findPulumi();
    if (pulumi === undefined) {
        await print(
            `Parity: 0 of ${plural(stacks.length, "stack")} compared: there is no pulumi on the PATH.`,
        );
        return require ? 1 : 0;
    }
    let different = 0;
    let compared = 0;
    for (const stack of stacks) {
        tellProgress(`Previewing ${stack.stack} in both ways`);
        const comparison = await compare(stack, pulumi);
        if ("reasons" in comparison) {
            const lines = listed(comparison.reasons);
            await print([`${stack.stack}: COULD NOT BE COMPARED:`, ...lines].join("\n"));
            continue;
        }
        const { count, found } = comparison;
        compared += 1;
        different += found.length > 0 ? 1 : 0;
        const verdict = found.length === 0 ? "the same in both previews" : "DIFFERENT";
        await print([`${stack.stack}: ${count}: ${verdict}`, ...listed(found)].join("\n"));
    }
    const result = different > 0 ? `${different} different` : "none different";
    await print(`Parity: ${compared} of ${plural(stacks.length, "stack")} compared, ${result}.`);
    return different > 0 || compared < stacks.length ? 1 : 0;
}

runCommand(USAGE, main);
