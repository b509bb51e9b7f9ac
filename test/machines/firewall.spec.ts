import assert from "node:assert/strict";
import { firewallRules } from "../../components/machines/firewall";
import { proxmoxRules } from "../../components/machines/virtual-machine";
import type { Site } from "../../components/site";
import type { NodeSettings } from "../../components/site-schema";
import { sampleSite, withoutStorage } from "../fixtures/settings";

describe("firewall rules of a node", () => {
    const site = sampleSite();
    const [controlPlane] = site.controlPlanes as [NodeSettings];
    const [worker] = site.workers as [NodeSettings];
    const rule = (node: NodeSettings, name: string) =>
        firewallRules(site, node).find((rule) => rule.name === name);

    it("open the Kubernetes API to administrators, nodes and pods, and to nobody else", () => {
        assert.deepEqual(rule(controlPlane, "kubernetes-api")?.sources, [
            "192.168.68.10/32",
            "10.8.0.0/24",
            // .100 to .107: the virtual address and all seven nodes.
            "192.168.68.100/30",
            "192.168.68.104/30",
            "10.244.0.0/16",
        ]);
        assert.equal(rule(worker, "kubernetes-api"), undefined);
    });

    it("open etcd only to control planes", () => {
        assert.deepEqual(rule(controlPlane, "etcd"), {
            name: "etcd",
            protocol: "tcp",
            ports: ["2379-2380"],
            sources: ["192.168.68.100/31", "192.168.68.102/32", "192.168.68.106/32"],
        });
        assert.equal(rule(worker, "etcd"), undefined);
    });

    it("open a worker's Talos API to administrators and control planes, not to pods", () => {
        const sources = rule(worker, "talos-api")?.sources ?? [];
        assert.ok(sources.includes("192.168.68.10/32"));
        assert.ok(sources.includes("192.168.68.100/31"));
        assert.ok(!sources.includes(site.network.pods));
        assert.ok(!sources.includes("192.168.68.104/30"));
    });

    it("open a control plane's Talos API to pods only where backups are kept", () => {
        const sources = (of: Site) =>
            firewallRules(of, controlPlane).find(({ name }) => name === "talos-api")?.sources ?? [];
        assert.ok(sources(site).includes(site.network.pods));
        assert.ok(!sources(sampleSite({ backup: undefined })).includes(site.network.pods));
    });

    it("stay short however many nodes there are", () => {
        const many = Array.from({ length: 64 }, (_, index) => ({
            ...worker,
            name: `worker-${index + 1}`,
            vmId: 5000 + index,
            address: `192.168.68.${128 + index}`,
        }));
        const nodes = [...site.controlPlanes, ...many];
        const large = sampleSite({ nodes });
        const kubelet = firewallRules(large, worker).find(({ name }) => name === "kubelet");
        assert.ok((kubelet?.sources.length ?? 0) < 10);
    });

    it("open nothing but the web to everybody", () => {
        for (const node of site.nodes) {
            const open = firewallRules(site, node)
                .filter(({ sources }) => sources.includes("0.0.0.0/0"))
                .map(({ ports }) => ports);
            assert.deepEqual(open, node.role === "worker" ? [[80, 443]] : []);
        }
    });

    it("let control planes serve the web where there are no workers", () => {
        const alone = sampleSite({
            nodes: site.controlPlanes,
            systems: withoutStorage,
        });
        assert.ok(firewallRules(alone, controlPlane).some(({ name }) => name === "public-web"));
    });

    it("have unique names, because Talos documents are told apart by name", () => {
        for (const node of site.nodes) {
            const names = firewallRules(site, node).map(({ name }) => name);
            assert.equal(new Set(names).size, names.length);
        }
    });

    it("become Proxmox rules with ranges in its notation and without a port for ICMP", () => {
        const rules = proxmoxRules(firewallRules(site, controlPlane));
        const byName = new Map(rules.map((rule) => [rule.comment, rule]));
        assert.equal(byName.get("etcd")?.dport, "2379:2380");
        assert.equal(byName.get("ping")?.dport, undefined);
        assert.ok(rules.every(({ type, action }) => type === "in" && action === "ACCEPT"));
        assert.equal(byName.get("talos-trust")?.proto, "tcp");
    });

    it("let natively routed packets through to pods, and to nothing else of the node", () => {
        for (const node of site.nodes) {
            const pods = proxmoxRules(firewallRules(site, node)).filter(
                ({ proto }) => proto === undefined,
            );
            assert.deepEqual(
                pods.map(({ comment, dest }) => [comment, dest]),
                [["pod-network", "10.244.0.0/16"]],
            );
        }
    });
});
