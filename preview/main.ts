/** `npm run preview`: the program and the policy pack, without account, CLI or cluster. */
import * as path from "node:path";
import { parseArgs } from "node:util";
import { RunError } from "@pulumi/pulumi";
import { chartLines, toDocument } from "./document";
import { toReport } from "./report";
import { preview } from "./run";
import { readStackFile, UsageError } from "./stack-file";

const USAGE = `Usage: npm run preview -- [--stack NAME] [--json] [--require-charts]

  --stack NAME       stack to preview, Pulumi.NAME.yaml (default: prod)
  --json             one JSON document on stdout instead of the report
  --require-charts   fail when a chart could not be rendered

Ends with 0 when ready, 1 on a mandatory violation, 2 on a mistake in the configuration.`;

function parseOptions() {
    try {
        return parseArgs({
            options: {
                stack: { type: "string", default: "prod" },
                json: { type: "boolean", default: false },
                "require-charts": { type: "boolean", default: false },
                help: { type: "boolean", default: false },
            },
        }).values;
    } catch (error) {
        throw new UsageError(`${(error as Error).message}\n\n${USAGE}`);
    }
}

async function main(): Promise<number> {
    const options = parseOptions();
    if (options.help) {
        process.stdout.write(`${USAGE}\n`);
        return 0;
    }
    const progress = (message: string) => {
        if (process.stderr.isTTY) {
            process.stderr.write(`${message} ...\n`);
        }
    };
    progress(`Previewing stack ${options.stack}`);
    const stack = readStackFile(path.join(__dirname, ".."), options.stack);
    const result = await preview(stack, progress);
    const text = options.json ? JSON.stringify(toDocument(result)) : toReport(result);
    await new Promise((resolve) => process.stdout.write(`${text}\n`, resolve));
    const missing = chartLines(result).filter(({ rendered }) => !rendered);
    if (options["require-charts"] && missing.length > 0) {
        const names = missing.map(({ chart }) => chart).join(", ");
        process.stderr.write(`--require-charts: not rendered: ${names}\n`);
        return 1;
    }
    return result.violations.some(({ level }) => level === "mandatory") ? 1 : 0;
}

main().then(
    (code) => process.exit(code),
    (error: unknown) => {
        // A user's mistake is one sentence per fault; anything else is ours and shows its origin.
        const mistake = error instanceof UsageError || RunError.isInstance(error);
        const failure = error as Error;
        process.stderr.write(`${mistake ? failure.message : (failure.stack ?? failure.message)}\n`);
        process.exit(2);
    },
);
