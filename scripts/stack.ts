/**
 * `npm run up | destroy | refresh | preview:engine -- --stack NAME [pulumi flags]`: the Pulumi CLI
 * with the policy pack, so that nobody changes a stack that was not judged.
 */
import * as path from "node:path";
import { UsageError } from "../preview/stack-file";
import { destroy } from "./stack/destroy";
import { parseCommand, STACK_USAGE } from "./stack/options";
import { previewEngine, refresh, up } from "./stack/update";

const COMMANDS = { up, destroy, refresh, preview: previewEngine } as const;

async function main(): Promise<number> {
    const [name = "", ...rest] = process.argv.slice(2);
    if (rest.includes("--help") || !(name in COMMANDS)) {
        process.stdout.write(`${STACK_USAGE}\n`);
        return rest.includes("--help") ? 0 : 2;
    }
    const command = parseCommand(path.join(__dirname, ".."), rest);
    return COMMANDS[name as keyof typeof COMMANDS](command);
}

main().then(
    (code) => process.exit(code),
    (error: unknown) => {
        const failure = error as Error;
        const text = error instanceof UsageError ? failure.message : failure.stack;
        process.stderr.write(`${text ?? failure.message}\n`);
        process.exit(2);
    },
);
