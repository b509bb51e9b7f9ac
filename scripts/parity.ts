/**
 * `npm run parity -- [--stack NAME] [--require]`: whether `pulumi preview` with the pack and the
 * embedded preview say the same of each stack. The engine works on a copy of the project with a
 * state of its own and stand-ins for secrets, so it needs no account and touches nothing.
 */
import { execFile } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { parseArgs, promisify } from "node:util";
import * as yaml from "js-yaml";
import { runToEnd } from "../preview/command";
import { disagreements } from "../preview/engine/parity";
import { previewWithEngine } from "../preview/engine/engine-preview";
import { findPulumi } from "../preview/engine/toolchain";
import { preview, readLevels } from "../preview/run";
import { plural, toJudged } from "../preview/scorecard/judged";
import { readStackFile, type StackConfiguration, stackNames } from "../preview/stack-file";

const run = promisify(execFile);
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

/** What differs between the two previews; `count` says how much was compared. */
async function compare(stack: StackConfiguration, pulumi: string) {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), "platform-parity-"));
    const state = path.join(folder, ".state");
    const environment = {
        PULUMI_BACKEND_URL: `file://${state}`,
        PULUMI_CONFIG_PASSPHRASE: "parity",
        PULUMI_SKIP_UPDATE_CHECK: "true",
    };
    try {
        fs.mkdirSync(state);
        const secrets = copyProject(folder, stack);
        const command = (...args: string[]) =>
            run(pulumi, args, { cwd: folder, env: { ...process.env, ...environment } });
        await command("stack", "init", stack.stack, "--non-interactive");
        for (const key of secrets) {
            await command("config", "set", "--stack", stack.stack, "--secret", key, STAND_IN);
        }
        const embedded = toJudged(await preview(stack));
        const { judged: engine, errors } = await previewWithEngine({
            stack: stack.stack,
            levels: readLevels(stack.values[`${stack.project}:profile`] ?? ""),
            pulumi,
            folder,
            environment,
        });
        const found = engine === undefined ? [] : disagreements(embedded, engine);
        const count = `${plural(embedded.resources.length, "resource")}, ${embedded.scorecard.criteria.length} criteria, ${plural(embedded.violations.length, "violation")}`;
        return { count, found: [...errors.map((error) => `engine: ${error}`), ...found] };
    } finally {
        fs.rmSync(folder, { recursive: true, force: true });
    }
}

async function main(): Promise<number> {
    const { values } = parseArgs({
        options: { stack: { type: "string" }, require: { type: "boolean", default: false } },
    });
    const stacks = values.stack === undefined ? stackNames(root) : [values.stack];
    const pulumi = findPulumi();
    if (pulumi === undefined) {
        process.stdout.write(
            `Parity: 0 of ${plural(stacks.length, "stack")} compared: there is no pulumi on the PATH.\n`,
        );
        return values.require ? 1 : 0;
    }
    let different = 0;
    for (const name of stacks) {
        const { count, found } = await compare(readStackFile(root, name), pulumi);
        different += found.length > 0 ? 1 : 0;
        const verdict = found.length === 0 ? "the same in both previews" : "DIFFERENT";
        process.stdout.write(`${name}: ${count}: ${verdict}\n`);
        process.stdout.write(
            found
                .slice(0, MOST)
                .map((line) => `  ${line}\n`)
                .join(""),
        );
        if (found.length > MOST) {
            process.stdout.write(`  and ${found.length - MOST} more\n`);
        }
    }
    process.stdout.write(
        `Parity: ${stacks.length} of ${plural(stacks.length, "stack")} compared.\n`,
    );
    return different > 0 ? 1 : 0;
}

runToEnd(main);
