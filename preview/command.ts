/**
 * How the commands of this repository begin and end: help, mistakes, what is printed, exit codes and
 * signals.
 */
import * as fs from "node:fs";
import { RunError } from "@pulumi/pulumi/errors";
import { undoAtEnd } from "../components/base/ending";
import { asksForHelp } from "./arguments";
import { UsageError } from "./usage-error";

/** A program that was started here ended by a signal that was meant for all of us. */
export class Interrupted extends Error {
    constructor(readonly signal: NodeJS.Signals) {
        super(`interrupted by ${signal}`);
    }
}

/** A user's mistake is one sentence per fault; anything else is ours and shows its origin. */
export function explain(error: unknown): string {
    const failure = error as Error;
    return error instanceof UsageError || RunError.isInstance(error)
        ? failure.message
        : (failure.stack ?? failure.message);
}

/** Whether what was written to a stream never arrived, and why. */
function writeFault(error: unknown): string | undefined {
    const { syscall, code = "" } = error as NodeJS.ErrnoException;
    return syscall === "write" ? code : undefined;
}

/** Ends the process because its output has no place: quietly when the reader has left. */
function endWithoutOutput(code: string): never {
    if (code !== "EPIPE") {
        try {
            fs.writeSync(2, `The output cannot be written (${code}).\n`);
        } catch {
            // Then nobody can be told.
        }
    }
    // As a shell counts the end by SIGPIPE.
    return process.exit(code === "EPIPE" ? 141 : 2);
}

/** Prints text and a line break; resolves when it is out. */
export async function print(text: string): Promise<void> {
    await new Promise<void>((resolve) => {
        process.stdout.write(`${text}\n`, () => {
            resolve();
        });
    });
}

/** Tells a person at a terminal what goes on. */
export function tellProgress(message: string): void {
    if (process.stderr.isTTY) {
        process.stderr.write(`${message} ...\n`);
    }
}

/** Ends the process as an error asks for. */
function endWith(error: unknown): never {
    if (error instanceof Interrupted) {
        // Nobody listens any more, so the signal does what it does; the code is for where it does not.
        process.removeAllListeners(error.signal);
        process.kill(process.pid, error.signal);
        return process.exit(130);
    }
    const fault = writeFault(error);
    if (fault !== undefined) {
        return endWithoutOutput(fault);
    }
    process.stderr.write(`${explain(error)}\n`);
    return process.exit(2);
}

/**
 * Runs a command and ends the process: with its code, with 2 and the reason on a mistake, or by the
 * signal that it got. Whoever asks for help gets nothing else.
 *
 * @param usage the help
 */
export function runCommand(
    usage: string,
    main: (args: readonly string[]) => Promise<number>,
): void {
    undoAtEnd();
    process.stdout.on("error", (error) =>
        endWithoutOutput((error as NodeJS.ErrnoException).code ?? ""),
    );
    // What cannot be told there cannot be told at all.
    process.stderr.on("error", () => undefined);
    const args = process.argv.slice(2);
    const work = asksForHelp(args) ? print(usage).then(() => 0) : main(args);
    work.then((code) => process.exit(code), endWith);
}
