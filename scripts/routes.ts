/** `npm run routes`: writes what is reached by its name in a stack, as a document with a picture. */
import * as path from "node:path";
import { parseArguments } from "../preview/arguments";
import { print, runCommand, tellProgress } from "../preview/command";
import { recordStack } from "../preview/recorded-stack";
import { readStackFile } from "../preview/stack-file";
import { writeRoutes } from "./routes/files";
import { routeMapOf } from "./routes/route-map";

const root = path.join(__dirname, "..");
/** The stack whose document the repository keeps. */
const KEPT = "prod";

const USAGE = `Usage: npm run routes -- [--stack NAME] [--output DIR] [--json]

  --stack NAME   stack to look at, Pulumi.NAME.yaml (default: ${KEPT})
  --output DIR   where to write routes.md and routes.svg (default: docs for ${KEPT},
                 output/routes/NAME for any other stack)
  --json         one JSON document on stdout; writes no file

Ends with 0 when done, 2 on a mistake.`;

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
    const map = routeMapOf(stack, await recordStack(readStackFile(root, stack)));
    if (json) {
        await print(JSON.stringify(map));
        return 0;
    }
    const usual =
        stack === KEPT ? path.join(root, "docs") : path.join(root, "output/routes", stack);
    const files = await writeRoutes(map, output === undefined ? usual : path.resolve(output));
    const names = files.map((file) => path.relative(process.cwd(), file)).join(" and ");
    await print(`Wrote ${names}: ${map.routes.length} routes. Commit both when they have changed.`);
    return 0;
}

runCommand(USAGE, main);
