/** `npm run imports`: writes what `pulumi import` needs after a state was lost. */
import * as fs from "node:fs";
import * as path from "node:path";
import { parseArguments } from "../preview/arguments";
import { print, runCommand } from "../preview/command";
import { recordStack } from "../preview/recorded-stack";
import { readStackFile, UsageError } from "../preview/stack-file";
import { withBootstrap } from "./imports/bootstrap";
import { importFile, targetsOf } from "./imports/import-file";

const root = path.join(__dirname, "..");

const USAGE = `Usage: npm run imports -- --stack NAME --secrets FILE | --bootstrap FILE

  --stack NAME     stack whose state was lost, Pulumi.NAME.yaml
  --secrets FILE   secrets bundle of its cluster, from "talosctl gen secrets --from-controlplane-config"
  --bootstrap FILE the stack's state, from "pulumi stack export", which does not know that the cluster
                   was bootstrapped: writes output/imports/NAME-state.json, which does

With --secrets it writes output/imports/NAME.json for "pulumi import", and says what to run. Changes nothing else. The
whole procedure: docs/runbooks/state-lost.md. Ends with 0 when written, 2 on a mistake.`;

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

async function main(args: readonly string[]): Promise<number> {
    const { stack, secrets, bootstrap } = parseArguments(
        args,
        {
            stack: { type: "string", short: "s" },
            secrets: { type: "string" },
            bootstrap: { type: "string" },
        },
        USAGE,
        [["--secrets", "--bootstrap"]],
    );
    if (stack !== undefined && bootstrap !== undefined) {
        return writeBootstrap(stack, bootstrap);
    }
    if (stack === undefined || secrets === undefined) {
        throw new UsageError(`--stack and --secrets (or --bootstrap) are both needed.\n\n${USAGE}`);
    }
    if (!fs.existsSync(secrets)) {
        throw new UsageError(
            `--secrets: ${secrets} does not exist; docs/runbooks/state-lost.md says how to get it.`,
        );
    }
    const recorded = await recordStack(readStackFile(root, stack));
    const { nameTable, resources } = importFile(recorded, path.resolve(secrets));
    if (resources.length === 0) {
        process.stderr.write(`Stack ${stack} makes no machines: there is nothing to take over.\n`);
        return 2;
    }
    const file = path.join(root, "output/imports", `${stack}.json`);
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(file, `${JSON.stringify({ nameTable, resources }, null, 4)}\n`);
    const targets = targetsOf(recorded, nameTable).map((urn) => `    --target '${urn}'`);
    await print(
        [
            `Wrote ${path.relative(process.cwd(), file)}: ${resources.length} resources. First make what they belong to, then take them over:`,
            "",
            `  pulumi up --stack ${stack} \\`,
            targets.join(" \\\n"),
            `  pulumi import --stack ${stack} --file ${path.relative(process.cwd(), file)} --generate-code=false`,
            "",
            "Then go on with docs/runbooks/state-lost.md.",
        ].join("\n"),
    );
    return 0;
}

runCommand(USAGE, main);
