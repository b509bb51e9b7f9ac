/** `make helm`: makes sure that there is a helm to render charts with. */
import { parseArguments } from "../preview/arguments";
import { print, runCommand } from "../preview/command";
import { acquireHelm, noHelm, toolPathOf } from "./charts/acquire-helm";

const USAGE = `Usage: npm run helm

Makes sure that there is a helm to render charts with: the one on the PATH, else the official
download, else one built by the Go toolchain.

Ends with 0, also when there is none: a preview then lists the charts that it could not render.
Ends with 2 on a mistake.`;

async function main(args: readonly string[]): Promise<number> {
    parseArguments(args, {}, USAGE);
    const toolPath = toolPathOf(process.env);
    const acquired = await acquireHelm(toolPath, (line) => process.stdout.write(`${line}\n`));
    await print(
        "helm" in acquired
            ? `helm: ${acquired.helm.file} (${acquired.seconds.toFixed(1)} s)`
            : noHelm(acquired.reason),
    );
    return 0;
}

runCommand(USAGE, main);
