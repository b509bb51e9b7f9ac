/**
 * Ends processes and removes a folder when this process is gone, however it went: a guard of its own
 * process group reads from a pipe that only this process holds. The operating system closes it at
 * the very end, after an exception and after SIGKILL too.
 */
import { type ChildProcess, spawn } from "node:child_process";

/** Reads process ids until the pipe closes. Works in any POSIX shell. */
const SCRIPT = `
trap '' HUP INT TERM
while read -r id; do ids="$ids $id"; done
for id in $ids; do kill -9 "$id" 2>/dev/null; done
for id in $ids; do
    tries=0
    while kill -0 "$id" 2>/dev/null && [ "$tries" -lt 100 ]; do tries=$((tries + 1)); sleep 0.05; done
done
rm -rf "$1"
`;

/** The guard of one control plane. */
export class Guard {
    private readonly shell: ChildProcess;

    /** @param folder removed when this process is gone */
    constructor(folder: string) {
        this.shell = spawn("/bin/sh", ["-c", SCRIPT, "rehearsal-guard", folder], {
            detached: true,
            stdio: ["pipe", "ignore", "ignore"],
        });
        // Neither a guard that somebody killed nor a forgotten one may hold this process up.
        this.shell.stdin?.on("error", () => undefined);
        this.shell.unref();
    }

    /** Has a process ended too. */
    watch(processId: number): void {
        this.shell.stdin?.write(`${processId}\n`);
    }

    /** Sends the guard home, when everything is gone already. */
    dismiss(): void {
        this.shell.kill("SIGKILL");
    }
}
