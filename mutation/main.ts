/** `npm run mutate`: weakens the rendered stack and shows which criterion finds each weakness. */
import * as path from "node:path";
import { parseArguments } from "../preview/arguments";
import { print, runCommand } from "../preview/command";
import { missingCharts, recordStack } from "../preview/recorded-stack";
import { readStackFile, UsageError } from "../preview/stack-file";
import { type Attempt, escapedAttempts, type Proof, tryMutations } from "./run";

const USAGE = `Usage: npm run mutate -- [--stack NAME] [--each COUNT] [--json]

  --stack NAME   stack whose resources are weakened, Pulumi.NAME.yaml (default: prod)
  --each COUNT   on how many resources each mutation is tried (default: 4)
  --json         one JSON document on stdout instead of the list

Ends with 0 when the criterion about it finds every mutation, 1 when not, 2 on a mistake.`;

function parseOptions(args: readonly string[]) {
    const values = parseArguments(
        args,
        {
            stack: { type: "string", short: "s", default: "prod" },
            each: { type: "string", default: "4" },
            json: { type: "boolean", short: "j", default: false },
        },
        USAGE,
    );
    const each = Number(values.each);
    if (!Number.isInteger(each) || each < 1) {
        throw new UsageError(`--each is ${values.each}; give a whole number from 1 on.`);
    }
    return { ...values, each };
}

function line({ id, resource, change, caughtBy }: Attempt): string {
    return `  ${id}: ${resource} ${change}: ${caughtBy.join(", ") || "nobody"}`;
}

function report(proof: Proof, missing: readonly string[]): string {
    const open = escapedAttempts(proof);
    const ids = new Set(proof.attempts.map(({ id }) => id));
    const { attempts, idle } = proof;
    return [
        ...(missing.length > 0 ? [`NOT RENDERED, so not weakened: ${missing.join(", ")}`, ""] : []),
        `${ids.size} mutations, tried on ${attempts.length} resources:`,
        ...attempts.map(line),
        ...(idle.length > 0
            ? ["", "Without a resource:", ...idle.map(({ id, change }) => `  ${id}: ${change}`)]
            : []),
        ...(open.length > 0
            ? [
                  "",
                  "ESCAPED the criterion about them:",
                  ...open.map((attempt) => `${line(attempt)}; expected ${attempt.expected}`),
              ]
            : []),
        "",
        open.length === 0
            ? `All ${attempts.length} were caught by the criterion about them.`
            : `${open.length} of ${attempts.length} escaped.`,
    ].join("\n");
}

async function main(args: readonly string[]): Promise<number> {
    const options = parseOptions(args);
    const configuration = readStackFile(path.join(__dirname, ".."), options.stack);
    const stack = await recordStack(configuration);
    const proof = tryMutations(stack, options.each);
    const missing = missingCharts(stack);
    const { attempts, idle } = proof;
    const text = options.json
        ? JSON.stringify({ mutations: attempts, idle: idle.map(({ id }) => id), missing })
        : report(proof, missing);
    await print(text);
    return escapedAttempts(proof).length === 0 && (idle.length === 0 || missing.length > 0) ? 0 : 1;
}

runCommand(USAGE, main);
