/** `npm run inventory`: writes every system with what it takes, as a document with a picture. */
import * as path from "node:path";
import { parseArguments } from "../preview/arguments";
import { print, runCommand, tellProgress } from "../preview/command";
import { recordStack } from "../preview/recorded-stack";
import { readStackFile } from "../preview/stack-file";
import { writeInventory } from "./inventory/files";
import { inventoryOf } from "./inventory/inventory";

const root = path.join(__dirname, "..");
/** The stack whose document the repository keeps: the one with every system. */
const KEPT = "everything";

const USAGE = `Usage: npm run inventory -- [--stack NAME] [--output DIR]

  --stack NAME   stack to look at, Pulumi.NAME.yaml (default: ${KEPT})
  --output DIR   where to write platform.md and platform.svg (default: docs for ${KEPT},
                 output/inventory/NAME for any other stack)

Figures of a chart that is not at hand are missing. Ends with 0 when done, 2 on a mistake.`;

async function main(args: readonly string[]): Promise<number> {
    const { stack, output } = parseArguments(
        args,
        {
            stack: { type: "string", short: "s", default: KEPT },
            output: { type: "string" },
        },
        USAGE,
    );
    tellProgress(`Planning stack ${stack}`);
    const inventory = inventoryOf(stack, await recordStack(readStackFile(root, stack)));
    const usual =
        stack === KEPT ? path.join(root, "docs") : path.join(root, "output/inventory", stack);
    const files = await writeInventory(
        inventory,
        output === undefined ? usual : path.resolve(output),
    );
    const names = files.map((file) => path.relative(process.cwd(), file)).join(" and ");
    await print(
        `Wrote ${names}: ${inventory.rows.length} systems. Commit both when they have changed.`,
    );
    return 0;
}

runCommand(USAGE, main);
