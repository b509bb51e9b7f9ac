/** Programs that end before this process does, whatever signal it gets. */
import { type ChildProcess, spawn, type SpawnOptions } from "node:child_process";
import { ENDING_SIGNALS } from "../../components/base/ending";
import { Interrupted } from "../command";

/**
 * Resolves with the exit code of a program. A signal is handed on to it, and it decides how it ends:
 * an update must be able to write down what it has done. Where a terminal has sent Ctrl-C to both
 * already, it is not told twice, which would mean at once.
 *
 * @throws Interrupted when it ended after a signal that was meant for both
 */
function ended(child: ChildProcess): Promise<number> {
    return new Promise((resolve, reject) => {
        let interruption: NodeJS.Signals | undefined;
        const handOn = (signal: NodeJS.Signals) => {
            interruption ??= signal;
            if (signal !== "SIGINT" || !process.stdin.isTTY) {
                child.kill(signal === "SIGHUP" ? "SIGTERM" : signal);
            }
        };
        ENDING_SIGNALS.forEach((signal) => process.on(signal, handOn));
        const stopListening = () => {
            ENDING_SIGNALS.forEach((signal) => process.off(signal, handOn));
        };
        child.once("error", (error) => {
            stopListening();
            reject(error);
        });
        child.once("close", (code) => {
            stopListening();
            if (interruption === undefined) {
                resolve(code ?? 1);
            } else {
                reject(new Interrupted(interruption));
            }
        });
    });
}

/**
 * Runs a program to its end.
 *
 * @param watch gets the program as it starts
 */
export function runChild(
    file: string,
    args: readonly string[],
    options: SpawnOptions,
    watch: (child: ChildProcess) => void = () => undefined,
): Promise<number> {
    const child = spawn(file, args, options);
    const end = ended(child);
    watch(child);
    return end;
}
