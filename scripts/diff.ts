/**
 * `npm run diff`: what the working tree would change in a stack, compared with a commit of which it
 * renders a copy of its own. Nothing is left behind, also when it is interrupted.
 */
import * as fs from "node:fs";
import * as path from "node:path";
import { parseArgs } from "node:util";
import { runToEnd } from "../preview/command";
import { styleOf } from "../preview/scorecard/terminal";
import { requireWritable } from "../preview/scorecard/files";
import { UsageError } from "../preview/stack-file";
import { atSignals } from "../rehearsal/control-plane/signals";
import { compareVersions } from "./diff/compare";
import { changesMarkdown, changesText } from "./diff/render";

const root = path.join(__dirname, "..");
/** What shells report of a command that Ctrl-C has ended. */
const INTERRUPTED = 130;

const USAGE = `Usage: npm run diff -- [--base COMMIT] [--stack NAME] [--json] [--markdown FILE]

  --base COMMIT     branch, tag or commit to compare the working tree with; of a
                    branch, the commit where this one left it (default: origin/main)
  --stack NAME      stack to compare, Pulumi.NAME.yaml (default: prod)
  --json            one JSON document on stdout instead of the report
  --markdown FILE   the report as Markdown, for a comment on a pull request

Both versions are previewed by their own \`npm run preview\`, with this machine's
cache. Ends with 0 when they were compared, whatever they say, 2 on a mistake.`;

function parseOptions() {
    try {
        return parseArgs({
            options: {
                base: { type: "string", default: "origin/main" },
                stack: { type: "string", default: "prod" },
                json: { type: "boolean", default: false },
                markdown: { type: "string" },
                help: { type: "boolean", default: false },
            },
        }).values;
    } catch (error) {
        throw new UsageError(`${(error as Error).message}\n\n${USAGE}`);
    }
}

function progress(message: string): void {
    if (process.stderr.isTTY) {
        process.stderr.write(`${message} ...\n`);
    }
}

async function main(): Promise<number> {
    const options = parseOptions();
    if (options.help) {
        process.stdout.write(`${USAGE}\n`);
        return 0;
    }
    requireWritable(options);
    const interrupted = new AbortController();
    const comparing = compareVersions(
        { root, base: options.base, stack: options.stack, progress },
        interrupted.signal,
    );
    const forgetSignals = atSignals(async () => {
        interrupted.abort();
        await comparing.catch(() => undefined);
    });
    const compared = await comparing.catch((error: unknown) => {
        if (interrupted.signal.aborted) {
            // What was ended by a signal has nothing to explain.
            return process.exit(INTERRUPTED);
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
    await new Promise((resolve) => process.stdout.write(`${text}\n`, resolve));
    return 0;
}

runToEnd(main);
