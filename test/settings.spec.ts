import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import * as yaml from "js-yaml";
import { parseConfiguration, toSettings } from "../components/settings";
import type { SecretKey } from "../components/settings-schema";

type Raw = Record<string | number, unknown>;
const ALL_SECRETS = new Set<SecretKey>(["proxmoxApiToken", "cloudflareApiToken"]);

function stackFile(stack: string): Raw {
    const text = fs.readFileSync(path.join(__dirname, "..", `Pulumi.${stack}.yaml`), "utf8");
    const { config } = yaml.load(text) as { config: Raw };
    return Object.fromEntries(
        Object.entries(config).map(([key, value]) => [key.replace("platform:", ""), value]),
    );
}

type Change = readonly [path: readonly (string | number)[], value: unknown];

/** The prod configuration with some values replaced. */
function broken(...changes: Change[]): Raw {
    const raw = structuredClone(stackFile("prod"));
    for (const [where, value] of changes) {
        const parent = where
            .slice(0, -1)
            .reduce<Raw>((tree, part) => tree[part] as Record<string | number, unknown>, raw);
        parent[where.at(-1) ?? ""] = value;
    }
    return raw;
}

function faultsOf(raw: Raw, secrets: ReadonlySet<SecretKey> = ALL_SECRETS) {
    const result = parseConfiguration(raw, secrets);
    return "faults" in result ? result.faults : [];
}

interface Fault {
    title: string;
    path: readonly (string | number)[];
    value: unknown;
    key: string;
    allowed: RegExp;
}

const faults: Fault[] = [
    {
        title: "an unknown key, naming the nearest known one",
        path: ["domian"],
        value: "x.example.org",
        key: "domian",
        allowed: /did you mean domain\?/,
    },
    {
        title: "an unknown key inside a list",
        path: ["nodes", 2, "adress"],
        value: "192.168.68.9",
        key: "nodes[2].adress",
        allowed: /did you mean address\?/,
    },
    {
        title: "an unknown system",
        path: ["systems", "celium"],
        value: { enabled: true },
        key: "systems.celium",
        allowed: /did you mean cilium\?/,
    },
    {
        title: "a value of the wrong type",
        path: ["nodes", 0, "cores"],
        value: "four",
        key: "nodes[0].cores",
        allowed: /number/,
    },
    {
        title: "a profile that does not exist",
        path: ["profile"],
        value: "production",
        key: "profile",
        allowed: /"dev"\|"staging"\|"prod"/,
    },
    {
        title: "two nodes with one address",
        path: ["nodes", 1, "address"],
        value: "192.168.68.101",
        key: "nodes[1].address",
        allowed: /no other node has/,
    },
    {
        title: "two VMs with one id",
        path: ["nodes", 1, "vmId"],
        value: 10101,
        key: "nodes[1].vmId",
        allowed: /no other node has/,
    },
    {
        title: "an address outside of the subnet",
        path: ["nodes", 3, "address"],
        value: "192.168.69.103",
        key: "nodes[3].address",
        allowed: /inside network\.nodes \(192\.168\.68\.0\/24\)/,
    },
    {
        title: "a VIP that is a node's address",
        path: ["cluster", "virtualIp"],
        value: "192.168.68.101",
        key: "cluster.virtualIp",
        allowed: /ctrl-0 has it/,
    },
    {
        title: "a missing VIP",
        path: ["cluster", "virtualIp"],
        value: undefined,
        key: "cluster.virtualIp",
        allowed: /a free address/,
    },
    {
        title: "an even control plane",
        path: ["nodes", 0, "role"],
        value: "worker",
        key: "nodes",
        allowed: /odd number/,
    },
    {
        title: "a host that Proxmox does not have",
        path: ["nodes", 4, "host"],
        value: "pve-22",
        key: "nodes[4].host",
        allowed: /did you mean pve-2\?/,
    },
    {
        title: "a system whose requirement is off",
        path: ["systems", "cloudnativePg"],
        value: { enabled: false },
        key: "systems.cloudnativePg.enabled",
        allowed: /because n8n needs it/,
    },
    {
        title: "a load-balancer range that holds a node",
        path: ["network", "loadBalancers", "start"],
        value: "192.168.68.105",
        key: "network.loadBalancers",
        allowed: /without the used .*192\.168\.68\.107/,
    },
    {
        title: "overlapping networks",
        path: ["network", "pods"],
        value: "192.168.0.0/16",
        key: "network.pods",
        allowed: /does not overlap network\.nodes/,
    },
    {
        title: "more replicas of data than hosts for them",
        path: ["storage"],
        value: { replication: 5 },
        key: "storage.replication",
        allowed: /nodes with a ceph disk \(4\)/,
    },
    {
        title: "a Ceph disk on a control plane",
        path: ["nodes", 0, "disks", 1],
        value: { purpose: "ceph", size: 10 },
        key: "nodes[0].disks",
        allowed: /workers only/,
    },
    {
        title: "an existing cluster without kubeconfig",
        path: ["cluster", "source"],
        value: "existing",
        key: "cluster.kubeconfig",
        allowed: /path of a kubeconfig/,
    },
    {
        title: "an exception with a wildcard",
        path: ["exceptions"],
        value: [
            {
                criterion: "HA-05",
                resource: "Deployment/*",
                reason: "because it is so in this house",
                guard: "nothing really",
                expires: "2027-01-01",
            },
        ],
        key: "exceptions[0].resource",
        allowed: /without a wildcard/,
    },
];

