/** The process of the policy pack: its port, and its end. */
import { atEnd } from "../components/base/ending";
import { spawnPack } from "./spawn-pack";

/** A pack that is starting or running. */
export class PackProcess {
    /** Port on which the pack serves, once it does. */
    readonly port: Promise<string>;
    private readonly forget: () => void;

    /** @param child a pack that was just started; default: one is started now */
    constructor(private readonly child = spawnPack()) {
        // However this process ends, the pack must not stay behind and hold its output.
        this.forget = atEnd(() => {
            this.stop();
        });
        // It may be gone before its input is closed.
        child.stdin.on("error", () => undefined);
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
        this.forget();
        this.child.removeAllListeners("exit");
        this.child.kill();
    }
}
