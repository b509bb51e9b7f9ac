/** `npm run images`: the images of a stack, one a line, for whoever scans them. */
import * as path from "node:path";
import { parseArguments } from "../preview/arguments";
import { print, runCommand, tellProgress } from "../preview/command";
import { missingCharts, recordStack } from "../preview/recorded-stack";
import { readStackFile } from "../preview/stack-file";
import { imagesIn } from "./images/list";

const USAGE = `Usage: npm run images -- [--stack NAME]

  --stack NAME   stack to look at, Pulumi.NAME.yaml (default: prod)

Prints every image that the stack runs, those that operators run for it too.
Ends with 0 when done, 1 when charts are missing, 2 on a mistake.`;

async function main(args: readonly string[]): Promise<number> {
    const { stack } = parseArguments(
        args,
        { stack: { type: "string", short: "s", default: "prod" } },
        USAGE,
    );
    tellProgress(`Planning stack ${stack}`);
    const resources = await recordStack(readStackFile(path.join(__dirname, ".."), stack));
    const missing = missingCharts(resources);
    await print(imagesIn(resources).join("\n"));
    if (missing.length > 0) {
        process.stderr.write(`Not all are here, since charts are not: ${missing.join(", ")}.\n`);
        return 1;
    }
    return 0;
}

runCommand(USAGE, main);
