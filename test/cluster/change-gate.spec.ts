import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import * as https from "node:https";
import type { AddressInfo } from "node:net";
import * as os from "node:os";
import * as path from "node:path";
import type { TLSSocket } from "node:tls";
import { HttpsError } from "../../components/base/https-get";
import { administrator, type Authority } from "../../components/cluster/administrator";
import { changeFaults } from "../../components/cluster/change-gate";
import { get } from "../../components/cluster/kubernetes-api";
import { sampleSite } from "../fixtures/settings";

const now = Date.parse("2026-11-27T10:00:00Z");
const site = sampleSite();
const names = site.nodes.map(({ name }) => name);
const node = (name: string, ready = true, unschedulable = false) => ({
    metadata: { name },
    spec: { unschedulable },
    status: { conditions: [{ type: "Ready", status: ready ? "True" : "False" }] },
});
const budget = (disruptionsAllowed: number) => ({
    metadata: { namespace: "data", name: "db" },
    status: { expectedPods: 3, disruptionsAllowed, currentHealthy: 3, desiredHealthy: 2 },
});
const lastChecked = new Date(now).toISOString();
const well = {
    nodes: { items: names.map((name) => node(name)) } as object,
    ceph: { status: { ceph: { health: "HEALTH_OK", lastChecked } } } as object | undefined,
    budgets: { items: [budget(1)] } as object,
};

function ask(changed: Partial<typeof well> = {}) {
    const { nodes, ceph, budgets } = { ...well, ...changed };
    return (url: string): Promise<string> => {
        const found = url.endsWith("/nodes")
            ? nodes
            : url.includes("/cephclusters/")
              ? ceph
              : budgets;
        return found === undefined
            ? Promise.reject(new HttpsError("status 404", 404))
            : Promise.resolve(JSON.stringify(found));
    };
}
const faults = (changed: Partial<typeof well> = {}, apart = "worker-1") =>
    changeFaults(site, ask(changed), apart, now);

describe("the gate around the change of a node", () => {
    it("is open when the others are well, also without Ceph", async () => {
        assert.deepEqual(await faults(), []);
        assert.deepEqual(await faults({ ceph: undefined }), []);
    });

    it("is shut while another node is away or cordoned, and not for the node itself", async () => {
        const nodes = {
            items: names.map((name) => node(name, name !== "worker-1", name === "worker-1")),
        };
        assert.deepEqual(await faults({ nodes }), []);
        const found = await faults({ nodes }, "worker-2");
        assert.equal(found.length, 2);
        assert.match(found[0] ?? "", /worker-1 is not ready/);
    });

    it("is shut while Ceph or a budget cannot spare anybody", async () => {
        const ceph = {
            status: {
                ceph: {
                    health: "HEALTH_WARN",
                    lastChecked,
                    details: { PG_DEGRADED: { severity: "HEALTH_WARN" } },
                },
            },
        };
        assert.match((await faults({ ceph })).join(), /PG_DEGRADED/);
        assert.match(
            (await faults({ budgets: { items: [budget(0)] } })).join(),
            /data\/db lets no pod go/,
        );
    });

    it("does not wait for nodes that this update makes, nor mind one that left the settings", async () => {
        const nodes = { items: [...names.slice(1).map((name) => node(name)), node("old")] };
        assert.deepEqual(await faults({ nodes }, "worker-2"), []);
    });

    it("lets a cluster be built that has no pod network yet", async () => {
        assert.deepEqual(
            await faults({ nodes: { items: names.map((name) => node(name, false)) } }),
            [],
        );
        assert.deepEqual(await faults({ nodes: { items: [] } }), []);
    });

    it("is shut while the API does not answer, or refuses", async () => {
        const silent = () => Promise.reject(new HttpsError("no answer within 10 s"));
        const found = await changeFaults(site, silent, "worker-1", now);
        assert.equal(found.length, 3);
        assert.match(found[0] ?? "", /list of nodes could not be read \(no answer within 10 s\)/);
    });
});

describe("a certificate of the cluster's own authority", () => {
    let folder: string;
    before(() => {
        folder = fs.mkdtempSync(path.join(os.tmpdir(), "authority-"));
    });
    after(() => {
        fs.rmSync(folder, { recursive: true });
    });

    function openssl(...args: readonly string[]): void {
        execFileSync("openssl", args, { cwd: folder, stdio: "ignore" });
    }
    const read = (name: string) => fs.readFileSync(path.join(folder, name), "utf8");

    it("opens an API server that trusts it, for an administrator", async function () {
        try {
            openssl("version");
        } catch {
            this.skip();
        }
        openssl("ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", "ca.key");
        openssl(
            "req",
            "-x509",
            "-new",
            "-key",
            "ca.key",
            "-subj",
            "/O=kubernetes",
            "-days",
            "1",
            "-addext",
            "subjectAltName=IP:127.0.0.1",
            "-out",
            "ca.crt",
        );
        const authority: Authority = {
            cert: Buffer.from(read("ca.crt")).toString("base64"),
            key: Buffer.from(read("ca.key")).toString("base64"),
        };
        const server = https.createServer(
            {
                key: read("ca.key"),
                cert: read("ca.crt"),
                ca: read("ca.crt"),
                requestCert: true,
                rejectUnauthorized: true,
            },
            (request, response) => {
                response.end(
                    (request.socket as unknown as TLSSocket).getPeerCertificate().subject.O,
                );
            },
        );
        await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
        try {
            const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}/`;
            assert.equal(await get(url, await administrator(authority)), "system:masters");
        } finally {
            server.close();
        }
    });
});
