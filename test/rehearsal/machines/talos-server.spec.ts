import assert from "node:assert/strict";
import * as tls from "node:tls";
import { readAuthority, sign } from "../../../rehearsal/machines/certificates";
import { doorTable } from "../../../rehearsal/machines/doors";
import { TalosCluster } from "../../../rehearsal/machines/talos-cluster";
import { nameByProxy, TalosServer } from "../../../rehearsal/machines/talos-server";
import { authority, type EncodedPair } from "../../talos-authority";

const ADDRESS = "10.0.0.2";
const CONTROL_PLANES = ["10.0.0.1", ADDRESS, "10.0.0.3"];

const decoded = (text: string) => Buffer.from(text, "base64").toString("utf8");

function configuration({ certificate, key }: EncodedPair): string {
    return JSON.stringify({
        version: "v1alpha1",
        machine: {
            type: "controlplane",
            network: { hostname: "ctrl-1" },
            ca: { crt: certificate, key },
        },
        cluster: { controlPlane: { endpoint: "https://10.0.0.100:6443" } },
    });
}

describe("the API of a played node that runs", () => {
    let server: TalosServer;
    let port = 0;
    let client: tls.ConnectionOptions = {};

    before(async () => {
        const pair = await authority();
        const cluster = new TalosCluster(
            {
                start: () => false,
                register: () => Promise.resolve(),
                setPower: () => Promise.resolve(),
                snapshot: () => Promise.resolve(Buffer.from("etcd")),
                announce: () => Promise.resolve(),
            },
            { boot: 0 },
        );
        const machine = cluster.add(ADDRESS, { release: "v1.13.9", schematic: "a" });
        machine.start(0);
        await cluster.tick(1);
        machine.apply(configuration(pair), "auto", false, 1);
        await cluster.tick(2);
        ({ [ADDRESS]: port = 0 } = await doorTable([ADDRESS]));
        server = new TalosServer(ADDRESS, {
            ...{ cluster, port, addresses: CONTROL_PLANES, controlPlanes: CONTROL_PLANES },
            memoryOf: () => 0,
            heard: () => undefined,
        });
        await server.follow();
        const certificate = decoded(pair.certificate);
        const known = await readAuthority({ certificate, key: decoded(pair.key) }, "talos");
        const own = await sign(known, { name: "O=os:admin", addresses: [], days: 1 });
        client = { ca: certificate, cert: own.certificate, key: own.key, ALPNProtocols: ["h2"] };
    });

    after(() => server.stop());

    /** What is wrong with a connection to a node of that name; undefined when nothing is. */
    function fault(
        name: string,
        more: tls.ConnectionOptions = client,
    ): Promise<string | undefined> {
        return new Promise((resolve) => {
            const options = { ...more, host: "127.0.0.1", port };
            const socket = tls.connect({
                ...options,
                checkServerIdentity: (_, certificate) => tls.checkServerIdentity(name, certificate),
            });
            // A server tells of a missing certificate only after the handshake.
            socket.once("data", () => {
                socket.destroy();
                resolve(undefined);
            });
            socket.once("error", ({ message }: Error) => {
                resolve(message);
            });
        });
    }

    it("is known by its address and by those of all control planes", async () => {
        assert.equal(await fault(ADDRESS), undefined);
        assert.equal(await fault("10.0.0.1"), undefined);
    });

    it("is known by the name that gRPC has for several nodes behind a proxy", async () => {
        const name = nameByProxy(CONTROL_PLANES);
        assert.equal(name, "10.0.0.1:50000,10.0.0.2:50000,10.0.0.3:50000");
        assert.equal(await fault(name), undefined);
    });

    it("is known by no other name, and answers nobody without a certificate", async () => {
        assert.match((await fault("10.0.0.9")) ?? "", /does not match/);
        assert.match((await fault(nameByProxy(["10.0.0.3", ADDRESS]))) ?? "", /does not match/);
        const { ca, ALPNProtocols } = client;
        assert.match((await fault(ADDRESS, { ca, ALPNProtocols })) ?? "", /certificate required/);
    });
});
