import assert from "node:assert/strict";
import { firewallRules } from "../../../components/machines/firewall";
import { systems } from "../../../components/systems";
import { networkForAll } from "../../fixtures/every-system";
import { sampleConfiguration, sampleSite, withoutStorage } from "../../fixtures/settings";
import { needsCharts, type RecordedStack, stack, stackWith } from "../../fixtures/stack";
import { changed, faultsOf } from "../../settings/fixture";
import { everything, existing } from "../variants";
import { workloads } from "../workloads";

const ANNOUNCE = "network.loadBalancers.announce";
const ON = { "systems.metallb": { enabled: true } };

describe("Metallb", () => {
    let recorded: RecordedStack;
    before(async () => {
        recorded = await everything();
    });

    it("gives out the configured range and answers ARP for it", () => {
        const pool = recorded.object("IPAddressPool/metallb/nodes");
        assert.deepEqual(pool.spec, { addresses: ["192.168.68.200-192.168.68.220"] });
        assert.deepEqual(recorded.object("L2Advertisement/metallb/nodes").spec, {
            ipAddressPools: ["nodes"],
        });
    });

    it("is the only one: Cilium has no pool beside it and announces nothing", () => {
        assert.deepEqual(
            recorded.objects.filter(({ kind }) => /^Cilium(L2|BGP|LoadBalancer)/.test(kind)),
            [],
        );
    });

    it("is off unless asked for, and Cilium does it then", async () => {
        const prod = await stack("prod");
        assert.ok(prod.object("CiliumLoadBalancerIPPool/nodes"));
        assert.ok(prod.components.every(({ name }) => name !== "metallb"));
    });

    it("keeps no webhook, and no right that only webhooks need", function () {
        const part = recorded.component("metallb");
        needsCharts(this, part);
        const kinds = part.objects.map(({ kind }) => kind);
        assert.ok(!kinds.includes("ValidatingWebhookConfiguration"));
        assert.ok(!kinds.includes("Service"));
        assert.doesNotMatch(JSON.stringify(part.ofKind("CustomResourceDefinition")), /conversion/);
        assert.doesNotMatch(
            JSON.stringify([...part.ofKind("ClusterRole"), ...part.ofKind("Role")]),
            /admissionregistration|apiextensions|"\*"/,
        );
    });

    it("has its speakers on the workers, or on control planes where there is nothing else", async function () {
        const part = recorded.component("metallb");
        needsCharts(this, part);
        const speaker = (of: RecordedStack) =>
            JSON.stringify(
                workloads(of).find(({ key }) => key.startsWith("DaemonSet/"))?.template.spec,
            );
        assert.doesNotMatch(speaker(part), /control-plane|ignore-exclude-lb/);
        const single = await stackWith({
            profile: "dev",
            nodes: sampleConfiguration.nodes.slice(0, 1),
            network: networkForAll(sampleConfiguration.network),
            systems: Object.fromEntries(
                systems.map(({ name }) => [
                    name,
                    { enabled: name === "metallb" || name === "cilium" },
                ]),
            ),
        });
        assert.match(speaker(single.component("metallb")), /ignore-exclude-lb/);
    });

    it("has the key of its members before the first speaker", function () {
        const part = recorded.component("metallb");
        needsCharts(this, part);
        const { urn, parent } = part.resource("Secret/metallb/metallb-memberlist");
        assert.match(parent, /platform:base:GeneratedSecret::metallb-memberlist$/);
        const speaker = part.resource("DaemonSet/metallb/metallb-speaker");
        assert.ok(speaker.dependencies.includes(urn));
    });

    it("opens the port of its members between nodes, and only where it is asked for", () => {
        const names = (overrides: Readonly<Record<string, unknown>>) => {
            const site = sampleSite(overrides);
            const [worker] = site.workers;
            assert.ok(worker);
            return firewallRules(site, worker)
                .filter(({ name }) => name.startsWith("metallb"))
                .map(({ protocol, ports }) => [protocol, ...ports]);
        };
        assert.deepEqual(names({}), []);
        assert.deepEqual(
            names({
                network: networkForAll(sampleConfiguration.network),
                systems: { metallb: { enabled: true } },
            }),
            [
                ["tcp", 7946],
                ["udp", 7946],
            ],
        );
    });
});

describe("two load balancers for one address", () => {
    for (const announce of [undefined, "arp", "bgp", "static"]) {
        it(`are refused in one sentence where Cilium has them by ${announce ?? "default"}`, () => {
            const faults = faultsOf(changed({ ...ON, [ANNOUNCE]: announce })).filter(
                ({ key }) => key !== "network.loadBalancers.bgp",
            );
            assert.equal(faults.length, 1);
            assert.equal(faults[0]?.key, "systems.metallb.enabled");
            assert.equal(
                faults[0].allowed,
                "only one of metallb and cilium, unless network.loadBalancers.announce is metallb: two load balancers would answer for one address",
            );
        });
    }

    it("are not refused where Cilium leaves them to MetalLB, nor where there is no Cilium", () => {
        assert.deepEqual(faultsOf(changed({ ...ON, [ANNOUNCE]: "metallb" })), []);
        const without = changed({
            ...ON,
            cluster: { ...existing.cluster, kubeconfig: "~/.kube/config" },
            nodes: undefined,
            proxmox: undefined,
            "systems.cilium": { enabled: false },
            ...Object.fromEntries(
                Object.entries(withoutStorage).map(([name, off]) => [`systems.${name}`, off]),
            ),
        });
        assert.deepEqual(faultsOf(without), []);
    });

    it("do not become none: who names MetalLB must have it", () => {
        const [fault, ...others] = faultsOf(changed({ [ANNOUNCE]: "metallb" }));
        assert.deepEqual(others, []);
        assert.equal(fault?.key, "systems.metallb.enabled");
        assert.match(fault.allowed, /^true, because network\.loadBalancers\.announce is metallb/);
    });

    it("have their addresses in the network of the nodes, where ARP is heard", () => {
        const faults = faultsOf(
            changed({
                ...ON,
                "network.loadBalancers": {
                    start: "10.9.0.1",
                    stop: "10.9.0.9",
                    announce: "metallb",
                },
            }),
        );
        assert.deepEqual(
            faults.map(({ key }) => key),
            ["network.loadBalancers.start", "network.loadBalancers.stop"],
        );
    });
});
