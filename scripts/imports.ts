/** `npm run imports`: writes what `pulumi import` needs after a state was lost. */
import * as fs from "node:fs";
import * as path from "node:path";
import { parseArgs } from "node:util";
import { runToEnd } from "../preview/command";
import { recordStack } from "../preview/recorded-stack";
import { readStackFile, UsageError } from "../preview/stack-file";
import { importFile } from "./imports/import-file";

const root = path.join(__dirname, "..");

const USAGE = `Usage: npm run imports -- --stack NAME --secrets FILE

  --stack NAME     stack whose state was lost, Pulumi.NAME.yaml
  --secrets FILE   secrets bundle of its cluster, from "talosctl gen secrets --from-controlplane-config"

Writes output/imports/NAME.json for "pulumi import", and says what to run. Changes nothing else. The
whole procedure: docs/runbooks/state-lost.md. Ends with 0 when written, 2 on a mistake.`;

function parseOptions() {
    try {
        return parseArgs({
            options: {
                stack: { type: "string" },
                secrets: { type: "string" },
                help: { type: "boolean", default: false },
            },
        }).values;
    } catch (error) {
        throw new UsageError(`${(error as Error).message}\n\n${USAGE}`);
    }
}

async function main(): Promise<number> {
    const { stack, secrets, help } = parseOptions();
    if (help) {
        process.stdout.write(`${USAGE}\n`);
        return 0;
    }
    if (stack === undefined || secrets === undefined) {
        throw new UsageError(`--stack and --secrets are both needed.\n\n${USAGE}`);
    }
    if (!fs.existsSync(secrets)) {
        throw new UsageError(
            `--secrets: ${secrets} does not exist; docs/runbooks/state-lost.md says how to get it.`,
        );
    }
    const { nameTable, resources } = importFile(
        await recordStack(readStackFile(root, stack)),
        path.resolve(secrets),
    );
    if (resources.length === 0) {
        process.stderr.write(`Stack ${stack} makes no machines: there is nothing to take over.\n`);
        return 2;
    }
    const file = path.join(root, "output/imports", `${stack}.json`);
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(file, `${JSON.stringify({ nameTable, resources }, null, 4)}\n`);
    const targets = Object.values(nameTable).map((urn) => `    --target '${urn}'`);
    process.stdout.write(
        `${[
            `Wrote ${path.relative(process.cwd(), file)}: ${resources.length} resources. First make what they belong to, then take them over:`,
            "",
            `  pulumi up --stack ${stack} \\`,
            targets.join(" \\\n"),
            `  pulumi import --stack ${stack} --file ${path.relative(process.cwd(), file)} --generate-code=false`,
            "",
            "Then go on with docs/runbooks/state-lost.md.",
        ].join("\n")}\n`,
    );
    return 0;
}

runToEnd(main);
