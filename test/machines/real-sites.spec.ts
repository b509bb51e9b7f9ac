import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { machineDocuments } from "../../components/cluster/machine-configuration";
import { formFaults } from "../../components/cluster/talos-patches";
import { firewallRules } from "../../components/machines/firewall";
import { macAddress } from "../../components/machines/interfaces";
import { Machines } from "../../components/machines/machines";
import { hostToken } from "../../components/machines/proxmox-hosts";
import { announcements } from "../../components/network/announcements";
import type { NodeSettings } from "../../components/site-schema";
import { cephCluster } from "../../components/storage/ceph-cluster-spec";
import { Recorder, settled } from "../fixtures/recorder";
import { sampleConfiguration, sampleSite } from "../fixtures/settings";

const vm = "proxmoxve:index/vmLegacy:VmLegacy";
const file = "proxmoxve:download/file:File";

/** The sample with one node changed. */
function withNode(name: string, change: object): Record<string, unknown> {
    const nodes = sampleConfiguration.nodes.map((node) =>
        node.name === name ? { ...node, ...change } : node,
    );
    return { nodes };
}

async function record(overrides: Record<string, unknown>): Promise<Recorder> {
    const recorder = await Recorder.install();
    const site = sampleSite(overrides);
    const tokens = pulumi.secret('{"pve-3": "me@pve!x=1"}');
    const secret: typeof site.secret = (key) =>
        key === "proxmoxHostTokens" ? tokens : site.secret(key);
    new Machines("machines", { site: { ...site, secret } });
    await settled();
    return recorder;
}

function nodeOf(site: ReturnType<typeof sampleSite>, name: string): NodeSettings {
    const found = site.nodes.find((node) => node.name === name);
    assert.ok(found);
    return found;
}

const documents = (overrides: Record<string, unknown>, name: string) => {
    const site = sampleSite(overrides);
    return machineDocuments(site, nodeOf(site, name)) as unknown as Record<string, unknown>[];
};