describe("settings", () => {
    for (const stack of ["prod", "dev"]) {
        it(`accepts Pulumi.${stack}.yaml`, () => {
            assert.deepEqual(faultsOf(stackFile(stack)), []);
        });
    }

    for (const { title, path: where, value, key, allowed } of faults) {
        it(`reports ${title}`, () => {
            const found = faultsOf(broken([where, value]));
            const fault = found.find((candidate) => candidate.key === key);
            assert.ok(fault, `no fault for ${key} among ${JSON.stringify(found)}`);
            assert.match(fault.allowed, allowed);
        });
    }

    it("reports a missing secret with the command that sets it", () => {
        const [fault] = faultsOf(stackFile("prod"), new Set(["cloudflareApiToken"]));
        assert.equal(fault?.key, "proxmoxApiToken");
        assert.match(fault.allowed, /pulumi config set --secret proxmoxApiToken/);
    });

    it("reports every fault at once", () => {
        const sameId = [0, 1, 2, 3, 4, 5, 6].map((index): Change => [
            ["nodes", index, "vmId"],
            100,
        ]);
        const raw = broken([["cluster", "virtualIp"], "10.0.0.1"], ...sameId);
        assert.ok(faultsOf(raw).length >= 7);
    });

    it("checks the rest in the same run when a key is unknown", () => {
        const raw = broken([["domian"], "x"], [["cluster", "virtualIp"], "192.168.68.101"]);
        assert.deepEqual(
            faultsOf(raw).map(({ key }) => key),
            ["domian", "cluster.virtualIp"],
        );
    });

    it("gives a value that cannot be changed", () => {
        const result = parseConfiguration(stackFile("prod"), ALL_SECRETS);
        assert.ok("configuration" in result);
        const settings = toSettings(result.configuration, "prod", () => {
            throw new Error("no secret is read");
        });
        assert.throws(() => Object.assign(settings.network, { gateway: "10.0.0.1" }), TypeError);
        assert.equal(settings.controlPlanes.length, 3);
        assert.equal(settings.workers.length, 4);
    });

    it("chooses replicas by profile and importance", () => {
        const replicas = (stack: string) => {
            const result = parseConfiguration(stackFile(stack), ALL_SECRETS);
            assert.ok("configuration" in result);
            const settings = toSettings(result.configuration, stack, () => {
                throw new Error("no secret is read");
            });
            return [settings.replicas("critical"), settings.replicas("serving")];
        };
        assert.deepEqual(replicas("prod"), [3, 2]);
        assert.deepEqual(replicas("dev"), [1, 1]);
    });
});
