/** The programs of one control plane: started together, ended together. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import * as fs from "node:fs";
import * as path from "node:path";
import { UsageError } from "../../preview/stack-file";
import { Guard } from "./guard";
import { logTail, relevantLine } from "./log-tail";
import { atSignals } from "./signals";

/** Runs programs in a folder that goes with them. */
export class Processes {
    private readonly running = new Map<string, ChildProcess>();
    private readonly guard: Guard;
    private readonly failure = new AbortController();
    private readonly forgetSignals: () => void;
    private ended: Promise<void> | undefined;

    /** @param secrets are left out of what is said about a log */
    constructor(
        readonly folder: string,
        private readonly secrets: readonly string[],
    ) {
        this.guard = new Guard(folder);
        this.forgetSignals = atSignals(() => this.stop());
    }

    /** Aborted when a program ends by itself; the reason is a UsageError that says which and why. */
    get signal(): AbortSignal {
        return this.failure.signal;
    }

    /** Process ids by the program's name. */
    get ids(): ReadonlyMap<string, number> {
        return new Map([...this.running].map(([name, { pid }]) => [name, pid ?? 0]));
    }

    /** Starts a program. That it ends, or cannot start, ends all of them. */
    start(name: string, file: string, flags: readonly string[]): void {
        const log = fs.openSync(this.logFile(name), "a", 0o600);
        const child = spawn(file, flags, {
            cwd: this.folder,
            // A group of its own: the terminal's interrupt is for this process, which ends it.
            detached: true,
            stdio: ["ignore", log, log],
            // Some look for settings in the home folder.
            env: { PATH: process.env.PATH, HOME: this.folder },
        });
        fs.closeSync(log);
        child.unref();
        this.running.set(name, child);
        if (child.pid !== undefined) {
            this.guard.watch(child.pid);
        }
        child.once("error", (error) => {
            this.fail(`${name} could not be started: ${error.message}`);
        });
        child.once("exit", (code, signal) => {
            this.fail(`${name} stopped by itself (${signal ?? `exit code ${code ?? "unknown"}`})`);
        });
    }

    /** The end of a program's log. */
    log(name: string): string {
        return logTail(this.logFile(name));
    }

    /** Ends every program and removes the folder; the same promise however often it is called. */
    stop(): Promise<void> {
        this.ended ??= this.end();
        return this.ended;
    }

    private logFile(name: string): string {
        return path.join(this.folder, `${name}.log`);
    }

    private fail(what: string): void {
        if (this.ended !== undefined) {
            return;
        }
        const [name = ""] = what.split(" ");
        const line = relevantLine(this.log(name), this.secrets);
        const reason = new UsageError(line === undefined ? `${what}.` : `${what}: ${line}`);
        void this.stop().finally(() => {
            this.failure.abort(reason);
        });
    }

    private async end(): Promise<void> {
        const alive = [...this.running.values()].filter(
            ({ pid, exitCode, signalCode }) =>
                pid !== undefined && exitCode === null && signalCode === null,
        );
        const exits = alive.map((child) => {
            child.ref();
            return once(child, "exit");
        });
        // What they hold is thrown away, so there is nothing to end in good order.
        alive.forEach((child) => child.kill("SIGKILL"));
        await Promise.all(exits);
        fs.rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 });
        this.guard.dismiss();
        this.forgetSignals();
    }
}
