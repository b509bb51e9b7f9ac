/** Labels and ports of what CloudNativePG makes (v1.30.0: pkg/utils/labels_annotations.go). */
import type { Labels } from "./behaviour";

/** API group of the operator. */
export const GROUP = "postgresql.cnpg.io";

/** Ports of an instance, and of a pooler's metrics (pkg/management/url/constants.go). */
export const postgresPorts = { postgres: 5432, status: 8000, metrics: 9187, pooler: 9127 } as const;

/**
 * Annotations by which the Service of a plugin names Secrets of its namespace, with the certificates
 * of both ends (pkg/utils/labels_annotations.go, internal/controller/plugin_controller.go).
 */
export const pluginSecretAnnotations = [
    "cnpg.io/pluginClientSecret",
    "cnpg.io/pluginServerSecret",
] as const;

/** Labels of the instances of a cluster and of the jobs that make them. */
export function databaseLabels(cluster: string): Labels {
    return { "cnpg.io/cluster": cluster };
}

/** Labels of the instances alone. */
export function instanceLabels(cluster: string): Labels {
    return { ...databaseLabels(cluster), "cnpg.io/podRole": "instance" };
}

/** Labels of the pods of a Pooler. */
export function poolerLabels(pooler: string): Labels {
    return { "cnpg.io/poolerName": pooler };
}
