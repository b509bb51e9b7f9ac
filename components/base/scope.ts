/** Which kinds live in a namespace, and which kind a CRD defines. */
import type { Manifest } from "./object";

/**
 * Cluster-scoped kinds that Kubernetes 1.35 serves, alpha and beta ones included (`kubectl
 * api-resources --namespaced=false`). The scope of every other kind is what its CRD says.
 */
export const servedClusterScoped: ReadonlySet<string> = new Set([
    "/ComponentStatus",
    "/Namespace",
    "/Node",
    "/PersistentVolume",
    "admissionregistration.k8s.io/MutatingAdmissionPolicy",
    "admissionregistration.k8s.io/MutatingAdmissionPolicyBinding",
    "admissionregistration.k8s.io/MutatingWebhookConfiguration",
    "admissionregistration.k8s.io/ValidatingAdmissionPolicy",
    "admissionregistration.k8s.io/ValidatingAdmissionPolicyBinding",
    "admissionregistration.k8s.io/ValidatingWebhookConfiguration",
    "apiextensions.k8s.io/CustomResourceDefinition",
    "apiregistration.k8s.io/APIService",
    "authentication.k8s.io/SelfSubjectReview",
    "authentication.k8s.io/TokenReview",
    "authorization.k8s.io/SelfSubjectAccessReview",
    "authorization.k8s.io/SelfSubjectRulesReview",
    "authorization.k8s.io/SubjectAccessReview",
    "certificates.k8s.io/CertificateSigningRequest",
    "certificates.k8s.io/ClusterTrustBundle",
    "flowcontrol.apiserver.k8s.io/FlowSchema",
    "flowcontrol.apiserver.k8s.io/PriorityLevelConfiguration",
    "internal.apiserver.k8s.io/StorageVersion",
    "networking.k8s.io/IPAddress",
    "networking.k8s.io/IngressClass",
    "networking.k8s.io/ServiceCIDR",
    "node.k8s.io/RuntimeClass",
    "rbac.authorization.k8s.io/ClusterRole",
    "rbac.authorization.k8s.io/ClusterRoleBinding",
    "resource.k8s.io/DeviceClass",
    "resource.k8s.io/DeviceTaintRule",
    "resource.k8s.io/ResourceSlice",
    "scheduling.k8s.io/PriorityClass",
    "storage.k8s.io/CSIDriver",
    "storage.k8s.io/CSINode",
    "storage.k8s.io/StorageClass",
    "storage.k8s.io/VolumeAttachment",
    "storage.k8s.io/VolumeAttributesClass",
    "storagemigration.k8s.io/StorageVersionMigration",
]);

/** Cluster-scoped kinds whose CRDs come with another rendering than the objects. */
const DEFINED_ELSEWHERE = [
    "cert-manager.io/ClusterIssuer",
    "cilium.io/CiliumClusterwideNetworkPolicy",
    "cilium.io/CiliumL2AnnouncementPolicy",
    "cilium.io/CiliumLoadBalancerIPPool",
    "gateway.networking.k8s.io/GatewayClass",
    "kyverno.io/ClusterPolicy",
    "policies.kyverno.io/ValidatingPolicy",
    "snapshot.storage.k8s.io/VolumeSnapshotClass",
];

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

/** Whether the object is a CRD. */
export function isCrd({ kind }: { readonly kind: string }): boolean {
    return kind === "CustomResourceDefinition";
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
    private readonly clusterScoped = new Set([...servedClusterScoped, ...DEFINED_ELSEWHERE]);

    constructor(manifests: readonly Manifest[]) {
        for (const manifest of manifests) {
            if (isCrd(manifest) && (manifest.spec as DefinitionSpec).scope === "Cluster") {
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
