/**
 * The process of the policy pack. Apart from the analyzer and free of imports, so that it can be
 * started before anything else is loaded: loading the SDK takes both processes most of a second,
 * and they can do it at the same time.
 */
import { type ChildProcess, spawn } from "node:child_process";
import * as path from "node:path";

/** A pack that is starting or running. */
export class PackProcess {
    /** Port on which the pack serves, once it does. */
    readonly port: Promise<string>;
    private readonly child: ChildProcess;

    /** @param folder folder with `PulumiPolicy.yaml` */
    constructor(folder: string) {
        const child = spawn(process.execPath, [path.join(folder, "index.js")], {
            cwd: folder,
            stdio: ["ignore", "pipe", "inherit"],
        });
        this.child = child;
        this.port = new Promise<string>((resolve, reject) => {
            child.stdout.once("data", (data: Buffer) => {
                resolve(data.toString().trim());
            });
            child.once("error", reject);
            child.once("exit", (code) => {
                reject(
                    new Error(`The policy pack ended with code ${code ?? "none"} at its start.`),
                );
            });
        });
        // Whoever awaits the port sees the failure; until then it must not count as unhandled.
        this.port.catch(() => undefined);
    }

    /** Ends the pack. */
    stop(): void {
        this.child.removeAllListeners("exit");
        this.child.kill();
    }
}
