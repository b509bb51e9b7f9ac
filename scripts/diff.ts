/**
 * `npm run diff`: what the working tree would change in a stack, compared with a commit of which it
 * renders a copy of its own. Nothing is left behind, also when it is interrupted.
 */
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { parseArgs } from "node:util";
import { runToEnd } from "../preview/command";
import { styleOf } from "../preview/scorecard/terminal";
import { requireWritable } from "../preview/scorecard/files";
import { readStackFile, UsageError } from "../preview/stack-file";
import { atSignals } from "../rehearsal/control-plane/signals";
import { comparePlans } from "./diff/changes";
import { type Base, Git } from "./diff/git";
import { providePackages } from "./diff/packages";
import { noPlan, type Plan } from "./diff/plan";
import { hasStack, previewVersion } from "./diff/previews";
import { changesMarkdown, changesText, type Compared } from "./diff/render";

const root = path.join(__dirname, "..");

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

/** Plans of both sides, made at the same time. */
async function plans(
    base: Base,
    stack: string,
    folder: string,
    signal: AbortSignal,
): Promise<{ before: Plan; after: Plan; notes: string[] }> {
    const copy = path.join(folder, "base");
    const temporary = path.join(folder, "tmp");
    fs.mkdirSync(copy);
    fs.mkdirSync(temporary);
    await new Git(root).checkOut(base.commit, copy);
    const isNew = !hasStack(copy, stack);
    const planBase = async () => {
        if (isNew) {
            return noPlan;
        }
        await providePackages(root, copy, progress);
        const name = `The base ${base.name}`;
        return previewVersion({ name, folder: copy, temporary }, stack, signal);
    };
    progress(`Previewing ${stack} twice`);
    const [before, after] = await Promise.all([
        planBase(),
        previewVersion({ name: "The working tree", folder: root, temporary }, stack, signal),
    ]);
    const notes = isNew ? [`The base has no Pulumi.${stack}.yaml: the stack is new.`] : [];
    return { before, after, notes };
}

async function compare(name: string, stack: string, signal: AbortSignal): Promise<Compared> {
    // A mistyped name is found before anything is checked out.
    readStackFile(root, stack);
    const base = await new Git(root).base(name);
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), "platform-diff-"));
    const end = new AbortController();
    signal.addEventListener("abort", () => {
        end.abort();
    });
    try {
        const { before, after, notes } = await plans(base, stack, folder, end.signal);
        return { stack, notes: [...base.notes, ...notes], changes: comparePlans(before, after) };
    } finally {
        // One of the two previews may be at work while the other has failed.
        end.abort();
        fs.rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
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
    const comparing = compare(options.base, options.stack, interrupted.signal);
    const forgetSignals = atSignals(async () => {
        interrupted.abort();
        await comparing.catch(() => undefined);
    });
    const compared = await comparing;
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
