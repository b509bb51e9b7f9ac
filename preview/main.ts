/** The command line of the embedded preview: options, output and exit code. */
import * as path from "node:path";
import { parseArguments } from "./arguments";
import { print, runCommand, tellProgress } from "./command";
import { detailsOf, toDocument } from "./document";
import { PackProcess } from "./pack-process";
import { previewReport } from "./report";
import { preview } from "./run";
import { FILES_USAGE, fileOptions, requireWritable, writeFiles } from "./scorecard/files";
import { toJudged } from "./scorecard/from-preview";
import { type Judged, standingOf } from "./scorecard/judged";
import { styleOf } from "./scorecard/terminal";
import type { spawnPack } from "./spawn-pack";
import { readStackFile } from "./stack-file";

const USAGE = `Usage: npm run preview -- [--stack NAME] [--json] [--markdown FILE] [--html FILE] [--require-charts]

  --stack NAME       stack to preview, Pulumi.NAME.yaml (default: prod)
  --json             one JSON document on stdout instead of the report
${FILES_USAGE}
  --require-charts   fail when a chart could not be rendered

Ends with 0 when ready, 1 on a mandatory violation or a policy that could not
run, 2 on a mistake in the configuration.`;

function exitCode(judged: Judged, requireCharts: boolean): number {
    const { ready, missingCharts } = standingOf(judged);
    if (requireCharts && missingCharts.length > 0) {
        const names = missingCharts.map(({ chart }) => chart).join(", ");
        process.stderr.write(`--require-charts: not rendered: ${names}\n`);
        return 1;
    }
    return ready ? 0 : 1;
}

async function main(args: readonly string[], pack: PackProcess | undefined): Promise<number> {
    const options = parseArguments(
        args,
        {
            stack: { type: "string", short: "s", default: "prod" },
            json: { type: "boolean", short: "j", default: false },
            ...fileOptions,
            "require-charts": { type: "boolean", default: false },
        },
        USAGE,
    );
    requireWritable(options);
    tellProgress(`Previewing stack ${options.stack}`);
    const stack = readStackFile(path.join(__dirname, ".."), options.stack);
    const result = await preview(stack, { pack, progress: tellProgress });
    const judged = toJudged(result);
    writeFiles(judged, options);
    await print(
        options.json
            ? JSON.stringify(toDocument(judged, detailsOf(result)))
            : previewReport(judged, styleOf(process.stdout)),
    );
    return exitCode(judged, options["require-charts"]);
}

/** Runs the command line, beside a pack that was started already. */
export function run(child: ReturnType<typeof spawnPack> | undefined): void {
    const pack = child === undefined ? undefined : new PackProcess(child);
    runCommand(USAGE, (args) => main(args, pack));
}
