import {
    isRecord,
    type Manifest,
    type ManifestInput,
    type ObjectMetadata,
    type ObjectMetadataInput,
} from "./object";

/** Who an object belongs to; becomes the recommended labels of Kubernetes. */
export interface Ownership {
    /** The system: `app.kubernetes.io/name`, unless the object already says. */
    readonly name: string;
    /** This installation of it; default: `name`. */
    readonly instance?: string;
    /** Its part in the system; default: `name`. */
    readonly component?: string;
}

/** The five labels that CMP-04 asks of every object. */
export function standardLabels({
    name,
    instance = name,
    component = name,
}: Ownership): Record<string, string> {
    return {
        "app.kubernetes.io/name": name,
        "app.kubernetes.io/instance": instance,
        "app.kubernetes.io/component": component,
        "app.kubernetes.io/part-of": "platform",
        "app.kubernetes.io/managed-by": "pulumi",
    };
}

/** Label of a Namespace: its tier of backups, as `"0"`. */
export const backupTierLabel = "platform/backup-tier";
/** Annotation of a Namespace without a tier: why nothing in it is kept. */
export const keepsNothing = "platform/keeps-nothing";

/** Label of a Namespace: the tenant that it belongs to. */
export const tenantLabel = "platform/tenant";
/** Label of a Namespace: who pays for it. */
export const costLabel = "platform/cost";

/** Annotation of a StorageClass that is for copies alone: why its volumes may go with their claims. */
export const copiesOnly = "platform/copies-only";

/** Annotation of a CronJob: what it restores and checks, one word each (DR-07). */
export const restoresAnnotation = "platform/restores";
/** The words of it. */
export const restoresMark = {
    /** The volumes of a namespace. */
    namespace: (name: string) => `namespace/${name}`,
    /** A database, from its archive. */
    database: (namespace: string, cluster: string) => `database/${namespace}/${cluster}`,
} as const;

/** Label of a node with a GPU, as NVIDIA's own programs write it. */
export const gpuLabel = { "nvidia.com/gpu.present": "true" } as const;
/** What pods with a GPU ask for, a whole number of them. */
export const gpuResource = "nvidia.com/gpu";

/** What an application may own besides workloads, whose changes somebody watches. */
export const gates = ["network", "certificates", "load-balancing", "storage"] as const;
/** Label of an Application of Argo CD that waits for a person: what of that it owns (CI-01). */
export const syncGateLabel = "platform/sync-gate";

/** Annotation of a Secret: who cares for it (SEC-14). */
export const secretOwner = "secret.platform/owner";
/** Annotation of a Secret: after how long it is to be renewed, in days as `90d` (SEC-14). */
export const secretRotation = "secret.platform/rotate-after";
/** Annotation of pods: the generations of the Secrets that they read, where one was renewed. */
export const secretRevision = "platform/generations";

/** Chart and version: with it every object of a chart would change at each upgrade, for nobody. */
const CHART_LABEL = "helm.sh/chart";

/** The object without the label that only Helm's own conventions read. */
function withoutChartLabel<T extends ObjectMetadataInput>(metadata: T): T {
    const kept = Object.entries(metadata.labels ?? {}).filter(([key]) => key !== CHART_LABEL);
    return metadata.labels === undefined
        ? metadata
        : { ...metadata, labels: Object.fromEntries(kept) };
}

/**
 * Adds the labels an object lacks; what a chart wrote stays, because selectors may point at it.
 * `managed-by` is set in any case: charts write `Helm`, but no Helm release exists.
 */
function labelled<T extends ObjectMetadataInput>(metadata: T, owner: Ownership): T {
    const standard = standardLabels(owner);
    return {
        ...metadata,
        labels: {
            ...standard,
            ...metadata.labels,
            "app.kubernetes.io/managed-by": standard["app.kubernetes.io/managed-by"] ?? "pulumi",
        },
    };
}

/** A pod template inside a workload, labelled too: Kyverno asks the pods themselves. */
function labelledTemplate(template: unknown, owner: Ownership): unknown {
    return isRecord(template)
        ? { ...template, metadata: labelled((template.metadata ?? {}) as ObjectMetadata, owner) }
        : template;
}

const TEMPLATE_KINDS = new Set(["Deployment", "StatefulSet", "DaemonSet", "Job", "ReplicaSet"]);

/**
 * The object with the recommended labels on itself and on its pod template, and without the version
 * of its chart on itself.
 */
export function withLabels<T extends Manifest | ManifestInput>(manifest: T, owner: Ownership): T {
    const metadata = labelled(withoutChartLabel(manifest.metadata), owner);
    const spec: unknown = manifest.spec;
    if (!isRecord(spec)) {
        return { ...manifest, metadata };
    }
    if (TEMPLATE_KINDS.has(manifest.kind)) {
        const template = labelledTemplate(spec.template, owner);
        return { ...manifest, metadata, spec: { ...spec, template } };
    }
    if (manifest.kind === "CronJob" && isRecord(spec.jobTemplate)) {
        const job = spec.jobTemplate;
        const jobSpec = isRecord(job.spec) ? job.spec : {};
        const template = labelledTemplate(jobSpec.template, owner);
        const jobTemplate = { ...job, spec: { ...jobSpec, template } };
        return { ...manifest, metadata, spec: { ...spec, jobTemplate } };
    }
    return { ...manifest, metadata };
}
