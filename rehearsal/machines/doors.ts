/**
 * Where the addresses of a site are on this machine: each address and port is a port of the loopback
 * address here. Programs of Go come in by a proxy (`HTTPS_PROXY`), programs of Node by `redirect.cjs`;
 * so a stack is rehearsed with its own addresses, and nothing leaves this machine.
 */
import { once } from "node:events";
import * as http from "node:http";
import * as net from "node:net";

const LOOPBACK = "127.0.0.1";

/** Ports of the loopback address by `host:port` of the site. */
export type DoorTable = Readonly<Record<string, number>>;

async function listen(server: net.Server, port: number): Promise<number> {
    server.listen(port, LOOPBACK);
    await once(server, "listening");
    return (server.address() as net.AddressInfo).port;
}

/** Ports that no system gives to outgoing connections (Linux: 32768 and above, macOS: 49152). */
const LOWEST = 20_000;
const HIGHEST = 32_000;

async function isFree(port: number): Promise<boolean> {
    const server = net.createServer();
    try {
        await listen(server, port);
    } catch {
        return false;
    }
    server.close();
    await once(server, "close");
    return true;
}

/** Finds a free port for each place: one that nobody is given while its place is closed. */
export async function doorTable(places: readonly string[]): Promise<DoorTable> {
    const table: Record<string, number> = {};
    let port = LOWEST + Math.floor(Math.random() * (HIGHEST - LOWEST) * 0.9);
    for (const place of new Set(places)) {
        while (!(await isFree(port))) {
            port += 1;
        }
        table[place] = port;
        port += 1;
    }
    return table;
}

/** Joins two connections; either one's end is the other's. */
function join(one: net.Socket, other: net.Socket): void {
    one.pipe(other).pipe(one);
    one.on("error", () => other.destroy());
    other.on("error", () => one.destroy());
    one.on("close", () => other.destroy());
    other.on("close", () => one.destroy());
}

/** A place that passes on to another port while it is open; closed, it refuses. */
export class Door {
    private server: net.Server | undefined;
    private readonly connections = new Set<net.Socket>();

    constructor(
        private readonly port: number,
        private readonly target: () => number,
    ) {}

    /** Opens or closes it; a connection that is there ends with it. */
    async set(isOpen: boolean): Promise<void> {
        if (isOpen === (this.server !== undefined)) {
            return;
        }
        if (!isOpen) {
            const closing = this.server;
            this.server = undefined;
            this.connections.forEach((connection) => connection.destroy());
            if (closing !== undefined) {
                closing.close();
                await once(closing, "close");
            }
            return;
        }
        this.server = net.createServer((connection) => {
            this.connections.add(connection);
            connection.on("close", () => this.connections.delete(connection));
            join(connection, net.connect(this.target(), LOOPBACK));
        });
        await listen(this.server, this.port);
    }
}

/** The proxy for programs that know `HTTPS_PROXY`; it lets through what has a door, and nothing else. */
export class DoorProxy {
    private readonly server = http.createServer((_, response) => {
        response.writeHead(403).end();
    });
    private readonly connections = new Set<net.Socket>();
    port = 0;

    constructor(
        private readonly table: DoorTable,
        /** Told of a place that has no door. */
        private readonly refused: (place: string) => void,
    ) {}

    /** Starts it; afterwards `port` says where. */
    async start(): Promise<void> {
        this.server.on("connect", (request: http.IncomingMessage, socket: net.Socket) => {
            const place = request.url ?? "";
            const port = this.table[place];
            this.connections.add(socket);
            socket.on("close", () => this.connections.delete(socket));
            socket.on("error", () => socket.destroy());
            if (port === undefined) {
                this.refused(place);
                socket.end("HTTP/1.1 403 No door\r\n\r\n");
                return;
            }
            const target = net.connect(port, LOOPBACK);
            target.once("connect", () => {
                socket.write("HTTP/1.1 200 Connected\r\n\r\n");
                join(socket, target);
            });
            target.once("error", () => {
                socket.end("HTTP/1.1 502 Nobody answers\r\n\r\n");
            });
        });
        this.port = await listen(this.server, 0);
    }

    /** Ends it with its connections. */
    stop(): void {
        this.server.close();
        this.connections.forEach((connection) => connection.destroy());
    }
}
