/**
 * What the criteria allow by name, each entry with its reason. Deliberately not taken from the
 * program: a list that the judged code writes allows whatever the code does.
 */
import type { PodSecurityLevel } from "./engines/pod-security";

/** Chart repositories and registries (IAC-01). A chart mirror changes none of them. */
export const chartRepositories: readonly string[] = [
    "https://helm.cilium.io/",
    "https://postfinance.github.io/kubelet-csr-approver",
    "https://kubernetes-sigs.github.io/metrics-server/",
    "https://charts.jetstack.io",
    "https://bitnami.github.io/sealed-secrets",
    "https://kyverno.github.io/kyverno/",
    "https://charts.rook.io/release",
    "https://ceph.github.io/ceph-csi-operator",
    "https://cloudnative-pg.github.io/charts",
    "https://ot-container-kit.github.io/helm-charts",
    "https://community-charts.github.io/helm-charts",
    "https://github.com/kubernetes-sigs/gateway-api",
];

/** Groups whose CRDs the cluster itself brings (IAC-06). */
export const groupsOfTheCluster: Readonly<Record<string, string>> = {
    "cilium.io": "the Cilium operator registers its CRDs when it starts",
    "talos.dev": "Talos serves its own resources",
};

/** A namespace that cannot be restricted (SEC-02). */
export interface PodSecurityAllowance {
    readonly level: Exclude<PodSecurityLevel, "restricted">;
    readonly reason: string;
}

/** Namespaces below the restricted Pod Security level (SEC-02). */
export const podSecurityAllowances: Readonly<Record<string, PodSecurityAllowance>> = {
    "kube-system": {
        level: "privileged",
        reason: "the control plane's static pods and the CNI agents work on the host's network",
    },
    "rook-ceph": {
        level: "privileged",
        reason: "storage daemons open raw block devices, CSI plugins mount on the host",
    },
};

/** Components under which a Secret may carry values (IAC-04). */
export const secretComponents: ReadonlySet<string> = new Set([
    "platform:base:GeneratedSecret",
    "platform:base:ConfiguredSecret",
]);

/** Namespaces that admission policies may leave alone, by name (SEC-05). */
export const admissionExemptions: Readonly<Record<string, string>> = {
    "kube-system": "DNS and the network must start while Kyverno is down",
    "kube-public": "Kubernetes' own, without pods",
    "kube-node-lease": "Kubernetes' own, without pods",
    kyverno: "Kyverno must never wait for Kyverno",
    "rook-ceph": "storage daemons need what the policies deny, and come before everything else",
};

/** Bindings of the role cluster-admin, as `Kind/namespace/name` (SEC-06); none is needed. */
export const clusterAdministrators: Readonly<Record<string, string>> = {};

/** Routes that anybody may open without signing in, as `Kind/namespace/name` (SEC-10); none yet. */
export const publicRoutes: Readonly<Record<string, string>> = {};
