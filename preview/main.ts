/** The command line of the embedded preview: options, output and exit code. */
import * as path from "node:path";
import { parseArgs } from "node:util";
import { explain } from "./command";
import { previewDocument } from "./document";
import type { PackProcess } from "./pack-process";
import { previewReport } from "./report";
import { preview } from "./run";
import { FILES_USAGE, fileOptions, requireWritable, writeFiles } from "./scorecard/files";
import { type Judged, standingOf, toJudged } from "./scorecard/judged";
import { styleOf } from "./scorecard/terminal";
import { readStackFile, UsageError } from "./stack-file";

const USAGE = `Usage: npm run preview -- [--stack NAME] [--json] [--markdown FILE] [--html FILE] [--require-charts]

  --stack NAME       stack to preview, Pulumi.NAME.yaml (default: prod)
  --json             one JSON document on stdout instead of the report
${FILES_USAGE}
  --require-charts   fail when a chart could not be rendered

Ends with 0 when ready, 1 on a mandatory violation or a policy that could not
run, 2 on a mistake in the configuration.`;

function parseOptions() {
    try {
        return parseArgs({
            options: {
                stack: { type: "string", default: "prod" },
                json: { type: "boolean", default: false },
                ...fileOptions,
                "require-charts": { type: "boolean", default: false },
                help: { type: "boolean", default: false },
            },
        }).values;
    } catch (error) {
        throw new UsageError(`${(error as Error).message}\n\n${USAGE}`);
    }
}

function exitCode(judged: Judged, requireCharts: boolean): number {
    const { ready, missingCharts } = standingOf(judged);
    if (requireCharts && missingCharts.length > 0) {
        const names = missingCharts.map(({ chart }) => chart).join(", ");
        process.stderr.write(`--require-charts: not rendered: ${names}\n`);
        return 1;
    }
    return ready ? 0 : 1;
}

async function main(pack: PackProcess): Promise<number> {
    const options = parseOptions();
    if (options.help) {
        process.stdout.write(`${USAGE}\n`);
        return 0;
    }
    requireWritable(options);
    const progress = (message: string) => {
        if (process.stderr.isTTY) {
            process.stderr.write(`${message} ...\n`);
        }
    };
    progress(`Previewing stack ${options.stack}`);
    const stack = readStackFile(path.join(__dirname, ".."), options.stack);
    const result = await preview(stack, { pack, progress });
    const judged = toJudged(result);
    writeFiles(judged, options);
    const text = options.json
        ? JSON.stringify(previewDocument(result))
        : previewReport(judged, styleOf(process.stdout));
    await new Promise((resolve) => process.stdout.write(`${text}\n`, resolve));
    return exitCode(judged, options["require-charts"]);
}

/** Runs the command line and ends the process with its code. */
export async function run(pack: PackProcess): Promise<never> {
    try {
        process.exitCode = await main(pack);
    } catch (error) {
        process.stderr.write(`${explain(error)}\n`);
        process.exitCode = 2;
    }
    pack.stop();
    return process.exit();
}
