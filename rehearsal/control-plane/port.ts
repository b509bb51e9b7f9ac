/** Ports on the loopback address. */
import { once } from "node:events";
import * as net from "node:net";
import { UsageError } from "../../preview/stack-file";

/**
 * A port that nobody listens to.
 *
 * @param wanted this one; default: any
 * @throws UsageError when the wanted one is taken
 */
export async function freePort(wanted = 0): Promise<number> {
    const server = net.createServer();
    server.listen(wanted, "127.0.0.1");
    try {
        await once(server, "listening");
    } catch (error) {
        const { code, message } = error as NodeJS.ErrnoException;
        throw new UsageError(
            code === "EADDRINUSE"
                ? `Port ${wanted} is busy: something else listens to it; leave the port out to take a free one.`
                : `Port ${wanted} cannot be used: ${message}.`,
        );
    }
    const address = server.address();
    server.close();
    await once(server, "close");
    return address !== null && typeof address === "object" ? address.port : wanted;
}
