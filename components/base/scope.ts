/** Which kinds live in a namespace, and which kind a CRD defines. */
import type { Manifest } from "./object";

/** Cluster-scoped kinds of Kubernetes itself and of the operators on this platform. */
const CLUSTER_SCOPED = new Set([
    "/Namespace",
    "/PersistentVolume",
    "admissionregistration.k8s.io/MutatingWebhookConfiguration",
    "admissionregistration.k8s.io/ValidatingAdmissionPolicy",
    "admissionregistration.k8s.io/ValidatingAdmissionPolicyBinding",
    "admissionregistration.k8s.io/ValidatingWebhookConfiguration",
    "apiextensions.k8s.io/CustomResourceDefinition",
    "apiregistration.k8s.io/APIService",
    "cert-manager.io/ClusterIssuer",
    "cilium.io/CiliumClusterwideNetworkPolicy",
    "cilium.io/CiliumL2AnnouncementPolicy",
    "cilium.io/CiliumLoadBalancerIPPool",
    "gateway.networking.k8s.io/GatewayClass",
    "kyverno.io/ClusterPolicy",
    "networking.k8s.io/IngressClass",
    "policies.kyverno.io/ValidatingPolicy",
    "rbac.authorization.k8s.io/ClusterRole",
    "rbac.authorization.k8s.io/ClusterRoleBinding",
    "scheduling.k8s.io/PriorityClass",
    "snapshot.storage.k8s.io/VolumeSnapshotClass",
    "storage.k8s.io/CSIDriver",
    "storage.k8s.io/StorageClass",
]);

/** `<group>/<Kind>`, without the version: `apps/Deployment`, `/Namespace` in the core group. */
export function groupKind({ apiVersion, kind }: { apiVersion: string; kind: string }): string {
    const [group = ""] = apiVersion.includes("/") ? apiVersion.split("/") : [""];
    return `${group}/${kind}`;
}

/** Groups under `k8s.io` that CRDs bring, not the API server. */
const CUSTOM_K8S_GROUPS = new Set(["gateway.networking.k8s.io", "snapshot.storage.k8s.io"]);

/** Whether the API server itself serves the kind, without any CRD. */
export function isBuiltIn(manifest: { apiVersion: string; kind: string }): boolean {
    const [group = ""] = groupKind(manifest).split("/");
    return !group.includes(".") || (group.endsWith(".k8s.io") && !CUSTOM_K8S_GROUPS.has(group));
}

interface DefinitionSpec {
    readonly group: string;
    readonly scope: "Cluster" | "Namespaced";
    readonly names: { readonly kind: string };
}

/** `<group>/<Kind>` that a CustomResourceDefinition defines. */
export function definedKind(definition: Manifest): string {
    const { group, names } = definition.spec as DefinitionSpec;
    return `${group}/${names.kind}`;
}

/** The scope of kinds, with what the CRDs of one rendering add to the known ones. */
export class ObjectScopes {
    private readonly clusterScoped = new Set(CLUSTER_SCOPED);

    constructor(manifests: readonly Manifest[]) {
        for (const manifest of manifests) {
            const isDefinition = manifest.kind === "CustomResourceDefinition";
            if (isDefinition && (manifest.spec as DefinitionSpec).scope === "Cluster") {
                this.clusterScoped.add(definedKind(manifest));
            }
        }
    }

    /** Whether objects of `<group>/<Kind>` live outside of namespaces. */
    isClusterScoped(kind: string): boolean {
        return this.clusterScoped.has(kind);
    }

    /** Helm leaves the namespace to the client; here every namespaced object names its own. */
    inNamespace(manifest: Manifest, namespace: string): Manifest {
        return this.isClusterScoped(groupKind(manifest)) ||
            manifest.metadata.namespace !== undefined
            ? manifest
            : { ...manifest, metadata: { ...manifest.metadata, namespace } };
    }
}
