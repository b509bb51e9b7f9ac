import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import * as yaml from "js-yaml";
import { parseConfiguration, toSettings } from "../components/settings";
import type { SecretKey } from "../components/settings-schema";

type Raw = Record<string, unknown>;
const ALL_SECRETS = new Set<SecretKey>(["proxmoxApiToken", "cloudflareApiToken"]);

function stackFile(stack: string): Raw {
    const text = fs.readFileSync(path.join(__dirname, "..", `Pulumi.${stack}.yaml`), "utf8");
    const { config } = yaml.load(text) as { config: Raw };
    return Object.fromEntries(
        Object.entries(config).map(([key, value]) => [key.replace("platform:", ""), value]),
    );
}

/** The prod configuration with one thing changed. */
function broken(change: (raw: Record<string, never>) => void): Raw {
    const raw = structuredClone(stackFile("prod"));
    change(raw as Record<string, never>);
    return raw;
}

function faultsOf(raw: Raw, secrets: ReadonlySet<SecretKey> = ALL_SECRETS) {
    const result = parseConfiguration(raw, secrets);
    return "faults" in result ? result.faults : [];
}

interface Fault {
    title: string;
    change: (raw: never) => void;
    key: string;
    allowed: RegExp;
}

/* eslint-disable @typescript-eslint/no-explicit-any -- the faults are deliberately of the wrong type */
const faults: Fault[] = [
    {
        title: "an unknown key, naming the nearest known one",
        change: (raw: any) => (raw.domian = "x.example.org"),
        key: "domian",
        allowed: /did you mean domain\?/,
    },
    {
        title: "an unknown key inside a list",
        change: (raw: any) => (raw.nodes[2].adress = "192.168.68.9"),
        key: "nodes[2].adress",
        allowed: /did you mean address\?/,
    },
    {
        title: "an unknown system",
        change: (raw: any) => (raw.systems.celium = { enabled: true }),
        key: "systems.celium",
        allowed: /did you mean cilium\?/,
    },
    {
        title: "a value of the wrong type",
        change: (raw: any) => (raw.nodes[0].cores = "four"),
        key: "nodes[0].cores",
        allowed: /number/,
    },
    {
        title: "a profile that does not exist",
        change: (raw: any) => (raw.profile = "production"),
        key: "profile",
        allowed: /"dev"\|"staging"\|"prod"/,
    },
    {
        title: "two nodes with one address",
        change: (raw: any) => (raw.nodes[1].address = "192.168.68.101"),
        key: "nodes[1].address",
        allowed: /no other node has/,
    },
    {
        title: "two VMs with one id",
        change: (raw: any) => (raw.nodes[1].vmId = raw.nodes[0].vmId),
        key: "nodes[1].vmId",
        allowed: /no other node has/,
    },
    {
        title: "an address outside of the subnet",
        change: (raw: any) => (raw.nodes[3].address = "192.168.69.103"),
        key: "nodes[3].address",
        allowed: /inside network\.nodes \(192\.168\.68\.0\/24\)/,
    },
    {
        title: "a VIP that is a node's address",
        change: (raw: any) => (raw.cluster.virtualIp = "192.168.68.101"),
        key: "cluster.virtualIp",
        allowed: /ctrl-0 has it/,
    },
    {
        title: "a missing VIP",
        change: (raw: any) => delete raw.cluster.virtualIp,
        key: "cluster.virtualIp",
        allowed: /a free address/,
    },
    {
        title: "an even control plane",
        change: (raw: any) => raw.nodes.splice(0, 1),
        key: "nodes",
        allowed: /odd number/,
    },
    {
        title: "a host that Proxmox does not have",
        change: (raw: any) => (raw.nodes[4].host = "pve-22"),
        key: "nodes[4].host",
        allowed: /did you mean pve-2\?/,
    },
    {
        title: "a system whose requirement is off",
        change: (raw: any) => (raw.systems.cloudnativePg = { enabled: false }),
        key: "systems.cloudnativePg.enabled",
        allowed: /because n8n needs it/,
    },
    {
        title: "a load-balancer range that holds a node",
        change: (raw: any) => (raw.network.loadBalancers.start = "192.168.68.105"),
        key: "network.loadBalancers",
        allowed: /without the used .*192\.168\.68\.107/,
    },
    {
        title: "overlapping networks",
        change: (raw: any) => (raw.network.pods = "192.168.0.0/16"),
        key: "network.pods",
        allowed: /does not overlap network\.nodes/,
    },
    {
        title: "more replicas of data than hosts for them",
        change: (raw: any) => (raw.storage = { replication: 5 }),
        key: "storage.replication",
        allowed: /nodes with a ceph disk \(4\)/,
    },
    {
        title: "a Ceph disk on a control plane",
        change: (raw: any) => raw.nodes[0].disks.push({ purpose: "ceph", size: 10 }),
        key: "nodes[0].disks",
        allowed: /workers only/,
    },
    {
        title: "an existing cluster without kubeconfig",
        change: (raw: any) => (raw.cluster.source = "existing"),
        key: "cluster.kubeconfig",
        allowed: /path of a kubeconfig/,
    },
    {
        title: "an exception with a wildcard",
        change: (raw: any) =>
            (raw.exceptions = [
                {
                    criterion: "HA-05",
                    resource: "Deployment/*",
                    reason: "because it is so in this house",
                    guard: "nothing really",
                    expires: "2027-01-01",
                },
            ]),
        key: "exceptions[0].resource",
        allowed: /without a wildcard/,
    },
];
/* eslint-enable @typescript-eslint/no-explicit-any */

describe("settings", () => {
    for (const stack of ["prod", "dev"]) {
        it(`accepts Pulumi.${stack}.yaml`, () => {
            assert.deepEqual(faultsOf(stackFile(stack)), []);
        });
    }

    for (const { title, change, key, allowed } of faults) {
        it(`reports ${title}`, () => {
            const found = faultsOf(broken(change as (raw: Record<string, never>) => void));
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
        const raw = broken((prod) => {
            const { nodes, cluster } = prod as unknown as {
                nodes: { vmId: number }[];
                cluster: { virtualIp: string };
            };
            cluster.virtualIp = "10.0.0.1";
            nodes.forEach((node) => (node.vmId = 100));
        });
        assert.ok(faultsOf(raw).length >= 7);
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
