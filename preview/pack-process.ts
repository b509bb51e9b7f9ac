/** The process of the policy pack: its port, and its end. */
import { spawnPack } from "./spawn-pack";

/** A pack that is starting or running. */
export class PackProcess {
    /** Port on which the pack serves, once it does. */
    readonly port: Promise<string>;
    private readonly kill = (): void => {
        this.child.kill();
    };

    /** @param child a pack that was just started; default: one is started now */
    constructor(private readonly child = spawnPack()) {
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
        // However this process ends by itself, the pack must not stay behind and hold its output.
        process.once("exit", this.kill);
        // Whoever awaits the port sees the failure; until then it must not count as unhandled.
        this.port.catch(() => undefined);
    }

    /** Ends the pack. */
    stop(): void {
        this.child.removeAllListeners("exit");
        process.removeListener("exit", this.kill);
        this.kill();
    }
}
