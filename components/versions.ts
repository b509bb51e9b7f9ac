/**
 * Every pinned version of the platform. Renovate reads the comment before each pin; the sha256 of
 * a chart archive is in `charts.lock.json`, written by `make charts`.
 *
 * Kubernetes 1.35 is the newest minor version that every chart here lists as supported: Kyverno
 * 1.19 and Velero 1.18 do not list 1.36 yet. Talos 1.13 supports Kubernetes 1.31 to 1.36.
 */

/** Where the plain manifests of an upstream without a chart are. */
export interface ManifestSource {
    /** Repository whose release of the pinned version has the asset. */
    readonly repository: string;
    readonly asset: string;
    /** Go module that holds the same manifests, and the folder in it. */
    readonly module: string;
    readonly folder: string;
}

/** A Helm chart from one repository at one exact version. */
export interface ChartPin {
    /** Name of the chart in its repository. */
    readonly chart: string;
    /** Exact chart version, with the leading `v` where upstream writes one. */
    readonly version: string;
    /** `https://` repository or `oci://` registry folder that holds the chart. */
    readonly repository: string;
    /** Set for upstreams without a chart, whose plain manifests are applied. */
    readonly manifests?: ManifestSource;
}

/** Talos release installed on new machines. */
// renovate: datasource=github-releases depName=siderolabs/talos
export const talosVersion = "v1.13.9";

/** Kubernetes release that Talos bootstraps and against which charts are rendered. */
// renovate: datasource=github-releases depName=kubernetes/kubernetes extractVersion=^v(?<version>.*)$
export const kubernetesVersion = "1.35.4";

/** Helm release that `make helm` installs when none is on the PATH. */
// renovate: datasource=go depName=helm.sh/helm/v3
export const helmVersion = "v3.22.0";

/** Every chart that the platform renders, by the name of its component. */
export const charts = {
    // renovate: datasource=helm depName=cilium registryUrl=https://helm.cilium.io/
    cilium: { chart: "cilium", version: "1.20.0", repository: "https://helm.cilium.io/" },
    // renovate: datasource=helm depName=kubelet-csr-approver registryUrl=https://postfinance.github.io/kubelet-csr-approver
    kubeletCsrApprover: {
        chart: "kubelet-csr-approver",
        version: "1.2.14",
        repository: "https://postfinance.github.io/kubelet-csr-approver",
    },
    // renovate: datasource=helm depName=metrics-server registryUrl=https://kubernetes-sigs.github.io/metrics-server/
    metricsServer: {
        chart: "metrics-server",
        version: "3.13.1",
        repository: "https://kubernetes-sigs.github.io/metrics-server/",
    },
    // renovate: datasource=helm depName=cert-manager registryUrl=https://charts.jetstack.io
    certManager: {
        chart: "cert-manager",
        version: "v1.21.1",
        repository: "https://charts.jetstack.io",
    },
    // renovate: datasource=helm depName=sealed-secrets registryUrl=https://bitnami.github.io/sealed-secrets
    sealedSecrets: {
        chart: "sealed-secrets",
        version: "2.19.1",
        repository: "https://bitnami.github.io/sealed-secrets",
    },
    // renovate: datasource=helm depName=kyverno registryUrl=https://kyverno.github.io/kyverno/
    kyverno: {
        chart: "kyverno",
        version: "3.9.0",
        repository: "https://kyverno.github.io/kyverno/",
    },
    // renovate: datasource=helm depName=rook-ceph registryUrl=https://charts.rook.io/release
    rookCeph: {
        chart: "rook-ceph",
        version: "v1.20.6",
        repository: "https://charts.rook.io/release",
    },
    // renovate: datasource=helm depName=ceph-csi-drivers registryUrl=https://ceph.github.io/ceph-csi-operator
    cephCsiDrivers: {
        chart: "ceph-csi-drivers",
        version: "1.0.4",
        repository: "https://ceph.github.io/ceph-csi-operator",
    },
    // renovate: datasource=helm depName=cloudnative-pg registryUrl=https://cloudnative-pg.github.io/charts
    cloudnativePg: {
        chart: "cloudnative-pg",
        version: "0.29.0",
        repository: "https://cloudnative-pg.github.io/charts",
    },
    // renovate: datasource=helm depName=redis-operator registryUrl=https://ot-container-kit.github.io/helm-charts
    redisOperator: {
        chart: "redis-operator",
        version: "0.26.1",
        repository: "https://ot-container-kit.github.io/helm-charts",
    },
    // renovate: datasource=helm depName=n8n registryUrl=https://community-charts.github.io/helm-charts
    n8n: {
        chart: "n8n",
        version: "1.24.32",
        repository: "https://community-charts.github.io/helm-charts",
    },
    // renovate: datasource=go depName=sigs.k8s.io/gateway-api
    gatewayApi: {
        chart: "gateway-api",
        version: "v1.6.1",
        repository: "https://github.com/kubernetes-sigs/gateway-api",
        manifests: {
            repository: "https://github.com/kubernetes-sigs/gateway-api",
            asset: "standard-install.yaml",
            module: "sigs.k8s.io/gateway-api",
            folder: "config/crd/standard",
        },
    },
} as const satisfies Record<string, ChartPin>;

export type ChartName = keyof typeof charts;
