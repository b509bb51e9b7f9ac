/** `npm run imports`: writes what `pulumi import` needs after a state was lost. */
import * as fs from "node:fs";
import * as path from "node:path";
import { parseArguments } from "../preview/arguments";
import { print, runCommand } from "../preview/command";
import { recordStack } from "../preview/recorded-stack";
import { readStackFile, UsageError } from "../preview/stack-file";
import { withBootstrap } from "./imports/bootstrap";
import { importFile, readPlan } from "./imports/import-file";

const root = path.join(__dirname, "..");

const USAGE = `Usage: npm run imports -- --stack NAME --plan FILE --secrets FILE | --bootstrap FILE

  --stack NAME     stack whose state was lost, Pulumi.NAME.yaml
  --plan FILE      what would be made of it, from "pulumi preview --import-file"
  --secrets FILE   secrets bundle of its cluster, from "talosctl gen secrets --from-controlplane-config"
  --bootstrap FILE the stack's state, from "pulumi stack export", which does not know that the cluster
                   was bootstrapped: writes output/imports/NAME-state.json, which does

With --plan and --secrets it writes output/imports/NAME.json for "pulumi import", and says what to run. Changes nothing
else. The whole procedure: docs/runbooks/state-lost.md. Ends with 0 when written, 2 on a mistake.`;

/** Writes the state with the bootstrap in it. */
async function writeBootstrap(stack: string, exported: string): Promise<number> {
    let state: unknown;
    try {
        state = JSON.parse(fs.readFileSync(exported, "utf8"));
    } catch {
        throw new UsageError(`--bootstrap: ${exported} cannot be read as JSON.`);
    }
    const configuration = readStackFile(root, stack);
    const mended = withBootstrap(state, await recordStack(configuration));
    const file = path.join(root, "output/imports", `${stack}-state.json`);
    fs.mkdirSync(path.dirname(file), { recursive: true });
    // It may hold secrets in plain text, as the exported one does.
    fs.writeFileSync(file, JSON.stringify(mended), { mode: 0o600 });
    const shown = path.relative(process.cwd(), file);
    await print(`Wrote ${shown}: pulumi stack import --stack ${stack} --file ${shown}`);
    return 0;
}

/** Writes the file for `pulumi import`. */
async function writeImports(stack: string, plan: string, secrets: string): Promise<number> {
    for (const [option, file] of [
        ["--plan", plan],
        ["--secrets", secrets],
    ] as const) {
        if (!fs.existsSync(file)) {
            throw new UsageError(
                `${option}: ${file} does not exist; docs/runbooks/state-lost.md says how to get it.`,
            );
        }
    }
    const planned = readPlan(fs.readFileSync(plan, "utf8"));
    const recorded = await recordStack(readStackFile(root, stack));
    const content = importFile(planned, recorded, path.resolve(secrets));
    const taken = content.resources.filter(({ component }) => component !== true).length;
    if (taken === 0) {
        process.stderr.write(
            `Nothing is to be taken over: stack ${stack} makes no machines, or its state knows them.\n`,
        );
        return 2;
    }
    const file = path.join(root, "output/imports", `${stack}.json`);
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(file, `${JSON.stringify(content, null, 4)}\n`, { mode: 0o600 });
    const shown = path.relative(process.cwd(), file);
    await print(
        [
            `Wrote ${shown}: ${taken} resources, with what they belong to. Take them over, then go on with docs/runbooks/state-lost.md:`,
            "",
            `  pulumi import --stack ${stack} --file ${shown} --generate-code=false`,
        ].join("\n"),
    );
    return 0;
}

async function main(args: readonly string[]): Promise<number> {
    const { stack, plan, secrets, bootstrap } = parseArguments(
        args,
        {
            stack: { type: "string", short: "s" },
            plan: { type: "string" },
            secrets: { type: "string" },
            bootstrap: { type: "string" },
        },
        USAGE,
        [
            ["--secrets", "--bootstrap"],
            ["--plan", "--bootstrap"],
        ],
    );
    if (stack !== undefined && bootstrap !== undefined) {
        return writeBootstrap(stack, bootstrap);
    }
    if (stack === undefined || plan === undefined || secrets === undefined) {
        throw new UsageError(
            `--stack with --plan and --secrets, or with --bootstrap, is needed.\n\n${USAGE}`,
        );
    }
    return writeImports(stack, plan, secrets);
}

runCommand(USAGE, main);
