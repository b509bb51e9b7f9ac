import assert from "node:assert/strict";
import * as fs from "node:fs";
import Ajv2020 from "ajv/dist/2020";
import {
    apiEndpoint,
    basePatches,
    machineDocuments,
    machinePatches,
} from "../../components/cluster/machine-configuration";
import type { MachineDocument, MainDocument } from "../../components/cluster/machine-document";
import { talosSchemaFile } from "../../components/cluster/talos-schema";
import { firewallRules } from "../../components/machines/firewall";
import type { NodeSettings } from "../../components/site-schema";
import type { Site } from "../../components/site";
import { sampleConfiguration, sampleSite, withoutStorage } from "../fixtures/settings";

/** Merges the main documents as Talos does, as far as these patches need it. */
function merged(site: Site, node: NodeSettings): MainDocument {
    const merge = (left: unknown, right: unknown): unknown => {
        const objects = [left, right].every(
            (side) => typeof side === "object" && side !== null && !Array.isArray(side),
        );
        if (!objects) {
            return right;
        }
        const result: Record<string, unknown> = { ...(left as Record<string, unknown>) };
        for (const [key, value] of Object.entries(right as Record<string, unknown>)) {
            result[key] = key in result ? merge(result[key], value) : value;
        }
        return result;
    };
    return machineDocuments(site, node)
        .filter((document): document is MainDocument => !("kind" in document))
        .reduce<unknown>(merge, {}) as MainDocument;
}

function named(site: Site, node: NodeSettings, kind: string): MachineDocument[] {
    return machineDocuments(site, node).filter(
        (document) => "kind" in document && document.kind === kind,
    );
}

