/**
 * Chart repositories and registries from which systems are installed (IAC-01). A chart mirror
 * changes none of them. Changed only on purpose: an entry lets whoever publishes there write objects
 * of the cluster.
 */
export const chartRepositories: readonly string[] = [
    "https://helm.cilium.io/",
    "https://postfinance.github.io/kubelet-csr-approver",
    "https://kubernetes-sigs.github.io/metrics-server/",
    "https://charts.jetstack.io",
    "https://bitnami.github.io/sealed-secrets",
    "https://kyverno.github.io/kyverno/",
    "https://github.com/kubernetes-csi/external-snapshotter",
    "https://charts.rook.io/release",
    "https://ceph.github.io/ceph-csi-operator",
    "https://cloudnative-pg.github.io/charts",
    "https://ot-container-kit.github.io/helm-charts",
    "https://community-charts.github.io/helm-charts",
    "https://github.com/kubernetes-sigs/gateway-api",
    "https://github.com/keycloak/keycloak-k8s-resources",
    "https://kubernetes-sigs.github.io/external-dns/",
    "https://metallb.github.io/metallb",
    "https://pkgs.tailscale.com/helmcharts",
    "oci://docker.io/envoyproxy",
    "https://openbao.github.io/openbao-helm",
    "https://charts.external-secrets.io",
    "https://vmware-tanzu.github.io/helm-charts",
    "oci://ghcr.io/grafana/helm-charts",
    "https://prometheus-community.github.io/helm-charts",
    "https://grafana-community.github.io/helm-charts",
    "https://grafana.github.io/helm-charts",
    "https://helm.vector.dev",
    "https://falcosecurity.github.io/charts",
    "https://aquasecurity.github.io/helm-charts/",
    "https://thanos-community.github.io/helm-charts",
    "https://opencost.github.io/opencost-helm-chart",
    "https://open-telemetry.github.io/opentelemetry-helm-charts",
];
