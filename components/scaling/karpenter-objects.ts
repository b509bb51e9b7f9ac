/** What Karpenter may make: one pool of machines of one template. Pure. */
import { RunError } from "@pulumi/pulumi/errors";
import * as yaml from "js-yaml";
import { isRecord, type Manifest } from "../base/object";
import { nodePool } from "../foundation/node-pool";

/** Secret with what a new machine is told, by the keys of cloud-init. */
export const machineSecret = { name: "karpenter-machine", key: "user-data" } as const;

const PROVIDER = "karpenter.proxmox.sinextra.dev";

/**
 * Sizes of its machines: four GiB a core, large enough that what runs on every node leaves room
 * (karpenter-provider-proxmox v0.12.0: pkg/providers/instancetype/generate.go).
 */
const karpenterSizes = ["s1.4VCPU-16GB", "s1.8VCPU-32GB"] as const;

/** How much it may make. */
export interface KarpenterLimits {
    /** Name of the template on every Proxmox host. */
    readonly template: string;
    /** Cores of all its machines together. */
    readonly cores: number;
    /** Memory of all its machines together, in GiB. */
    readonly memory: number;
    /** Disk of one machine, in GiB. */
    readonly disk: number;
}

/**
 * The template, the class and the pool, in the order in which they need each other.
 *
 * @param region name of the cluster
 * @param namespace where the Secret of new machines lies
 */
export function karpenterObjects(
    { template, cores, memory, disk }: KarpenterLimits,
    region: string,
    namespace: string,
): Manifest[] {
    const metadata = { name: nodePool };
    return [
        {
            apiVersion: `${PROVIDER}/v1alpha1`,
            kind: "ProxmoxUnmanagedTemplate",
            metadata,
            spec: { region, templateName: template },
        },
        {
            apiVersion: `${PROVIDER}/v1alpha1`,
            kind: "ProxmoxNodeClass",
            metadata,
            spec: {
                region,
                instanceTemplateRef: { kind: "ProxmoxUnmanagedTemplate", name: nodePool },
                bootDevice: { size: `${disk}Gi` },
                tags: ["karpenter"],
                metadataOptions: {
                    type: "cdrom",
                    templatesRef: { name: machineSecret.name, namespace },
                },
            },
        },
        {
            apiVersion: "karpenter.sh/v1",
            kind: "NodePool",
            metadata,
            spec: {
                limits: { cpu: String(cores), memory: `${memory}Gi` },
                // One at a time, and only after it has been idle for a while: each takes pods along.
                disruption: {
                    consolidationPolicy: "WhenEmptyOrUnderutilized",
                    consolidateAfter: "15m",
                    budgets: [{ nodes: "1" }],
                },
                template: {
                    spec: {
                        nodeClassRef: {
                            group: PROVIDER,
                            kind: "ProxmoxNodeClass",
                            name: nodePool,
                        },
                        requirements: [
                            {
                                key: "node.kubernetes.io/instance-type",
                                operator: "In",
                                values: [...karpenterSizes],
                            },
                        ],
                        // A machine is renewed when its template changes, not because it is a month old.
                        expireAfter: "Never",
                    },
                },
            },
        },
    ];
}

const NOT_A_WORKER =
    "The secret karpenterMachineConfiguration is no machine configuration of a Talos worker: allowed is the YAML " +
    "of one with machine.type: worker, as docs/proxmox.md makes it.";

/**
 * What a new machine is told: the worker's configuration with what tells Karpenter which of its
 * machines has come (karpenter-provider-proxmox v0.12.0: examples/talos/worker.yaml). The provider
 * fills in the identity, and Karpenter takes away the taint once it knows the node.
 *
 * @param text machine configuration of a worker, one document or several
 * @throws RunError with one sentence, which never quotes what is secret
 */
export function machineUserData(text: string): string {
    const documents = documentsOf(text);
    const [main, ...others] = documents.filter((one) => one !== null && one !== undefined);
    if (!isRecord(main) || !isRecord(main.machine) || main.machine.type !== "worker") {
        throw new RunError(NOT_A_WORKER);
    }
    const kubelet = isRecord(main.machine.kubelet) ? main.machine.kubelet : {};
    const before = isRecord(kubelet.extraArgs) ? kubelet.extraArgs : {};
    const network = isRecord(main.machine.network) ? main.machine.network : {};
    if (network.hostname !== undefined || others.some(namesHost)) {
        throw new RunError(
            "The secret karpenterMachineConfiguration names a host: allowed is a configuration without a hostname, " +
                "because each machine is called after its node.",
        );
    }
    const extraConfig = isRecord(kubelet.extraConfig) ? kubelet.extraConfig : {};
    const joined = {
        ...kubelet,
        extraArgs: { ...before, "register-with-taints": "karpenter.sh/unregistered=:NoExecute" },
        extraConfig: { ...extraConfig, providerID: "{{ .Metadata.ProviderID }}" },
    };
    const machine = { ...main.machine, kubelet: joined };
    return [{ ...main, machine }, ...others]
        .map((document) => yaml.dump(document, { lineWidth: -1, noRefs: true }))
        .join("---\n");
}

/** A document of Talos that fixes the name of the machine. */
function namesHost(document: unknown): boolean {
    return isRecord(document) && document.kind === "HostnameConfig" && "hostname" in document;
}

function documentsOf(text: string): unknown[] {
    try {
        return yaml.loadAll(text);
    } catch {
        // The library's message would quote the text.
        throw new RunError(NOT_A_WORKER);
    }
}
