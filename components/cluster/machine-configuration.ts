/**
 * The machine configuration of a node, as patches on the configuration that Talos generates. Pure.
 *
 * There are two lists. `basePatches` name versions: they are part of what a node is created with,
 * and later changes to them are ignored (see `talos-cluster.ts`). `machinePatches` are everything
 * else: a change to them reaches the running nodes, one after the other.
 */
import { HOST_LABEL } from "../base/availability";
import { gpuLabel } from "../base/labels";
import { backupNamespace } from "../base/backup-target";
import { diskPath, localDisks, longhornDiskPath, systemDiskPosition } from "../machines/disks";
import { longhornDiskLabel, longhornVolume } from "../../operators/longhorn";
import type { Site } from "../site";
import { gpuModules, gpusOf } from "../site-gpus";
import type { NodeSettings } from "../site-schema";
import { auditPolicy } from "./audit-policy";
import { peopleDocuments } from "./authentication";
import type { MachineDocument, NamedDocument, TalosApiAccess } from "./machine-document";
import { controlPlanePorts, machineLogPort } from "../base/node-ports";
import { networkDocuments } from "./network-documents";

/** Port of KubePrism, the API server's load balancer on every node's loopback address. */
const kubePrismPort = 7445;

const podSecurity = "PodSecurity";

/** URL of the Kubernetes API on the virtual address, or on the only control plane. */
export function apiEndpoint({ cluster, controlPlanes, network }: Site): string {
    const address = cluster.virtualIp ?? controlPlanes[0]?.address ?? "localhost";
    return `https://${address}:${network.apiServerPort}`;
}

/**
 * Encryption of the partitions that hold secrets (STATE) and workload data (EPHEMERAL).
 *
 * Its limit: the key follows from the VM's UUID, because no TPM is assumed. It protects a disk that
 * leaves its VM (a returned drive, a stolen volume), not one that is stolen together with the VM's
 * definition. Only empty partitions are encrypted: an existing node must be reset for a change.
 */
function diskEncryption(): NamedDocument[] {
    const encrypt = (name: "STATE" | "EPHEMERAL"): NamedDocument => ({
        apiVersion: "v1alpha1",
        kind: "VolumeConfig",
        name,
        encryption: {
            provider: "luks2",
            // EPHEMERAL additionally needs the content of STATE.
            keys: [{ slot: 0, nodeID: {}, ...(name === "STATE" ? {} : { lockToState: true }) }],
        },
    });
    return [encrypt("STATE"), encrypt("EPHEMERAL")];
}

/**
 * A node's disks for local storage and for Longhorn, encrypted as EPHEMERAL is; pods reach them by
 * hostPath.
 */
function userVolumes(node: NodeSettings): NamedDocument[] {
    const longhorn = longhornDiskPath(node);
    return [
        ...localDisks(node),
        ...(longhorn === undefined ? [] : [{ name: longhornVolume, path: longhorn }]),
    ].map(({ name, path }) => ({
        apiVersion: "v1alpha1",
        kind: "UserVolumeConfig",
        name,
        provisioning: {
            diskSelector: { match: `"${path}" in disk.symlinks` },
            // Talos wants a limit below which the disk is not the one that is meant.
            minSize: "1GiB",
            grow: true,
        },
        encryption: { provider: "luks2", keys: [{ slot: 0, nodeID: {}, lockToState: true }] },
    }));
}

/** Fluent Bit of the node itself; until it is there Talos tries again (talos v1.13: "Logging"). */
const LOGS = `tcp://127.0.0.1:${machineLogPort}`;

/** What the kernel writes goes there too. */
function kernelLogs({ machineLogs }: Site): NamedDocument[] {
    return machineLogs
        ? [{ apiVersion: "v1alpha1", kind: "KmsgLogConfig", name: "fluent-bit", url: `${LOGS}/` }]
        : [];
}

/** What every node has in its main document. */
function common(site: Site, node: NodeSettings): MachineDocument {
    const { cluster, network } = site;
    const hasGpu = gpusOf(site, node) > 0;
    return {
        machine: {
            // The Proxmox host is what fails as a whole; NodeRestriction allows nodes these labels.
            nodeLabels: {
                "topology.kubernetes.io/region": cluster.name,
                [HOST_LABEL]: node.host,
                ...(longhornDiskPath(node) === undefined ? {} : longhornDiskLabel),
                ...(hasGpu ? gpuLabel : {}),
                ...node.labels,
            },
            ...(Object.keys(node.taints).length > 0 ? { nodeTaints: { ...node.taints } } : {}),
            kubelet: {
                // Serving certificates signed by the cluster; kubelet-csr-approver approves them.
                extraArgs: { "rotate-server-certificates": "true" },
                // One address only: the virtual one must never become a node's.
                nodeIP: { validSubnets: [`${node.address}/32`] },
            },
            sysctls: {
                // Elasticsearch maps its indices (elastic.co, "Virtual memory").
                "vm.max_map_count": "262144",
                // One OSD uses thousands of asynchronous requests (ceph: 90-ceph-osd.conf).
                "fs.aio-max-nr": "1048576",
                // ztunnel and log collectors watch files of every pod; the default is 128.
                "fs.inotify.max_user_instances": "8192",
                "fs.inotify.max_user_watches": "1048576",
            },
            // Built into the Talos 1.13 kernel, where this does nothing; naming them makes a kernel
            // without them say so in its log. Ceph volumes need the first two, Istio the third.
            kernel: {
                modules: ["rbd", "ceph", "br_netfilter", ...(hasGpu ? gpuModules : [])].map(
                    (name) => ({ name }),
                ),
            },
            ...(site.machineLogs
                ? { logging: { destinations: [{ endpoint: LOGS, format: "json_lines" }] } }
                : {}),
            features: {
                kubePrism: { enabled: true, port: kubePrismPort },
                // Forwarding CoreDNS to the host's resolver breaks with Cilium's BPF masquerading
                // (siderolabs/docs, "Deploying Cilium", known issues).
                hostDNS: { enabled: true, forwardKubeDNSToHost: false },
            },
        },
        cluster: {
            controlPlane: { endpoint: apiEndpoint(site) },
            // Cilium, installed by the platform, is the network and replaces kube-proxy.
            network: {
                cni: { name: "none" },
                podSubnets: [network.pods],
                serviceSubnets: [network.services],
            },
        },
    };
}

