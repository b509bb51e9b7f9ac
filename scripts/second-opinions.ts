/**
 * `npm run second-opinions`: other tools over the rendered stack. What they find is known to the
 * pack, or explained in `scripts/second-opinions/rules.json`, or fails.
 */
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { parseArgs } from "node:util";
import { kubernetesVersion } from "../components/versions";
import { runToEnd } from "../preview/command";
import { previewDocument } from "../preview/document";
import { preview } from "../preview/run";
import { labelOf, plural } from "../preview/scorecard/judged";
import { readStackFile, UsageError } from "../preview/stack-file";
import { type JudgedFinding, judgeFindings, type Scorecard } from "./second-opinions/judgement";
import { manifestsOf } from "./second-opinions/manifests";
import { type Tool, tools } from "./second-opinions/rules";
import { type Found, findTool, runTool } from "./second-opinions/runners";

const root = path.join(__dirname, "..");

const USAGE = `Usage: npm run second-opinions -- [--stack NAME] [--all]

  --stack NAME   stack to look at, Pulumi.NAME.yaml (default: prod)
  --all          print what is explained too, not only what is not

Runs kube-score, kube-linter and polaris: those on the PATH, else built by Go
from their modules into the cache. What cannot be had is skipped with its reason.
Ends with 0 when every finding is known to the pack or explained, 1 when one is
not or no tool could be run, 2 on a mistake.`;

function parseOptions() {
    try {
        return parseArgs({
            options: {
                stack: { type: "string", default: "prod" },
                all: { type: "boolean", default: false },
                help: { type: "boolean", default: false },
            },
        }).values;
    } catch (error) {
        throw new UsageError(`${(error as Error).message}\n\n${USAGE}`);
    }
}

function say(line: string): void {
    process.stdout.write(`${line}\n`);
}

function findingLine({ rule, resource, message, state, criterion, why }: JudgedFinding): string {
    const by = criterion === undefined ? "" : ` by ${criterion}`;
    return `  ${state}${by}: ${rule} ${resource}: ${message} (${why})`;
}

const STATES = ["ours", "accepted", "not asked", "unexplained"] as const;

/** Tells what a tool has found; the unexplained by name. */
function tell(name: string, { what }: Found, judged: readonly JudgedFinding[], all: boolean): void {
    const counts = STATES.map((state) => {
        const count = judged.filter((finding) => finding.state === state).length;
        return `${count} ${state}`;
    });
    say(`${name} ${what}: ${plural(judged.length, "finding")}, ${counts.join(", ")}`);
    judged
        .filter(({ state }) => all || state === "unexplained")
        .forEach((finding) => {
            say(findingLine(finding));
        });
}

/** Runs one tool; undefined when it was skipped, else how many of its findings nobody explains. */
async function consult(
    [name, tool]: readonly [string, Tool],
    file: string,
    scorecard: Scorecard,
    all: boolean,
): Promise<number | undefined> {
    const found = await findTool(name, tool, (message) => {
        process.stderr.write(`${message} ...\n`);
    });
    if (typeof found === "string") {
        say(`${name}: skipped: ${found}`);
        return undefined;
    }
    try {
        const findings = await runTool(name, found, file, kubernetesVersion);
        const judged = judgeFindings(findings, tool, scorecard);
        tell(name, found, judged, all);
        return judged.filter(({ state }) => state === "unexplained").length;
    } catch (error) {
        say(`${name} ${found.what}: skipped: ${(error as Error).message}`);
        return undefined;
    }
}

async function main(): Promise<number> {
    const { stack, all, help } = parseOptions();
    if (help) {
        say(USAGE);
        return 0;
    }
    const result = await preview(readStackFile(root, stack));
    const document = previewDocument(result);
    const missing = document.charts.filter(({ rendered }) => !rendered);
    if (missing.length > 0) {
        const names = missing.map(({ chart }) => chart).join(", ");
        say(`Only a part is looked at: not rendered: ${names}.`);
    }
    const scorecard = {
        criteria: document.scorecard.criteria,
        keys: new Map(document.resources.map((each) => [each.urn, labelOf(each)])),
    };
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), "platform-opinions-"));
    try {
        const file = path.join(folder, `${stack}.yaml`);
        fs.writeFileSync(file, manifestsOf(document));
        const counts: (number | undefined)[] = [];
        for (const entry of Object.entries(tools)) {
            counts.push(await consult(entry, file, scorecard, all));
        }
        const ran = counts.filter((count) => count !== undefined);
        const open = ran.reduce((sum, count) => sum + count, 0);
        say(
            ran.length === 0
                ? "No tool could be run, so nothing is known."
                : `${plural(ran.length, "tool")} ran: ${open === 0 ? "every finding is known or explained" : `${plural(open, "finding")} nobody explains`}.`,
        );
        return ran.length > 0 && open === 0 ? 0 : 1;
    } finally {
        fs.rmSync(folder, { recursive: true, force: true });
    }
}

runToEnd(main);
