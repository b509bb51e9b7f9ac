/** A namespace and what fences it in, as objects. Pure. */
import { type BackupAnswer, backupMarks } from "./backup-tier";
import { costLabel, tenantLabel } from "./labels";
import { meshLabel } from "../../operators/ambient";
import type { Manifest } from "./object";
import { diskDefaults, type Quota, type Tier, tiers } from "./tiers";

/** The levels of the Pod Security Standards. */
export type PodSecurityLevel = "privileged" | "baseline" | "restricted";

/** Label of a namespace whose routes the shared Gateway takes. */
export const routedLabel = { "platform/routes": "public" } as const;

/**
 * Label of a namespace whose logs are read through the API and not from the files of the nodes:
 * those of tenants, whose names come from their virtual clusters.
 */
export const readsThroughApi = { "platform/logs": "api" } as const;

/** Label of a namespace that may read the secret store. */
export const secretStoreLabel = { "platform/secret-store": "readable" } as const;

/** Annotation of a namespace whose pods Chaos Mesh may break on purpose; it leaves all others alone. */
export const triedAnnotation = { "chaos-mesh.org/inject": "enabled" } as const;

/** A tenant, as its namespace shows it. */
export interface NamespaceOwner {
    readonly name: string;
    /** Who pays. */
    readonly cost: string;
    /** Group of people who deploy into the namespace; undefined where only programs do. */
    readonly group?: string;
}

/** What the objects of a namespace follow from. */
export interface NamespaceTraits {
    readonly tier: Tier;
    /** How dear what lies in it is, or why nothing in it is kept. */
    readonly backup: BackupAnswer;
    /** Pod Security level that is enforced; default: restricted. */
    readonly podSecurity?: PodSecurityLevel;
    /** Routes of the namespace may attach to the shared Gateway; default: they may not. */
    readonly routed?: boolean;
    /** ExternalSecrets of the namespace may read the secret store; default: they may not. */
    readonly readsSecrets?: boolean;
    /**
     * Its pods may be broken on purpose, to see whether what they promise holds; default: those of a
     * system that promises something, unless it is spared.
     */
    readonly tried?: boolean;
    /** Values that replace those of the tier's quota. */
    readonly quota?: Quota;
    /**
     * Memory limit of a container that names none, where an operator makes pods that cannot be told
     * one and may need more; default: the tier's.
     */
    readonly defaultMemory?: string;
    /** The namespace comes with the cluster (`kube-system`): it is labelled, not created. */
    readonly existing?: boolean;
    /** Whose it is, of one of a tenant. */
    readonly tenant?: NamespaceOwner;
}

/** Pinned so that an upgrade of Kubernetes never changes by itself what is admitted. */
const POD_SECURITY_VERSION = "v1.35";

/** Defaults of the containers in a namespace that name nothing themselves. */
function limitRange(
    metadata: Manifest["metadata"],
    limits: Readonly<Record<string, string>>,
    requests: Readonly<Record<string, string>>,
): Manifest {
    return {
        apiVersion: "v1",
        kind: "LimitRange",
        metadata,
        spec: { limits: [{ type: "Container", default: limits, defaultRequest: requests }] },
    };
}

/**
 * Of a namespace that comes with the cluster only the disk is shared out: a quota on kube-system
 * could refuse the mirror pods of the control plane, and what their containers may use of CPU and
 * memory is for Talos to say.
 */
export function guardrails(name: string, args: NamespaceTraits): Manifest[] {
    const { quota, defaultLimits, defaultRequests } = tiers[args.tier];
    const metadata = { name: "tier", namespace: name };
    if (args.existing === true) {
        return [limitRange(metadata, diskDefaults.limits, diskDefaults.requests)];
    }
    return [
        {
            apiVersion: "v1",
            kind: "ResourceQuota",
            metadata,
            spec: { hard: { ...quota, ...args.quota } },
        },
        limitRange(
            metadata,
            args.defaultMemory === undefined
                ? defaultLimits
                : { ...defaultLimits, memory: args.defaultMemory },
            defaultRequests,
        ),
    ];
}

/**
 * The Namespace itself.
 *
 * @param meshed its pods are in the mesh
 */
export function namespaceObject(name: string, traits: NamespaceTraits, meshed: boolean): Manifest {
    const { tier, tenant } = traits;
    const level = traits.podSecurity ?? "restricted";
    const marks = backupMarks(traits.backup);
    return {
        apiVersion: "v1",
        kind: "Namespace",
        metadata: {
            name,
            labels: {
                "pod-security.kubernetes.io/enforce": level,
                "pod-security.kubernetes.io/enforce-version": POD_SECURITY_VERSION,
                "pod-security.kubernetes.io/audit": level,
                "pod-security.kubernetes.io/warn": level,
                ...(traits.routed === true ? routedLabel : {}),
                ...(tier === "tenant" ? readsThroughApi : {}),
                ...(tenant === undefined
                    ? {}
                    : { [tenantLabel]: tenant.name, [costLabel]: tenant.cost }),
                ...(traits.readsSecrets === true ? secretStoreLabel : {}),
                ...(meshed ? meshLabel : {}),
                ...marks.labels,
            },
            annotations: {
                ...marks.annotations,
                ...(traits.tried === true ? triedAnnotation : {}),
            },
        },
    };
}
