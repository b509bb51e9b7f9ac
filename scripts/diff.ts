/**
 * `npm run diff`: what the working tree would change in a stack, compared with a commit of which it
 * renders a copy of its own. Nothing is left behind, also when it is interrupted.
 */
import * as fs from "node:fs";
import * as path from "node:path";
import { parseArguments } from "../preview/arguments";
import { print, runCommand, tellProgress } from "../preview/command";
import { styleOf } from "../preview/scorecard/terminal";
import { requireWritable } from "../preview/scorecard/files";
import { atSignals } from "../rehearsal/control-plane/signals";
import { compareVersions } from "./diff/compare";
import { changesMarkdown, changesText } from "./diff/render";

const root = path.join(__dirname, "..");

const USAGE = `Usage: npm run diff -- [--base COMMIT] [--stack NAME] [--json] [--markdown FILE]

  --base COMMIT     branch, tag or commit to compare the working tree with; of a
                    branch, the commit where this one left it (default: origin/main)
  --stack NAME      stack to compare, Pulumi.NAME.yaml (default: prod)
  --json            one JSON document on stdout instead of the report
  --markdown FILE   the report as Markdown, for a comment on a pull request

Both versions are previewed by their own \`npm run preview\`, with this machine's
cache. Ends with 0 when they were compared, whatever they say, 2 on a mistake.`;

async function main(args: readonly string[]): Promise<number> {
    const options = parseArguments(
        args,
        {
            base: { type: "string", default: "origin/main" },
            stack: { type: "string", short: "s", default: "prod" },
            json: { type: "boolean", short: "j", default: false },
            markdown: { type: "string" },
        },
        USAGE,
    );
    requireWritable(options);
    const interrupted = new AbortController();
    const comparing = compareVersions(
        { root, base: options.base, stack: options.stack, progress: tellProgress },
        interrupted.signal,
    );
    const forgetSignals = atSignals(async () => {
        interrupted.abort();
        await comparing.catch(() => undefined);
    });
    const compared = await comparing.catch((error: unknown) => {
        if (interrupted.signal.aborted) {
            // What was ended by a signal has nothing to explain: the signal ends the process.
            return new Promise<never>(() => undefined);
        }
        throw error;
    });
    forgetSignals();
    if (options.markdown !== undefined) {
        fs.writeFileSync(options.markdown, changesMarkdown(compared));
    }
    const text = options.json
        ? JSON.stringify({ stack: compared.stack, notes: compared.notes, ...compared.changes })
        : changesText(compared, styleOf(process.stdout));
    await print(text);
    return 0;
}

runCommand(USAGE, main);
