/**
 * What a process must undo when it ends: folders of its own, programs that it has started. A signal
 * ends a program of Node at once, without `finally`; so whoever makes something that must not
 * outlive the process says here how it goes.
 */
import { execFile, type ExecFileOptions } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";

/** Signals that end a program from outside. */
export const ENDING_SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

const undoings = new Set<() => void>();

/**
 * Has something undone when the process ends before it was undone otherwise.
 *
 * @returns forgets it
 */
export function atEnd(undo: () => void): () => void {
    undoings.add(undo);
    return () => {
        undoings.delete(undo);
    };
}

function undoEverything(): void {
    for (const undo of [...undoings].reverse()) {
        undoings.delete(undo);
        try {
            undo();
        } catch {
            // The next one must be undone nevertheless.
        }
    }
}

/** Lets a signal do what it would have done, with everything undone, where nobody else listens to it. */
export function endBy(signal: NodeJS.Signals): void {
    if (process.listenerCount(signal) === 0) {
        undoEverything();
        process.kill(process.pid, signal);
    }
}

let isInstalled = false;

/**
 * Undoes everything when this process ends, also by a signal, which then does what it would have
 * done. Whoever else listens to the signal decides about the end by itself.
 */
export function undoAtEnd(): void {
    if (isInstalled) {
        return;
    }
    isInstalled = true;
    process.on("exit", undoEverything);
    const handle = (signal: NodeJS.Signals) => {
        process.off(signal, handle);
        endBy(signal);
    };
    ENDING_SIGNALS.forEach((signal) => process.on(signal, handle));
}

/** A folder, and how it goes before the process ends. */
export interface OwnFolder {
    readonly folder: string;
    readonly remove: () => void;
}

/** A folder for what lies on the disk only while this process works, gone at its end. */
export function temporaryFolder(name: string): OwnFolder {
    return ownFolder(path.join(os.tmpdir(), `platform-${name}-`));
}

/** The same at another place; `prefix` is the start of its path. */
export function ownFolder(prefix: string): OwnFolder {
    const folder = fs.mkdtempSync(prefix);
    const removeFolder = () => {
        fs.rmSync(folder, { recursive: true, force: true });
    };
    const forget = atEnd(removeFolder);
    return {
        folder,
        remove: () => {
            forget();
            removeFolder();
        },
    };
}

/** Runs a program that does not outlive this process; rejects as `execFile` does. */
export function runTool(
    file: string,
    args: readonly string[],
    options: ExecFileOptions = {},
): Promise<{ readonly stdout: string; readonly stderr: string }> {
    return new Promise((resolve, reject) => {
        const child = execFile(
            file,
            args,
            { ...options, encoding: "utf8" },
            (error, stdout, stderr) => {
                forget();
                if (error === null) {
                    resolve({ stdout, stderr });
                } else {
                    const rejection: Error = Object.assign(error, { stdout, stderr });
                    reject(rejection);
                }
            },
        );
        const forget = atEnd(() => child.kill());
    });
}
