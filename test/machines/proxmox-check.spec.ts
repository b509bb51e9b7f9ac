import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { HttpsError } from "../../components/base/https-get";
import { checkProxmox } from "../../components/machines/proxmox-check";
import { proxmoxServers } from "../../components/machines/proxmox-hosts";
import {
    demandOf,
    neededPaths,
    neededPrivileges,
} from "../../components/machines/proxmox-privileges";
import { Recorder } from "../fixtures/recorder";
import { sampleSite } from "../fixtures/settings";

const site = sampleSite();
const [server] = proxmoxServers(site);
if (server === undefined) {
    throw new Error("the sample has no Proxmox");
}
const demand = demandOf(site, server);
const hosts = ["pve-1", "pve-2", "pve-3"];

/** What a Proxmox answers that has everything, by path. */
function ready(): Record<string, unknown> {
    const storage = [
        { storage: "local", content: "iso,vztmpl,import" },
        { storage: "local-lvm", content: "images,rootdir" },
    ];
    return {
        "/version": { version: "9.1.2" },
        "/nodes": hosts.map((node) => ({ node, status: "online" })),
        ...Object.fromEntries(hosts.map((host) => [`/nodes/${host}/storage`, storage])),
        ...Object.fromEntries(
            Object.entries(neededPaths(demand)).map(([path, privileges]) => [
                `/access/permissions?path=${encodeURIComponent(path)}`,
                { [path]: Object.fromEntries(privileges.map((one) => [one, 1])) },
            ]),
        ),
        "/cluster/resources?type=vm": site.nodes.map(({ name, vmId }) => ({ name, vmid: vmId })),
        "/cluster/firewall/options": { enable: 1 },
    };
}

/** Checks against answers; a thrown value is thrown. */
async function check(
    overrides: Record<string, unknown> = {},
    preview = false,
): Promise<{ message: string; asked: string[] }> {
    await Recorder.install({}, {}, preview);
    const answers = { ...ready(), ...overrides };
    const asked: string[] = [];
    const ask = (_access: unknown, path: string): Promise<unknown> => {
        asked.push(path);
        const answer = answers[path];
        return answer instanceof Error
            ? Promise.reject(answer)
            : answer === undefined
              ? Promise.reject(new Error(`nobody expected ${path}`))
              : Promise.resolve(answer);
    };
    try {
        await checkProxmox(site, ask);
        return { message: "", asked };
    } catch (error) {
        if (!(error instanceof pulumi.RunError)) {
            throw error;
        }
        return { message: error.message, asked };
    }
}

const permissions = (path: string) => `/access/permissions?path=${encodeURIComponent(path)}`;
const forbidden = new HttpsError("status 403", 403);

describe("the check of Proxmox", () => {
    it("says nothing when everything is there", async () => {
        assert.equal((await check()).message, "");
    });

    it("asks nothing in a preview", async () => {
        assert.deepEqual((await check({}, true)).asked, []);
    });

    it("names the datastore that does not allow images to be imported, and the command", async () => {
        const { message } = await check({
            "/nodes/pve-2/storage": [
                { storage: "local", content: "iso,vztmpl,backup" },
                { storage: "local-lvm", content: "images" },
            ],
        });
        assert.match(message, /storage local of pve-2 does not allow the content type import/);
        assert.match(message, /"pvesm set local --content iso,vztmpl,backup,import"/);
        assert.equal(message.split("\n").length, 2);
    });

    it("names a datastore that a host does not have, and those that it has", async () => {
        const { message } = await check({
            "/nodes/pve-3/storage": [
                { storage: "local", content: "import" },
                { storage: "zfs", content: "images" },
            ],
        });
        assert.match(
            message,
            /diskDatastore: pve-3 has no storage local-lvm .* it has: local, zfs\./,
        );
    });

    it("names hosts that are in another Proxmox cluster or offline", async () => {
        const { message } = await check({
            "/nodes": [
                { node: "pve-1", status: "online" },
                { node: "pve-2", status: "offline" },
            ],
        });
        assert.match(
            message,
            /pve-3 is not in this Proxmox cluster, whose hosts are: pve-1, pve-2/,
        );
        assert.match(message, /Proxmox host pve-2 is offline/);
    });

    it("names missing privileges once for all machines", async () => {
        const some = neededPrivileges.machine.filter((one) => one !== "VM.Config.Disk");
        const overrides = Object.fromEntries(
            site.nodes.map(({ vmId }) => [
                permissions(`/vms/${vmId}`),
                { [`/vms/${vmId}`]: Object.fromEntries(some.map((one) => [one, 1])) },
            ]),
        );
        const { message } = await check(overrides);
        const lines = message.split("\n").slice(1);
        assert.equal(lines.length, 1);
        assert.match(message, /The token lacks VM\.Config\.Disk on \/vms\/1001, \/vms\//);
    });

    it("says what a token without any right lacks, and does not stumble over refusals", async () => {
        const nothing = Object.fromEntries(
            Object.keys(neededPaths(demand)).map((path) => [permissions(path), {}]),
        );
        const { message } = await check({
            ...nothing,
            ...Object.fromEntries(hosts.map((host) => [`/nodes/${host}/storage`, forbidden])),
            "/cluster/resources?type=vm": forbidden,
            "/cluster/firewall/options": forbidden,
        });
        assert.match(message, /The token lacks Sys\.Audit, Sys\.Modify on \/\./);
        assert.match(message, /The token lacks SDN\.Use on \/sdn\/zones\/localnetwork\/vmbr0/);
    });

    it("names a VM id that belongs to somebody else", async () => {
        const [first] = site.nodes;
        const { message } = await check({
            "/cluster/resources?type=vm": [{ vmid: first?.vmId, name: "media" }],
        });
        assert.match(
            message,
            new RegExp(`VM id ${first?.vmId} of ${first?.name} belongs to media`),
        );
    });

    it("refuses to make machines behind a firewall that is off", async () => {
        const { message } = await check({ "/cluster/firewall/options": {} });
        assert.match(message, /The firewall of the Proxmox datacenter is off/);
    });

    it("refuses a release that cannot import images, and takes later ones", async () => {
        assert.match(
            (await check({ "/version": { version: "8.3.1" } })).message,
            /is 8\.3\.1; needed: 8\.4/,
        );
        for (const version of ["8.4.0", "8.10.1", "9.0.3", "10.0"]) {
            assert.equal((await check({ "/version": { version } })).message, "", version);
        }
    });

    it("tells an unknown token, an untrusted certificate and no answer apart, and never shows the token", async () => {
        const cases: [HttpsError, RegExp][] = [
            [new HttpsError("status 401", 401), /does not know the token in proxmoxApiToken/],
            [
                new HttpsError("self-signed certificate in certificate chain"),
                /is not trusted here .*pve-root-ca\.pem/,
            ],
            [new HttpsError("connect ECONNREFUSED 10.0.0.1:8006"), /does not answer \(connect/],
        ];
        for (const [error, wanted] of cases) {
            const { message } = await check({ "/version": error });
            assert.match(message, wanted);
            assert.ok(!message.includes("secret-proxmoxApiToken"));
        }
    });
});
