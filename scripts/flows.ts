/** `npm run flows`: writes who can reach whom in a stack as a document with a picture. */
import * as path from "node:path";
import { parseArguments } from "../preview/arguments";
import { print, runCommand, tellProgress } from "../preview/command";
import { factsOf, missingCharts, recordStack } from "../preview/recorded-stack";
import { readStackFile } from "../preview/stack-file";
import { flowsDocument } from "./flows/document";
import { type FlowMap, flowMapOf } from "./flows/flow-map";
import { writeFlows } from "./flows/files";
import { summaryOf } from "./flows/summary";

const root = path.join(__dirname, "..");
/** The stack whose document the repository keeps. */
const KEPT = "prod";

const USAGE = `Usage: npm run flows -- [--stack NAME] [--output DIR] [--json]

  --stack NAME   stack to look at, Pulumi.NAME.yaml (default: ${KEPT})
  --output DIR   where to write flows.md and flows.svg (default: docs for ${KEPT},
                 output/flows/NAME for any other stack)
  --json         one JSON document on stdout; writes no file

Ends with 0 when done, 1 when a chart could not be rendered, 2 on a mistake.`;

/** Writes the files and returns what a person reads about it. */
function write(map: FlowMap, folder: string): string {
    const names = writeFlows(map, folder).map((file) => path.relative(process.cwd(), file));
    const faults = [
        ...(map.refused.length > 0 ? [`${map.refused.length} needs are not allowed`] : []),
        ...(map.open.length > 0 ? [`${map.open.length} groups of pods are open`] : []),
    ];
    return [
        `Wrote ${names.join(" and ")}: ${summaryOf(map)}.`,
        ...(faults.length > 0 ? [`Look into ${names[0] ?? ""}: ${faults.join(", ")}.`] : []),
        ...(folder === path.join(root, "docs") ? ["Commit both when they have changed."] : []),
    ].join("\n");
}

async function main(args: readonly string[]): Promise<number> {
    const { stack, output, json } = parseArguments(
        args,
        {
            stack: { type: "string", short: "s", default: KEPT },
            output: { type: "string" },
            json: { type: "boolean", short: "j", default: false },
        },
        USAGE,
        [["json", "output"]],
    );
    tellProgress(`Planning stack ${stack}`);
    const resources = await recordStack(readStackFile(root, stack));
    const missing = missingCharts(resources);
    if (missing.length > 0) {
        process.stderr.write(
            `Nothing was written, because flows would be missing: ${missing.join(", ")} could not be rendered; run \`make charts\` where the chart repositories or a CHART_MIRROR can be reached, then this again.\n`,
        );
        return 1;
    }
    const map = flowMapOf(stack, factsOf(resources));
    const usual = stack === KEPT ? path.join(root, "docs") : path.join(root, "output/flows", stack);
    const text = json
        ? JSON.stringify(flowsDocument(map))
        : write(map, output === undefined ? usual : path.resolve(output));
    await print(text);
    return 0;
}

runCommand(USAGE, main);
