/** What the tests of a running control plane share. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import * as fs from "node:fs";
import * as path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { type Binaries, cachedBinaries } from "../../../rehearsal/binaries";
import type { ControlPlane } from "../../../rehearsal/control-plane";

/** Looks at most, ten times a second; long enough for a machine that others load. */
const LOOKS = 500;

/** Waits for something that happens sooner or later. */
export async function eventually(look: () => boolean | Promise<boolean>): Promise<void> {
    for (let left = LOOKS; !(await look()); left -= 1) {
        if (left === 0) {
            throw new Error(`It never happened: ${String(look)}`);
        }
        await pause(100);
    }
}

/** Whether a process is there and not only waits to be asked for its end. */
export function isRunning(id: number): boolean {
    try {
        process.kill(id, 0);
        return !/^State:\s*Z/m.test(fs.readFileSync(`/proc/${id}/status`, "utf8"));
    } catch (error) {
        return (error as NodeJS.ErrnoException).code === "ENOENT" && process.platform !== "linux";
    }
}

/** Process ids of a control plane. */
export const idsOf = ({ processes }: ControlPlane) => [...processes.values()];

/** The binaries; where nothing has been built, the tests are skipped, and counted as such. */
export function binariesOrSkip(context: Mocha.Context): Binaries {
    return cachedBinaries() ?? context.skip();
}

/** What a process that ends leaves, or not. */
export interface Started {
    readonly parent: ChildProcess;
    readonly ids: readonly number[];
    readonly folder: string;
}

/** Starts `parent.ts` with its arguments, until its programs run. */
export async function startParent(what: string, how: string): Promise<Started> {
    const parent = spawn(
        process.execPath,
        ["--require", "tsx/cjs", path.join(__dirname, "parent.ts"), what, how],
        { stdio: ["ignore", "pipe", "ignore"] },
    );
    const said = new AbortController();
    const ended = once(parent, "exit", { signal: said.signal }).then(() => {
        throw new Error("The process ended before it said what it had started.");
    });
    try {
        const [line] = (await Promise.race([once(parent.stdout, "data"), ended])) as [Buffer];
        return { parent, ...(JSON.parse(line.toString()) as Omit<Started, "parent">) };
    } finally {
        said.abort();
    }
}

/** Whether nothing is left. */
export function isGone({ ids, folder }: Started): boolean {
    return !ids.some(isRunning) && !fs.existsSync(folder);
}