/**
 * Who in the cluster may ask Talos for etcd snapshots: nobody, unless there is a place to keep them.
 * An open door for a namespace that does not exist is for whoever may create it.
 */
function backupAccess({ backup }: Site): TalosApiAccess {
    return backup === undefined
        ? { enabled: false }
        : {
              enabled: true,
              allowedRoles: ["os:etcd:backup"],
              allowedKubernetesNamespaces: [backupNamespace],
          };
}

/**
 * What only control planes have in their main document. Secrets in etcd are encrypted with
 * secretbox without a word here: the generated configuration carries the key
 * (`machineSecrets.secrets.secretboxEncryptionSecret`), which must not show up in a patch.
 */
function controlPlane(site: Site, node: NodeSettings): MachineDocument {
    return {
        machine: { features: { kubernetesTalosAPIAccess: backupAccess(site) } },
        cluster: {
            controlPlane: {
                endpoint: apiEndpoint(site),
                localAPIServerPort: site.network.apiServerPort,
            },
            proxy: { disabled: true },
            etcd: {
                // Without it etcd may advertise the virtual address (siderolabs/talos#12410).
                advertisedSubnets: [`${node.address}/32`],
                // Metrics and health alone, without a certificate; the firewall lets only pods in.
                extraArgs: {
                    "listen-metrics-urls": `http://${node.address}:${controlPlanePorts.etcd}`,
                },
            },
            // Metrics, for whom the API server knows; the kubelet's probes come from the loopback.
            controllerManager: { extraArgs: { "bind-address": "0.0.0.0" } },
            scheduler: { extraArgs: { "bind-address": "0.0.0.0" } },
            apiServer: {
                auditPolicy: auditPolicy(),
                admissionControl: [
                    {
                        name: podSecurity,
                        configuration: {
                            apiVersion: "pod-security.admission.config.k8s.io/v1alpha1",
                            kind: "PodSecurityConfiguration",
                            defaults: {
                                enforce: "baseline",
                                "enforce-version": "latest",
                                audit: "restricted",
                                "audit-version": "latest",
                                warn: "restricted",
                                "warn-version": "latest",
                            },
                            exemptions: {
                                namespaces: ["kube-system"],
                                runtimeClasses: [],
                                usernames: [],
                            },
                        },
                    },
                ],
            },
            allowSchedulingOnControlPlanes: site.workers.length === 0,
        },
    };
}

/**
 * The images of an upgraded Kubernetes. `talosctl upgrade-k8s` writes them into the nodes'
 * configuration; without them here, the next apply would take the nodes back to the release of their
 * creation (siderolabs/docs, "Upgrading Kubernetes": synchronize declared and deployed).
 */
function upgradedImages({ cluster }: Site, { role }: NodeSettings): MachineDocument[] {
    const { upgradedKubernetes: version } = cluster;
    if (version === undefined) {
        return [];
    }
    const image = (name: string) => `registry.k8s.io/${name}:v${version}`;
    const kubelet: MachineDocument = {
        machine: { kubelet: { image: `ghcr.io/siderolabs/kubelet:v${version}` } },
    };
    const components: MachineDocument = {
        cluster: {
            apiServer: { image: image("kube-apiserver") },
            controllerManager: { image: image("kube-controller-manager") },
            scheduler: { image: image("kube-scheduler") },
        },
    };
    return role === "controlPlane" ? [kubelet, components] : [kubelet];
}

/**
 * Every document that this project decides about a node; its own `talosPatches` come last.
 */
export function machineDocuments(site: Site, node: NodeSettings): MachineDocument[] {
    return [
        common(site, node),
        ...(node.role === "controlPlane"
            ? [controlPlane(site, node), ...peopleDocuments(site.issuers)]
            : []),
        ...upgradedImages(site, node),
        ...networkDocuments(site, node),
        ...diskEncryption(),
        ...userVolumes(node),
        ...kernelLogs(site),
    ];
}

/** The patches of a node, one JSON document each: ours, then the user's. */
export function machinePatches(site: Site, node: NodeSettings): string[] {
    return [...machineDocuments(site, node), ...node.talosPatches].map((document) =>
        JSON.stringify(document),
    );
}

/**
 * Patches on the generated configuration that a node is created with.
 *
 * @param installer installer image, with its version
 */
export function basePatches({ role }: NodeSettings, installer: string): string[] {
    const install: MachineDocument = {
        machine: {
            install: { disk: diskPath(systemDiskPosition), image: installer, wipe: false },
        },
    };
    // Merging appends lists: with Talos' default still there, kube-system would be exempt twice,
    // which the API server refuses at its start. Ours comes with `machinePatches`.
    const dropDefault: MachineDocument = {
        cluster: { apiServer: { admissionControl: [{ name: podSecurity, $patch: "delete" }] } },
    };
    return [install, ...(role === "controlPlane" ? [dropDefault] : [])].map((document) =>
        JSON.stringify(document),
    );
}
