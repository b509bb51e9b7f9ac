/** What cannot be meant of edge sites: one sentence each. */
import assert from "node:assert/strict";
import { parseConfiguration } from "../../../components/settings";
import { secretDescriptions } from "../../../components/systems";
import { sampleEdge } from "../../fixtures/every-system";
import { sampleConfiguration } from "../../fixtures/settings";

const [north, south] = sampleEdge.sites;
const allSecrets = Object.keys(secretDescriptions);

type Change = Readonly<Record<string, unknown>>;

/** Faults of the sample with other edge sites, each as one sentence. */
function faults(
    sites: readonly object[],
    more: Change = {},
    { edge = {}, without = [] as readonly string[] } = {},
): string[] {
    const secrets = allSecrets.filter((key) => !without.includes(key));
    const result = parseConfiguration(
        { ...sampleConfiguration, edge: { ...sampleEdge, ...edge, sites }, ...more },
        new Set(secrets),
    );
    return "faults" in result
        ? result.faults.map(({ key, found, allowed }) => `${key}: ${found}; ${allowed}`)
        : [];
}

const server = (change: Change) => ({ ...north, servers: [{ ...north.servers[0], ...change }] });

/** Each with what is wrong, the key that is named, and words of the sentence. */
const wrong: Readonly<Record<string, readonly [sites: readonly object[], says: RegExp]>> = {
    "a site inside of the nodes' subnet": [
        [
            {
                ...server({ address: "192.168.68.140" }),
                network: "192.168.68.128/25",
                gateway: "192.168.68.129",
            },
        ],
        /^edge\.sites\[0\]\.network: 192\.168\.68\.128\/25; .*network\.nodes \(192\.168\.68\.0\/24\)$/,
    ],
    "a network around the nodes' subnet": [
        [{ ...north, network: "192.168.0.0/16" }],
        /^edge\.sites\[0\]\.network: .*network\.nodes/,
    ],
    "the network of the pods": [
        [{ ...north, network: "10.244.7.0/24" }],
        /^edge\.sites\[0\]\.network: .*network\.pods/,
    ],
    "the network of the Services": [
        [{ ...north, network: "10.97.0.0/24" }],
        /^edge\.sites\[0\]\.network: .*network\.services/,
    ],
    "the network of the pods inside of each site": [
        [{ ...north, network: "10.42.1.0/24" }],
        /^edge\.sites\[0\]\.network: .*pods inside of each site \(10\.42/,
    ],
    "the network of another site": [
        [north, { ...south, network: north.network }],
        /^edge\.sites\[1\]\.network: .*edge\.sites\[0\]\.network/,
    ],
    "the name of another site": [
        [north, { ...south, name: "north" }],
        /^edge\.sites\[1\]\.name: north; .*no other site has: it is edge\.sites\[0\]\.name too$/,
    ],
    "an address outside of its network": [
        [server({ address: "10.20.1.11" })],
        /^edge\.sites\[0\]\.servers\[0\]\.address: 10\.20\.1\.11; .*\(10\.20\.0\.0\/24\)$/,
    ],
    "the address of its network itself": [
        [server({ address: "10.20.0.0" })],
        /^edge\.sites\[0\]\.servers\[0\]\.address: 10\.20\.0\.0; a host address/,
    ],
    "a gateway outside of its network": [
        [{ ...north, gateway: "10.21.0.1" }],
        /^edge\.sites\[0\]\.gateway: 10\.21\.0\.1; /,
    ],
    "the gateway's address for a server": [
        [server({ address: "10.20.0.1" })],
        /^edge\.sites\[0\]\.servers\[0\]\.address: 10\.20\.0\.1; .*edge\.sites\[0\]\.gateway/,
    ],
    "a node's address for a server": [
        [server({ address: "192.168.68.103" })],
        /servers\[0\]\.address: 192\.168\.68\.103; .*nodes\[3\]\.address has it too/,
    ],
    "one address for two servers": [
        [{ ...south, servers: south.servers.map((one) => ({ ...one, address: "10.21.0.11" })) }],
        /^edge\.sites\[0\]\.servers\[1\]\.address: 10\.21\.0\.11; .*servers\[0\]\.address/,
    ],
    "two servers": [
        [{ ...south, servers: south.servers.slice(0, 2) }],
        /^edge\.sites\[0\]\.servers: 2 servers; 1, or 3/,
    ],
    "four servers": [
        [
            {
                ...south,
                servers: [...south.servers, { host: "pve-1", vmId: 20204, address: "10.21.0.14" }],
            },
        ],
        /^edge\.sites\[0\]\.servers: 4 servers; /,
    ],
    "no servers": [[{ ...north, servers: [] }], /^edge\.sites\[0\]\.servers: an empty list; /],
    "a host that Proxmox does not have": [
        [server({ host: "pve1" })],
        /^edge\.sites\[0\]\.servers\[0\]\.host: pve1; .*did you mean pve-1\?$/,
    ],
    "the VM id of a node": [
        [server({ vmId: 1012 })],
        /^edge\.sites\[0\]\.servers\[0\]\.vmId: 1012; .*nodes\[4\]\.vmId too$/,
    ],
    "the VM id of another site's server": [
        [north, { ...south, servers: [{ ...south.servers[0], vmId: 20101 }] }],
        /^edge\.sites\[1\]\.servers\[0\]\.vmId: 20101; .*edge\.sites\[0\]\.servers\[0\]\.vmId too$/,
    ],
    "too little memory for k3s": [
        [{ ...north, memory: 1024 }],
        /^edge\.sites\[0\]\.memory: 1024; .*2048/,
    ],
    "a name with a capital": [
        [{ ...north, name: "North" }],
        /^edge\.sites\[0\]\.name: "North"; a name/,
    ],
    "no sites": [[], /^edge\.sites: an empty list; /],
};

describe("settings of edge sites", () => {
    it("may be one server or three, on any host", () => {
        assert.deepEqual(faults([north, south]), []);
        assert.deepEqual(faults([{ ...south, wave: 20, cores: 4, memory: 8192, disk: 100 }]), []);
        assert.deepEqual(faults([{ ...north, bridge: "vmbr1" }]), []);
    });

    for (const [what, [sites, says]] of Object.entries(wrong)) {
        it(`refuse ${what} in one sentence`, () => {
            const found = faults(sites);
            assert.equal(found.filter((one) => says.test(one)).length, 1, found.join("\n"));
        });
    }

    it("refuse a site that could not reach the platform, because its own pods are there", () => {
        const network = {
            ...sampleConfiguration.network,
            nodes: "10.42.8.0/24",
            gateway: "10.42.8.1",
            loadBalancers: { start: "10.42.8.200", stop: "10.42.8.220" },
        };
        const found = faults([north], { network });
        assert.ok(
            found.some((one) => /^network\.nodes: 10\.42\.8\.0\/24; .*10\.42\.0\.0\/16/.test(one)),
        );
        const backup = { ...sampleConfiguration.backup, endpoint: "https://10.43.0.9" };
        assert.match(faults([north], { backup }).join("\n"), /^backup\.endpoint: 10\.43\.0\.9; /m);
    });

    it("want Proxmox beside a cluster whose machines are somebody else's too", () => {
        const cluster = { source: "existing", name: "home", kubeconfig: "~/.kube/config" };
        const around = { cluster, nodes: [] };
        assert.deepEqual(faults([north], around), []);
        assert.match(
            faults([north], { ...around, proxmox: undefined }).join("\n"),
            /^proxmox: nothing; .*because edge has sites$/m,
        );
        const without = { without: ["proxmoxApiToken"] };
        assert.match(faults([north], around, without).join("\n"), /^proxmoxApiToken: /m);
    });

    it("refuse a key that is a private one, without showing it", () => {
        const key = "-----BEGIN OPENSSH PRIVATE KEY-----";
        const found = faults([north], {}, { edge: { administratorKeys: [key] } });
        assert.deepEqual(found.length, 1);
        assert.match(found[0] ?? "", /^edge\.administratorKeys\[0\]: a private key; a public key/);
    });

    it("want the key of ssh, and a key of the bucket that is not the platform's own", () => {
        for (const key of ["edgeSshKey", "edgeBackupAccessKey", "edgeBackupSecretKey"]) {
            assert.match(
                faults([north], {}, { without: [key] }).join("\n"),
                new RegExp(`^${key}: `),
            );
        }
        const { backup, ...rest } = sampleConfiguration;
        assert.ok(backup.bucket.length > 0);
        const result = parseConfiguration(
            { ...rest, edge: sampleEdge },
            new Set(allSecrets.filter((key) => !key.startsWith("edgeBackup"))),
        );
        assert.doesNotMatch(JSON.stringify(result), /edgeBackup/);
    });

    it("switch the system on and off", () => {
        const off = { systems: { k3sEdge: { enabled: false } } };
        assert.match(faults([north], off).join("\n"), /^systems\.k3sEdge\.enabled: false; true/m);
        const { edge, ...without } = { ...sampleConfiguration, edge: undefined };
        assert.equal(edge, undefined);
        const result = parseConfiguration(
            { ...without, systems: { k3sEdge: { enabled: true } } },
            new Set(allSecrets),
        );
        assert.match(JSON.stringify(result), /sites, because systems\.k3sEdge is on/);
    });
});
