/** Questions to whoever sits at the terminal. */
import * as readline from "node:readline/promises";
import { UsageError } from "../../preview/stack-file";

/**
 * Whether the answer is the wanted one, letter by letter.
 *
 * @param command for the message
 * @throws UsageError when nobody sits at a terminal
 */
export async function answers(question: string, wanted: string, command: string): Promise<boolean> {
    if (!process.stdin.isTTY) {
        throw new UsageError(`${command} asks at a terminal; without one: --yes.`);
    }
    const terminal = readline.createInterface({ input: process.stdin, output: process.stderr });
    try {
        return (await terminal.question(question)).trim() === wanted;
    } finally {
        terminal.close();
    }
}
