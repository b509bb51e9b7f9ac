import assert from "node:assert/strict";
import * as net from "node:net";
import { connect, requireAnswer } from "../../components/cluster/node-gate";

describe("the gate before a node is changed", () => {
    it("lets through to a node that answers", async () => {
        const asked: [string, number][] = [];
        await requireAnswer("worker-1", "192.168.68.103", (host, port) => {
            asked.push([host, port]);
            return Promise.resolve();
        });
        assert.deepEqual(asked, [["192.168.68.103", 50_000]]);
    });

    it("names a node that does not, with what would happen and what to do", async () => {
        await assert.rejects(
            requireAnswer("worker-1", "192.168.68.103", () => Promise.reject(new Error("refused"))),
            /Node worker-1 does not answer at 192\.168\.68\.103:50000 \(refused\).*reboot undrained.*Bring it back/,
        );
    });

    it("opens a connection and leaves none behind", async () => {
        const server = net.createServer();
        await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
        const { port } = server.address() as net.AddressInfo;
        await connect("127.0.0.1", port);
        await new Promise((resolve) => server.close(resolve));
        await assert.rejects(connect("127.0.0.1", port), /ECONNREFUSED/);
    });
});
