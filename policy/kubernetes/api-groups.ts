/** Which kinds the API server itself serves; every other kind is a custom one. */

/** API groups of Kubernetes 1.35 under `k8s.io` (`kubectl api-versions` without any CRD). */
const SERVED: ReadonlySet<string> = new Set([
    "admissionregistration.k8s.io",
    "apiextensions.k8s.io",
    "apiregistration.k8s.io",
    "authentication.k8s.io",
    "authorization.k8s.io",
    "certificates.k8s.io",
    "coordination.k8s.io",
    "discovery.k8s.io",
    "events.k8s.io",
    "flowcontrol.apiserver.k8s.io",
    "internal.apiserver.k8s.io",
    "networking.k8s.io",
    "node.k8s.io",
    "rbac.authorization.k8s.io",
    "resource.k8s.io",
    "scheduling.k8s.io",
    "storage.k8s.io",
    "storagemigration.k8s.io",
]);

/** Whether kinds of the group come with a CRD or an extension; built-in groups have no dots. */
export function isCustomGroup(group: string): boolean {
    return group.includes(".") && !SERVED.has(group);
}
