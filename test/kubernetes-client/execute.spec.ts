import assert from "node:assert/strict";
import * as http from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { Kubernetes } from "../../kubernetes-client/kubernetes";

interface FakeSocket {
    send: (data: Buffer) => void;
    close: () => void;
}
interface SocketServer {
    handleUpgrade: (
        request: http.IncomingMessage,
        socket: Socket,
        head: Buffer,
        done: (socket: FakeSocket) => void,
    ) => void;
}

/** It comes with the client, and has no types. */
const SOCKETS = "ws";

/** Channels of the protocol (kubernetes: `k8s.io/apimachinery/pkg/util/remotecommand`). */
const [OUT, ERR, STATUS] = [1, 2, 3];
const frame = (channel: number | undefined, text: string) =>
    Buffer.concat([Buffer.from([channel ?? 0]), Buffer.from(text)]);

describe("a command in a container", () => {
    let server: http.Server;
    let asked: URL;
    let answer: (socket: FakeSocket) => void;

    beforeEach(async () => {
        const { WebSocketServer } = (await import(SOCKETS)) as {
            WebSocketServer: new (options: object) => SocketServer;
        };
        const sockets = new WebSocketServer({
            noServer: true,
            handleProtocols: (protocols: Set<string>) => [...protocols][0],
        });
        server = http.createServer();
        server.on("upgrade", (request: http.IncomingMessage, socket: Socket, head: Buffer) => {
            asked = new URL(request.url ?? "", "http://server");
            sockets.handleUpgrade(request, socket, head, (open) => {
                answer(open);
            });
        });
        await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    });
    afterEach(() => {
        server.closeAllConnections();
        server.close();
    });

    async function execute(): Promise<string> {
        const { port } = server.address() as AddressInfo;
        const kubernetes = await Kubernetes.connectWith(
            JSON.stringify({
                ...{ apiVersion: "v1", kind: "Config", "current-context": "c" },
                clusters: [
                    {
                        name: "c",
                        cluster: {
                            server: `http://127.0.0.1:${port}`,
                            "insecure-skip-tls-verify": true,
                        },
                    },
                ],
                contexts: [{ name: "c", context: { cluster: "c", user: "u" } }],
                users: [{ name: "u", user: { token: "t" } }],
            }),
        );
        try {
            const place = { namespace: "rook-ceph", pod: "operator-0", container: "operator" };
            return await kubernetes.execute(place, ["ceph", "osd", "ls"]);
        } finally {
            kubernetes.close();
        }
    }

    it("gives what it printed", async () => {
        answer = (socket) => {
            socket.send(frame(OUT, "[0,"));
            socket.send(frame(ERR, "a warning\n"));
            socket.send(frame(OUT, "1]"));
            socket.send(frame(STATUS, JSON.stringify({ status: "Success" })));
            socket.close();
        };
        assert.equal(await execute(), "[0,1]");
        assert.equal(asked.pathname, "/api/v1/namespaces/rook-ceph/pods/operator-0/exec");
        assert.deepEqual(asked.searchParams.getAll("command"), ["ceph", "osd", "ls"]);
    });

    it("fails with what it complained of", async () => {
        answer = (socket) => {
            socket.send(frame(ERR, "Error EBUSY: osd.0 is not safe to destroy\n"));
            const message = "command terminated with non-zero exit code";
            socket.send(frame(STATUS, JSON.stringify({ status: "Failure", message, code: 500 })));
            socket.close();
        };
        await assert.rejects(execute(), /^Error: Error EBUSY: osd\.0 is not safe to destroy$/);
    });

    it("fails when the connection is lost, and does not wait for ever", async () => {
        answer = (socket) => {
            socket.send(frame(OUT, "[0"));
            socket.close();
        };
        await assert.rejects(execute(), /connection to the pod was lost/);
    });
});
