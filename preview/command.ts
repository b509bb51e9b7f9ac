/** How the commands of this repository end. */
import { RunError } from "@pulumi/pulumi";
import { UsageError } from "./stack-file";

/** A user's mistake is one sentence per fault; anything else is ours and shows its origin. */
export function explain(error: unknown): string {
    const failure = error as Error;
    return error instanceof UsageError || RunError.isInstance(error)
        ? failure.message
        : (failure.stack ?? failure.message);
}

/** Runs a command and ends the process with its code, or with 2 and the reason. */
export function runToEnd(main: () => Promise<number>): void {
    main().then(
        (code) => process.exit(code),
        (error: unknown) => {
            process.stderr.write(`${explain(error)}\n`);
            process.exit(2);
        },
    );
}
