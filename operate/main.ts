/** `npm run upgrade | upgrade-kubernetes | replace | remove | snapshot | restore | drift`. */
import * as path from "node:path";
import { parseArguments } from "../preview/arguments";
import { print, runCommand } from "../preview/command";
import { plural } from "../preview/scorecard/judged";
import { UsageError } from "../preview/stack-file";
import { answers } from "../scripts/stack/answer";
import { type Called, operations } from "./commands";
import { isSystemError } from "./failures";
import { exitCode, type Result, runOperation } from "./operation";
import { OperationError } from "./operation-error";
import { type OpenStack, openStack } from "./open";
import { usageOf } from "./usage";

const root = path.join(__dirname, "..");

const OPTIONS = {
    stack: { type: "string", short: "s" },
    node: { type: "string" },
    to: { type: "string" },
    snapshot: { type: "string" },
    "dry-run": { type: "boolean", default: false },
    json: { type: "boolean", default: false },
    yes: { type: "boolean", default: false },
    talosconfig: { type: "string" },
    kubeconfig: { type: "string" },
} as const;

/** The result as a person reads it at the end. */
function resultText({ operation, outcome, faults, goOn, afterwards }: Result): string {
    const list = faults.map((fault) => `  ${fault}`).join("\n");
    switch (outcome) {
        case "refused":
            return `${operation} does not begin, nothing was touched:\n${list}`;
        case "failed":
            return `${operation} stopped:\n${list}\n${goOn ?? ""}`;
        case "differences":
            return `${operation}, ${plural(faults.length, "difference")}:\n${list}\n${goOn ?? ""}`;
        case "declined":
            return "Nothing was touched.";
        case "planned":
            return "Nothing was touched: this was a dry run.";
        case "done":
            return `${operation}: done.${afterwards === undefined ? "" : ` ${afterwards}`}`;
    }
}

/** A failure before the first step: what cannot be read shuts the gate. */
function refusal(name: string, stack: string, error: unknown): Result {
    if (!(error instanceof OperationError) && !isSystemError(error)) {
        throw error;
    }
    const faults = error instanceof OperationError ? error.faults : [error.message];
    return { operation: name, stack, outcome: "refused", steps: [], faults };
}

async function main([name = "", ...rest]: readonly string[]): Promise<number> {
    const command = operations[name];
    if (command === undefined) {
        const known = Object.keys(operations).join(", ");
        throw new UsageError(
            `${name === "" ? "No operation is given" : `There is no operation ${name}`}; allowed: ${known}.`,
        );
    }
    const usage = usageOf(name, command);
    const given = new Set([
        ...["stack", "json", "talosconfig", "kubeconfig"],
        ...("plan" in command ? ["dry-run", "yes"] : []),
    ]);
    const options = Object.fromEntries(
        Object.entries(OPTIONS).filter(([option]) => given.has(option) || option === command.needs),
    ) as typeof OPTIONS;
    const values = parseArguments(rest, options, usage);
    const { stack, json, yes } = values;
    const subject = command.needs === undefined ? "" : values[command.needs];
    if (stack === undefined || subject === undefined) {
        const missing = stack === undefined ? "stack" : command.needs;
        throw new UsageError(`--${missing ?? ""} is needed.\n\n${usage}`);
    }
    const tell = (line: string) => {
        (json ? process.stderr : process.stdout).write(`${line}\n`);
    };
    let open: OpenStack | undefined;
    let result: Result;
    try {
        open = await openStack({
            ...{ stack, tell },
            talosconfig: values.talosconfig,
            kubeconfig: values.kubeconfig,
        });
        const called: Called = { open, subject, root, fullStack: stack, yes };
        result =
            "find" in command
                ? await command.find(called)
                : await runOperation(await command.plan(called), {
                      dryRun: values["dry-run"],
                      confirm: () =>
                          yes
                              ? Promise.resolve(true)
                              : answers(`Begin? Type the stack's name (${stack}): `, stack, name),
                      tell,
                  });
    } catch (error) {
        result = refusal(command.title, stack, error);
    } finally {
        open?.close();
    }
    if (json) {
        await print(JSON.stringify(result));
    }
    const text = resultText(result);
    if (exitCode(result) === 0) {
        tell(text);
    } else {
        process.stderr.write(`${text}\n`);
    }
    return exitCode(result);
}

/** The help of the operation that is asked for, else their list. */
function usageFor(name: string | undefined): string {
    const command = name === undefined ? undefined : operations[name];
    return name === undefined || command === undefined
        ? `Usage: npm run ${Object.keys(operations).join("|")} -- --help`
        : usageOf(name, command);
}

runCommand(usageFor(process.argv[2]), main);
