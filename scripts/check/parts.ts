/** The parts of `make test`: each a command, some side by side. */
import { spawn } from "node:child_process";

/** One command that must end well. */
export interface Part {
    readonly name: string;
    readonly command: readonly [program: string, ...args: string[]];
    /** It runs tests, and has failed when there was none. */
    readonly tests?: true;
}

/** How a part ended. */
export interface Ended {
    readonly part: Part;
    readonly good: boolean;
    readonly seconds: number;
    /** All that it printed. */
    readonly output: string;
}

/** How many tests mocha's report counts. */
export function countsOf(report: string): { readonly passing: number; readonly pending: number } {
    const count = (what: string) =>
        Number(new RegExp(`^ *(\\d+) ${what}`, "m").exec(report)?.[1] ?? 0);
    return { passing: count("passing"), pending: count("pending") };
}

/** Runs a part to its end; its output is kept, so that those of several do not mix. */
export function runPart(part: Part, folder: string): Promise<Ended> {
    const start = performance.now();
    return new Promise((resolve) => {
        const [program, ...args] = part.command;
        const child = spawn(program, args, { cwd: folder, stdio: ["ignore", "pipe", "pipe"] });
        let output = "";
        for (const stream of [child.stdout, child.stderr]) {
            stream.setEncoding("utf8").on("data", (text: string) => (output += text));
        }
        const end = (code: number | null) => {
            const idle = part.tests === true && countsOf(output).passing === 0;
            if (code === 0 && idle) {
                output += "No test ran, so nothing is known: this counts as a failure.\n";
            }
            const seconds = (performance.now() - start) / 1000;
            resolve({ part, good: code === 0 && !idle, seconds, output });
        };
        child.once("error", (error) => {
            output += `${program} could not be started: ${error.message}\n`;
            end(null);
        });
        child.once("close", end);
    });
}

/**
 * Runs lanes side by side, and the parts of a lane one after the other.
 *
 * @param tell is told of each part as it ends
 */
export async function runLanes(
    lanes: readonly (readonly Part[])[],
    folder: string,
    tell: (ended: Ended) => void,
): Promise<Ended[]> {
    const ended = lanes.map(async (lane) => {
        const results: Ended[] = [];
        for (const part of lane) {
            const result = await runPart(part, folder);
            tell(result);
            results.push(result);
        }
        return results;
    });
    return (await Promise.all(ended)).flat();
}

/** One line on how a part ended. */
export function lineOf({ part, good, seconds, output }: Ended): string {
    const { passing, pending } = countsOf(output);
    const counts = part.tests === true ? `  ${passing} passed, ${pending} skipped` : "";
    const verdict = good ? "ok    " : "FAILED";
    return `${verdict}  ${part.name.padEnd(8)}  ${seconds.toFixed(0).padStart(4)} s${counts}`;
}