describe("a node of a real site", () => {
    it("joins its own bridge and VLAN, and leaves by its own gateway", async () => {
        const change = { bridge: "vmbr1", vlan: 20, gateway: "192.168.68.2" };
        const recorder = await record(withNode("worker-2", change));
        const { networkDevices, initialization } = recorder.one(vm, "worker-2").inputs as {
            networkDevices: object[];
            initialization: { ipConfigs: object[] };
        };
        assert.deepEqual(networkDevices, [
            { bridge: "vmbr1", vlanId: 20, model: "virtio", firewall: true },
        ]);
        assert.deepEqual(initialization.ipConfigs, [
            { ipv4: { address: "192.168.68.104/24", gateway: "192.168.68.2" } },
        ]);
        const link = documents(withNode("worker-2", change), "worker-2").find(
            ({ kind }) => kind === "LinkConfig",
        );
        assert.deepEqual(link?.routes, [{ gateway: "192.168.68.2" }]);
    });

    it("finds each further interface by the hardware address that its machine gives it", async () => {
        const change = {
            interfaces: [{ vlan: 30, address: "10.30.0.4/24", mtu: 9000 }, { bridge: "vmbr2" }],
        };
        const recorder = await record(withNode("worker-2", change));
        const { networkDevices } = recorder.one(vm, "worker-2").inputs as {
            networkDevices: { macAddress?: string; bridge: string; vlanId?: number }[];
        };
        assert.deepEqual(
            networkDevices.map(({ bridge, vlanId }) => [bridge, vlanId]),
            [
                ["vmbr0", undefined],
                ["vmbr0", 30],
                ["vmbr2", undefined],
            ],
        );
        const all = documents(withNode("worker-2", change), "worker-2");
        const aliases = all.filter(({ kind }) => kind === "LinkAliasConfig") as unknown as {
            name: string;
            selector: { match: string };
        }[];
        assert.deepEqual(
            aliases.map(({ name }) => name),
            ["net0", "net1", "net2"],
        );
        for (const [index, { selector }] of aliases.entries()) {
            const own = networkDevices[index]?.macAddress;
            if (own !== undefined) {
                assert.equal(selector.match, `mac(link.permanent_addr) == "${own}"`);
                // The first one is none of the others.
                assert.ok(aliases[0]?.selector.match.includes(`"${own}"`));
            }
        }
        assert.deepEqual(
            all.find(({ kind, name }) => kind === "LinkConfig" && name === "net1"),
            {
                apiVersion: "v1alpha1",
                kind: "LinkConfig",
                name: "net1",
                up: true,
                mtu: 9000,
                addresses: [{ address: "10.30.0.4/24" }],
            },
        );
    });

    it("lets its peers in by every address that they have", () => {
        const site = sampleSite(
            withNode("worker-2", { interfaces: [{ address: "10.30.0.4/24" }] }),
        );
        const kubelet = firewallRules(site, nodeOf(site, "worker-1")).find(
            ({ name }) => name === "kubelet",
        );
        assert.ok(kubelet?.sources.includes("10.30.0.4/32"));
    });

    it("has hardware addresses of its own, for every id and interface", () => {
        assert.equal(macAddress(10_104, 1), "02:01:00:00:27:78");
        assert.equal(macAddress(999_999_999, 2), "02:02:3b:9a:c9:ff");
        assert.notEqual(macAddress(100, 1), macAddress(100, 2));
    });

    it("carries its labels and taints beside those that the settings decide", () => {
        const [main] = documents(
            withNode("worker-2", {
                labels: { "example.org/gpu": "true" },
                taints: { "example.org/gpu": "true:NoSchedule" },
            }),
            "worker-2",
        ) as { machine: { nodeLabels: object; nodeTaints: object } }[];
        assert.deepEqual(main?.machine.nodeLabels, {
            "topology.kubernetes.io/region": "home",
            "topology.kubernetes.io/zone": "pve-2",
            "example.org/gpu": "true",
        });
        assert.deepEqual(main.machine.nodeTaints, { "example.org/gpu": "true:NoSchedule" });
    });

    it("gets devices of its host by their mapping", async () => {
        const recorder = await record(withNode("worker-2", { devices: [{ mapping: "gpu" }] }));
        assert.deepEqual(recorder.one(vm, "worker-2").inputs.hostpcis, [
            { device: "hostpci0", mapping: "gpu", pcie: true },
        ]);
    });

    it("mounts its local disks, encrypted, and leaves Ceph its own", () => {
        const change = {
            disks: [
                { purpose: "local", size: 200 },
                { purpose: "system", size: 100 },
                { purpose: "ceph", size: 500 },
            ],
        };
        const overrides = withNode("worker-2", change);
        const volume = documents(overrides, "worker-2").find(
            ({ kind }) => kind === "UserVolumeConfig",
        ) as {
            name: string;
            provisioning: { diskSelector: { match: string } };
            encryption: object;
        };
        assert.equal(volume.name, "local-1");
        assert.match(volume.provisioning.diskSelector.match, /drive-scsi1" in disk\.symlinks$/);
        assert.ok("provider" in volume.encryption);
        const { storage } = cephCluster(sampleSite(overrides), "rook-ceph").spec as {
            storage: { nodes: { name: string; devices: { name: string }[] }[] };
        };
        const worker = storage.nodes.find(({ name }) => name === "worker-2");
        assert.match(worker?.devices[0]?.name ?? "", /drive-scsi2$/);
    });

    it("has documents that Talos' schema takes, with everything at once", () => {
        const everything = {
            gateway: "192.168.68.2",
            interfaces: [{ vlan: 30, address: "10.30.0.4/24", mtu: 9000 }, {}],
            labels: { "example.org/gpu": "true" },
            taints: { "example.org/gpu": "true:NoSchedule" },
            disks: [
                { purpose: "system", size: 100 },
                { purpose: "local", size: 200 },
            ],
        };
        for (const document of documents(withNode("worker-2", everything), "worker-2")) {
            assert.deepEqual(formFaults(document, []), [], JSON.stringify(document));
        }
    });

    it("may hold Ceph's disks as a control plane, where Ceph then tolerates its taint", () => {
        const disks = [
            { purpose: "system", size: 60 },
            { purpose: "ceph", size: 500 },
        ];
        const placementOf = (overrides: Record<string, unknown>) =>
            (cephCluster(sampleSite(overrides), "rook-ceph").spec as { placement: object })
                .placement;
        assert.deepEqual((placementOf(withNode("ctrl-0", { disks })) as { all: object }).all, {
            tolerations: [
                {
                    key: "node-role.kubernetes.io/control-plane",
                    operator: "Exists",
                    effect: "NoSchedule",
                },
            ],
        });
        assert.ok(!("all" in placementOf({})));
    });
});

describe("the Proxmox of a real site", () => {
    it("keeps one image on a datastore that hosts share, and one each where they do not", async () => {
        const hosts = ["pve-1", "pve-2", "pve-3"].map((name) => ({ name, imageDatastore: "nfs" }));
        const proxmox = { ...sampleConfiguration.proxmox, hosts };
        const shared = await record({ proxmox: { ...proxmox, sharedDatastores: ["nfs"] } });
        assert.deepEqual(
            shared.all(file).map(({ name }) => name),
            ["talos-pve-1"],
        );
        assert.equal((await record({ proxmox })).all(file).length, 3);
    });

    it("is asked host by host where hosts stand alone, each with its own token", async () => {
        const hosts = [
            { name: "pve-1" },
            { name: "pve-2" },
            { name: "pve-3", endpoint: "https://pve-3.example.org:8006" },
        ];
        const proxmox = { ...sampleConfiguration.proxmox, hosts };
        const recorder = await record({ proxmox });
        const providers = recorder.all("pulumi:providers:proxmoxve");
        assert.deepEqual(
            providers.map(({ name, inputs }) => [name, inputs.endpoint, inputs.apiToken]),
            [
                ["proxmox", sampleConfiguration.proxmox.endpoint, "secret-proxmoxApiToken"],
                ["proxmox-pve-3", "https://pve-3.example.org:8006", "me@pve!x=1"],
            ],
        );
        assert.ok(recorder.one(vm, "worker-3").provider.includes("proxmox-pve-3"));
        assert.ok(!recorder.one(vm, "worker-2").provider.includes("proxmox-pve-3"));
    });

    it("says how the tokens of such hosts are written, and never what was found", () => {
        assert.equal(hostToken('{"pve-3": "me@pve!x=1"}', "pve-3"), "me@pve!x=1");
        for (const text of ["hunter2", "{}", '{"pve-3": 5}', "null"]) {
            assert.throws(
                () => hostToken(text, "pve-3"),
                (error: Error) =>
                    error.message.includes("must be a JSON object with the token of pve-3") &&
                    !error.message.includes("hunter2"),
            );
        }
    });
});

describe("load-balancer addresses", () => {
    const site = (loadBalancers: object) =>
        sampleSite({ network: { ...sampleConfiguration.network, loadBalancers } });
    const range = { start: "10.99.0.10", stop: "10.99.0.50" };
    const routers = {
        autonomousSystem: 64_512,
        peers: [{ address: "192.168.68.1", autonomousSystem: 64_513 }],
    };

    it("are told to routers by BGP, who may open the session themselves", () => {
        const bgp = site({ ...range, announce: "bgp", bgp: routers });
        const made = announcements(bgp);
        assert.deepEqual(
            made.map(({ kind }) => kind),
            ["CiliumBGPAdvertisement", "CiliumBGPPeerConfig", "CiliumBGPClusterConfig"],
        );
        const rule = firewallRules(bgp, nodeOf(bgp, "worker-1")).find(({ name }) => name === "bgp");
        assert.deepEqual(rule, {
            name: "bgp",
            protocol: "tcp",
            ports: [179],
            sources: ["192.168.68.1/32"],
        });
    });

    it("may lie outside of the nodes' network where they are routed, by BGP or by hand", () => {
        assert.deepEqual(announcements(site({ ...range, announce: "static" })), []);
        assert.equal(announcements(site({ ...range, announce: "bgp", bgp: routers })).length, 3);
        assert.throws(() => site({ ...range, announce: "arp" }), /network\.loadBalancers\.start/);
    });
});
