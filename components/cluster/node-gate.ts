/** Whether a node may be changed now. */
import * as net from "node:net";
import * as pulumi from "@pulumi/pulumi";

/** Port of Talos' API on every node. */
const talosPort = 50_000;
/** Milliseconds. */
const patience = 5000;

/** Opens a connection and closes it; rejects when there is none in time. */
export function connect(host: string, port: number): Promise<void> {
    return new Promise((resolve, reject) => {
        const socket = net.connect({ host, port });
        const end = (error?: Error): void => {
            socket.destroy();
            if (error === undefined) {
                resolve();
            } else {
                reject(error);
            }
        };
        socket.setTimeout(patience, () => {
            end(new Error("no answer within 5 s"));
        });
        socket.once("connect", () => {
            end();
        });
        socket.once("error", end);
    });
}

/**
 * Refuses to change a node that does not answer. While it plans, the provider asks the node whether
 * the change needs a reboot, so that it can wait for one; of a node that is silent it assumes that
 * it does not (siderolabs/terraform-provider-talos@v0.11.0: handleRebootPrevention), and when the
 * node comes back within its ten minutes, it reboots undrained.
 *
 * @param name the node's name, for the message
 * @param address its address
 * @throws RunError when it does not answer
 */
export async function requireAnswer(
    name: string,
    address: string,
    open: typeof connect = connect,
): Promise<void> {
    try {
        await open(address, talosPort);
    } catch (error) {
        throw new pulumi.RunError(
            `Node ${name} does not answer at ${address}:${talosPort} (${(error as Error).message}), so its configuration was not changed: it might reboot undrained when it comes back. Bring it back, or take it out of the settings, and run this again.`,
        );
    }
}
