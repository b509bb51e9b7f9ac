/**
 * `npm run up | destroy | refresh | preview:engine -- --stack NAME [pulumi flags]`: the Pulumi CLI
 * with the policy pack, so that nobody changes a stack that was not judged.
 */
import * as path from "node:path";
import { runCommand } from "../preview/command";
import { UsageError } from "../preview/usage-error";
import { destroy } from "./stack/destroy";
import { parseCommand, STACK_USAGE } from "./stack/options";
import { previewEngine, refresh, up } from "./stack/update";

const COMMANDS = { up, destroy, refresh, preview: previewEngine } as const;

async function main([name = "", ...rest]: readonly string[]): Promise<number> {
    if (!Object.hasOwn(COMMANDS, name)) {
        throw new UsageError(
            `${name === "" ? "No command is given" : `There is no command ${name}`}; give up, destroy, refresh or preview.\n\n${STACK_USAGE}`,
        );
    }
    const command = parseCommand(path.join(__dirname, ".."), rest);
    return COMMANDS[name as keyof typeof COMMANDS](command);
}

runCommand(STACK_USAGE, main);