describe("the machine configuration", () => {
    const site = sampleSite();
    const [controlPlane] = site.controlPlanes as [NodeSettings];
    const [worker] = site.workers as [NodeSettings];

    it("passes Talos' own schema, document by document, for every node", () => {
        const schema = JSON.parse(fs.readFileSync(talosSchemaFile, "utf8")) as object;
        const validate = new Ajv2020({ strict: false, logger: false }).compile(schema);
        const upgraded = sampleSite({
            cluster: { ...sampleConfiguration.cluster, upgradedKubernetes: "1.35.9" },
        });
        const patches = [site, upgraded].flatMap((site) =>
            site.nodes.flatMap((node) => machinePatches(site, node)),
        );
        for (const patch of [...patches, ...basePatches(worker, "installer:v1.13.9")]) {
            assert.ok(
                validate(JSON.parse(patch)),
                `${patch}: ${JSON.stringify(validate.errors?.slice(-3))}`,
            );
        }
        assert.ok(patches.length > site.nodes.length);
    });

    it("has no network and no kube-proxy of its own, because Cilium is both", () => {
        for (const node of site.nodes) {
            assert.equal(merged(site, node).cluster?.network?.cni.name, "none");
        }
        assert.deepEqual(merged(site, controlPlane).cluster?.proxy, { disabled: true });
    });

    it("puts the virtual address on control planes only, and the API behind it", () => {
        assert.deepEqual(named(site, controlPlane, "Layer2VIPConfig"), [
            {
                apiVersion: "v1alpha1",
                kind: "Layer2VIPConfig",
                name: "192.168.68.100",
                link: "net0",
            },
        ]);
        assert.deepEqual(named(site, worker, "Layer2VIPConfig"), []);
        assert.equal(apiEndpoint(site), "https://192.168.68.100:6443");
    });

    it("never lets etcd or a kubelet take the virtual address as its own", () => {
        const { machine, cluster } = merged(site, controlPlane);
        assert.deepEqual(cluster?.etcd?.advertisedSubnets, ["192.168.68.101/32"]);
        assert.deepEqual(machine?.kubelet?.nodeIP?.validSubnets, ["192.168.68.101/32"]);
    });

    it("names host and address explicitly", () => {
        assert.deepEqual(named(site, worker, "HostnameConfig"), [
            { apiVersion: "v1alpha1", kind: "HostnameConfig", hostname: "worker-1", auto: "off" },
        ]);
        assert.deepEqual(named(site, worker, "LinkConfig"), [
            {
                apiVersion: "v1alpha1",
                kind: "LinkConfig",
                name: "net0",
                up: true,
                addresses: [{ address: "192.168.68.103/24" }],
                routes: [{ gateway: "192.168.68.1" }],
            },
        ]);
    });

    it("encrypts both system partitions on every node", () => {
        for (const node of site.nodes) {
            const volumes = named(site, node, "VolumeConfig") as {
                name?: string;
                encryption?: { provider: string };
            }[];
            assert.deepEqual(
                volumes.map(({ name, encryption }) => [name, encryption?.provider]),
                [
                    ["STATE", "luks2"],
                    ["EPHEMERAL", "luks2"],
                ],
            );
        }
    });

    it("enforces baseline, warns of restricted, and exempts only kube-system", () => {
        const [plugin] = merged(site, controlPlane).cluster?.apiServer?.admissionControl ?? [];
        assert.ok(plugin !== undefined && "configuration" in plugin);
        assert.deepEqual(plugin.configuration.exemptions, {
            namespaces: ["kube-system"],
            runtimeClasses: [],
            usernames: [],
        });
        const defaults = plugin.configuration.defaults as Record<string, string>;
        assert.equal(defaults.enforce, "baseline");
        assert.equal(defaults.audit, "restricted");
        assert.equal(defaults.warn, "restricted");
    });

    it("drops Talos' admission default first, because merging would exempt kube-system twice", () => {
        assert.deepEqual(
            basePatches(controlPlane, "installer:v1").map((patch) => JSON.parse(patch) as unknown),
            [
                {
                    machine: {
                        install: {
                            disk: "/dev/disk/by-id/scsi-0QEMU_QEMU_HARDDISK_drive-scsi0",
                            image: "installer:v1",
                            wipe: false,
                        },
                    },
                },
                {
                    cluster: {
                        apiServer: {
                            admissionControl: [{ name: "PodSecurity", $patch: "delete" }],
                        },
                    },
                },
            ],
        );
        assert.equal(basePatches(worker, "installer:v1").length, 1);
    });

    it("audits without writing secrets into the log", () => {
        const policy = merged(site, controlPlane).cluster?.apiServer?.auditPolicy as {
            rules: { level: string; resources?: { resources?: string[] }[] }[];
        };
        const first = policy.rules.find(({ resources }) =>
            resources?.some(({ resources }) => resources?.includes("secrets")),
        );
        assert.equal(first?.level, "Metadata");
        assert.deepEqual(policy.rules.at(-1), { level: "Metadata" });
    });

    it("rotates the kubelets' serving certificates", () => {
        for (const node of site.nodes) {
            const { extraArgs } = merged(site, node).machine?.kubelet ?? {};
            assert.equal(extraArgs?.["rotate-server-certificates"], "true");
        }
    });

    it("lets only the backup namespace take etcd snapshots, and nobody where nothing keeps them", () => {
        const access = (node: NodeSettings, of = site) =>
            merged(of, node).machine?.features?.kubernetesTalosAPIAccess;
        assert.deepEqual(access(controlPlane, sampleSite({ backup: undefined })), {
            enabled: false,
        });
        assert.deepEqual(access(controlPlane), {
            enabled: true,
            allowedRoles: ["os:etcd:backup"],
            allowedKubernetesNamespaces: ["talos-backup"],
        });
        assert.equal(access(worker), undefined);
    });

    it("blocks ingress, and opens the same ports as the firewall in front of the machine", () => {
        for (const node of site.nodes) {
            assert.equal(named(site, node, "NetworkDefaultActionConfig").length, 1);
            const open = named(site, node, "NetworkRuleConfig") as { name?: string }[];
            assert.deepEqual(
                open.map(({ name }) => name),
                firewallRules(site, node)
                    .filter(({ protocol }) => protocol === "tcp" || protocol === "udp")
                    .map(({ name }) => name),
            );
        }
    });

    it("schedules workloads on control planes only when there are no workers", () => {
        const alone = sampleSite({
            nodes: sampleConfiguration.nodes.filter(({ role }) => role === "controlPlane"),
            systems: withoutStorage,
        });
        const allowed = (site: Site) =>
            merged(site, controlPlane).cluster?.allowSchedulingOnControlPlanes;
        assert.equal(allowed(site), false);
        assert.equal(allowed(alone), true);
    });

    it("labels each node with the Proxmox host that it fails with", () => {
        const { nodeLabels } = merged(site, worker).machine ?? {};
        assert.equal(nodeLabels?.["topology.kubernetes.io/zone"], "pve-1");
    });

    it("gives the user's patches the last word", () => {
        const talosPatches = [{ machine: { sysctls: { "net.core.somaxconn": "65535" } } }];
        const nodes = sampleConfiguration.nodes.map((node) =>
            node.name === "worker-1" ? { ...node, talosPatches } : node,
        );
        const patched = sampleSite({ nodes });
        const [first, second] = patched.workers as [NodeSettings, NodeSettings];
        assert.equal(machinePatches(patched, first).at(-1), JSON.stringify(talosPatches[0]));
        assert.ok(!machinePatches(patched, second).includes(JSON.stringify(talosPatches[0])));
    });

    it("does not change with the versions of Talos and Kubernetes", () => {
        const newer = sampleSite({ versions: { talos: "v1.13.20", kubernetes: "1.35.20" } });
        for (const node of site.nodes) {
            assert.deepEqual(machinePatches(newer, node), machinePatches(site, node));
        }
    });

    it("carries an upgrade that was written down, so that no later change undoes it", () => {
        const upgraded = sampleSite({
            cluster: { ...sampleConfiguration.cluster, upgradedKubernetes: "1.35.9" },
        });
        const { machine, cluster } = merged(upgraded, controlPlane);
        assert.equal(machine?.kubelet?.image, "ghcr.io/siderolabs/kubelet:v1.35.9");
        assert.equal(cluster?.apiServer?.image, "registry.k8s.io/kube-apiserver:v1.35.9");
        assert.equal(
            cluster.controllerManager?.image,
            "registry.k8s.io/kube-controller-manager:v1.35.9",
        );
        assert.equal(cluster.scheduler?.image, "registry.k8s.io/kube-scheduler:v1.35.9");
        const { machine: ofWorker, cluster: without } = merged(upgraded, worker);
        assert.equal(ofWorker?.kubelet?.image, "ghcr.io/siderolabs/kubelet:v1.35.9");
        assert.equal(without?.apiServer, undefined);
    });
});
