/** `npm run rehearse`: the whole platform on a real control plane, before the hardware. */
import { print, runCommand } from "../preview/command";
import { styleOf } from "../preview/scorecard/terminal";
import { ensureBinaries } from "./binaries";
import { rehearsalDocument } from "./document";
import { parseOptions, REHEARSE_USAGE } from "./options";
import { isGood, rehearsalReport } from "./report";
import { rehearse } from "./run";

async function main(args: readonly string[]): Promise<number> {
    const options = parseOptions(args, process.env);
    const begin = Date.now();
    const progress = (message: string) => {
        const seconds = ((Date.now() - begin) / 1000).toFixed(0).padStart(4);
        process.stderr.write(`${seconds} s  ${message}\n`);
    };
    if (options.prepare) {
        const binaries = await ensureBinaries(progress);
        process.stdout.write(`Built: ${Object.values(binaries).join(", ")}\n`);
        return 0;
    }
    const outcome = await rehearse(options, progress);
    const text = options.json
        ? JSON.stringify(rehearsalDocument(outcome))
        : rehearsalReport(outcome, styleOf(process.stdout));
    await print(text);
    return isGood(outcome) ? 0 : 1;
}

runCommand(REHEARSE_USAGE, main);
