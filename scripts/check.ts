/**
 * What `make test` runs once the charts are there: formatting, imports, types, lint and all tests,
 * side by side, as one of them leaves a core idle. `npm run` has each by itself.
 */
import * as path from "node:path";
import { parseArguments } from "../preview/arguments";
import { runCommand } from "../preview/command";
import { type Ended, lineOf, type Part, runLanes } from "./check/parts";

const USAGE = `Usage: npm run check

Checks formatting, imports, types and lint, and runs all tests, side by side.

Ends with 0 when all is well, 1 when not, 2 on a mistake.`;

const root = path.join(__dirname, "..");
const npm = (name: string, script: string): Part => ({
    name,
    command: ["npm", "run", "--silent", script],
});

/** The longest by itself; the tests use as many processes as there are cores. */
const lanes: readonly (readonly Part[])[] = [
    [{ name: "tests", command: ["npm", "test", "--silent"], tests: true }],
    [npm("lint", "lint:code")],
    [npm("format", "format:check"), npm("imports", "lint:imports"), npm("types", "typecheck")],
];

function tell(ended: Ended): void {
    if (!ended.good || ended.part.tests === true) {
        process.stdout.write(`${ended.output.trimEnd()}\n`);
    }
    process.stdout.write(`${lineOf(ended)}\n`);
}

async function main(args: readonly string[]): Promise<number> {
    parseArguments(args, {}, USAGE);
    const start = performance.now();
    const names = lanes.flat().map(({ name }) => name);
    process.stdout.write(`Checking ${names.join(", ")} ...\n`);
    const ended = await runLanes(lanes, root, tell);
    const failed = ended.filter(({ good }) => !good).map(({ part }) => part.name);
    const seconds = ((performance.now() - start) / 1000).toFixed(0);
    const verdict = failed.length === 0 ? "all is well" : `FAILED: ${failed.join(", ")}`;
    process.stdout.write(`Checked in ${seconds} s: ${verdict}.\n`);
    return failed.length === 0 ? 0 : 1;
}

runCommand(USAGE, main);
