import type * as pulumi from "@pulumi/pulumi";
import { type BackupAnswer, backupMarks, type BackupPlan } from "./backup-tier";
import { PlatformComponent } from "./component";
import { developerBinding, type Developers } from "./developers";
import type { Exception } from "./exceptions";
import { FlowPolicies } from "./flow-policies";
import { askDns, denyAll, type Flow, type NetworkMap } from "./flows";
import { costLabel, tenantLabel, withLabels } from "./labels";
import { entersFromOutside, isInMesh } from "./mesh";
import { meshLabel } from "../../operators/ambient";
import { KubernetesObject, type Manifest, type ManifestInput, objectKey } from "./object";
import { SecretPlan } from "./secret-plan";
import type { VolumeCheck } from "./restore-check";
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

/** What a system says about its namespace. */
export interface NamespaceArgs {
    readonly tier: Tier;
    /** How dear what lies in it is, or why nothing in it is kept. */
    readonly backup: BackupAnswer;
    /**
     * What proves that a restore of its volumes is whole, besides what parts such as a queue say of
     * their own; a namespace with a tier and volumes of which nothing says that violates DR-07.
     */
    readonly restoreCheck?: readonly VolumeCheck[];
    /** Pod Security level that is enforced; default: restricted. */
    readonly podSecurity?: PodSecurityLevel;
    /**
     * What may cross the namespace's border to or from an end that is no pod of the stack: the API
     * servers, the nodes, the internet, every pod. Two ends that are pods are a `Connection`.
     */
    readonly flows: readonly Flow[];
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
    readonly network: NetworkMap;
    /** Whose it is, of one of a tenant. */
    readonly tenant?: NamespaceOwner;
    /** Who deploys into it if it is one of an application or a tenant; default: nobody. */
    readonly developers?: Developers;
    /** Where its answer on backups is taken. */
    readonly backups: Pick<BackupPlan, "take" | "proveVolumes">;
    /** Where its Secrets are noted, and how often each was renewed; default: none was. */
    readonly secrets?: SecretPlan;
    readonly exceptions?: readonly Exception[];
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
function guardrails(name: string, args: NamespaceArgs): Manifest[] {
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
 * A namespace with its guardrails: Pod Security level, quota, default limits, default-deny network
 * policy, DNS and the declared flows. There is no other way to get a namespace.
 */
export class Namespace extends PlatformComponent {
    /** Name of the namespace in Kubernetes. */
    readonly name: string;
    /** The Namespace object; whatever lies in the namespace depends on it. */
    readonly object: KubernetesObject;
    /** Its pods may be broken on purpose. */
    readonly tried: boolean;
    /** Quota, default limits and network policies: they come before the first pod. */
    readonly guardrails: readonly KubernetesObject[];
    /** How often each Secret in it was renewed. */
    readonly secrets: SecretPlan;
    private readonly isInMesh: boolean;
    private readonly policies: FlowPolicies<KubernetesObject>;

    constructor(name: string, args: NamespaceArgs, opts: pulumi.ComponentResourceOptions) {
        const { tier, exceptions = [], existing = false } = args;
        super("base", "Namespace", name, { tier, existing, exceptions }, opts);
        this.name = name;
        this.secrets = args.secrets ?? new SecretPlan();
        this.tried = args.tried === true;
        args.backups.take(name, args.backup);
        args.backups.proveVolumes(name, args.restoreCheck ?? []);
        const marks = backupMarks(args.backup);
        const level = args.podSecurity ?? "restricted";
        const mesh = isInMesh(name) ? args.network.mesh : undefined;
        this.isInMesh = mesh !== undefined;
        const register = (manifest: ManifestInput, dependsOn: KubernetesObject[], patch = false) =>
            new KubernetesObject(
                `${name}:${objectKey(manifest)}`,
                withLabels(manifest, { name, component: "namespace" }),
                { parent: this, dependsOn },
                patch,
            );
        this.object = register(
            {
                apiVersion: "v1",
                kind: "Namespace",
                metadata: {
                    name,
                    labels: {
                        "pod-security.kubernetes.io/enforce": level,
                        "pod-security.kubernetes.io/enforce-version": POD_SECURITY_VERSION,
                        "pod-security.kubernetes.io/audit": level,
                        "pod-security.kubernetes.io/warn": level,
                        ...(args.routed === true ? routedLabel : {}),
                        ...(tier === "tenant" ? readsThroughApi : {}),
                        ...(args.tenant === undefined
                            ? {}
                            : {
                                  [tenantLabel]: args.tenant.name,
                                  [costLabel]: args.tenant.cost,
                              }),
                        ...(args.readsSecrets === true ? secretStoreLabel : {}),
                        ...(mesh === undefined ? {} : meshLabel),
                        ...marks.labels,
                    },
                    annotations: {
                        ...marks.annotations,
                        ...(args.tried === true ? triedAnnotation : {}),
                    },
                },
            },
            [],
            // Creating a namespace that the cluster brings would fail (pitfall P19).
            existing,
        );
        this.policies = new FlowPolicies(name, args.network, (manifest) =>
            register(manifest, [this.object]),
        );
        mesh?.join({ name, object: this.object, admissions: () => this.policies.admissions });
        const first = [
            ...[
                ...guardrails(name, args),
                ...developerBinding(name, tier, args.developers, args.tenant?.group),
            ].map((manifest) => register(manifest, [this.object])),
            ...new Set([askDns, ...args.flows].map((flow) => this.policies.allow(flow))),
        ];
        // It waits for the others, so that whoever waits for all of them has to name only one.
        this.guardrails = [...first, register(denyAll(name), [this.object, ...first])];
    }

    /**
     * Lets one more flow through, for whoever brings it along; at the latest in the turn in which the
     * namespace was made.
     *
     * @returns the policy of the flow's pods; those that need the flow start after it
     */
    allow(flow: Flow): KubernetesObject {
        return this.policies.allow(flow);
    }

    /**
     * Whether an end outside of the mesh calls pods with these labels, and so must reach them past
     * it: the API server at a webhook. Always false without a mesh.
     */
    isCalledFromOutside(labels: Readonly<Record<string, string>>): boolean {
        return (
            this.isInMesh &&
            this.policies.admissions.some(
                ({ pods = {}, flows }) =>
                    Object.entries(pods).every(([key, value]) => labels[key] === value) &&
                    flows.some((flow) => entersFromOutside(flow, this.name)),
            )
        );
    }
}
