/** Metrics and alerts of the mesh. Istio publishes no rules. Pure. */
import type { Alert } from "../base/alert";
import type { Scrape } from "../base/scrape";
import { istioCniPods, istiodPods, istioPorts, meshNamespaces, ztunnelPods } from "./istio-values";

export const istioScrapes: readonly Scrape[] = [
    {
        name: "istiod",
        pods: istiodPods,
        port: "http-monitoring",
        number: istioPorts.istiodMetrics,
        metrics: [
            {
                source: "istio 1.30.3: pilot/pkg/xds/monitoring.go, pilot/pkg/networking/core, security/pkg/server/ca/monitoring.go",
                names: [
                    "citadel_server_root_cert_expiry_timestamp",
                    "citadel_server_success_cert_issuance_count",
                    "pilot_proxy_convergence_time_bucket",
                    "pilot_total_xds_rejects",
                    "pilot_xds",
                ],
            },
        ],
    },
    {
        name: "istio-cni",
        namespace: meshNamespaces.cni,
        pods: istioCniPods,
        port: "metrics",
        number: istioPorts.cniMetrics,
        metrics: [
            {
                source: "istio 1.30.3: cni/pkg/install/monitoring.go, cni/pkg/nodeagent/ztunnelserver.go",
                names: ["istio_cni_install_ready", "ztunnel_connected"],
            },
        ],
    },
    {
        name: "ztunnel",
        namespace: meshNamespaces.ztunnel,
        pods: ztunnelPods,
        port: "ztunnel-stats",
        number: istioPorts.ztunnelMetrics,
        metrics: [
            {
                source: "ztunnel 1.30.3: src/proxy/metrics.rs, src/inpod/metrics.rs",
                names: [
                    "istio_tcp_connections_failed_total",
                    "istio_tcp_connections_opened_total",
                    "istio_tcp_received_bytes_total",
                    "istio_tcp_sent_bytes_total",
                    "workload_manager_active_proxy_count",
                    "workload_manager_pending_proxy_count",
                ],
            },
        ],
    },
];

/** Connections that were not let in, at the pods that they were meant for. */
const REFUSED =
    'istio_tcp_connections_failed_total{job="ztunnel", reporter="destination", response_flags="DENY"}';
const PLAIN =
    'istio_tcp_connections_opened_total{job="ztunnel", reporter="destination", connection_security_policy!="mutual_tls"}';

export const istioAlerts: readonly Alert[] = [
    {
        name: "IstiodDown",
        expression: 'absent(up{job="istiod"} == 1)',
        for: "5m",
        severity: "critical",
        summary: "No istiod answers",
        description:
            "Pods that start get no certificate and are reached by nobody in the mesh; those that run " +
            "go on until their certificates end, within a day. New policies reach no proxy.",
    },
    {
        name: "ZtunnelMissing",
        expression: 'count(up{job="cilium-agent"}) - count(up{job="ztunnel"} == 1) > 0',
        for: "5m",
        severity: "critical",
        summary: "{{ $value }} nodes have no proxy of the mesh that answers",
        description:
            "Pods of the mesh on these nodes reach nobody and are reached by nobody, and none starts.",
    },
    {
        name: "ZtunnelsDown",
        expression: 'absent(up{job="ztunnel"} == 1)',
        for: "5m",
        severity: "critical",
        summary: "No proxy of the mesh answers",
        description:
            "Either no pod of the mesh reaches another, or Prometheus does not reach the proxies.",
    },
    {
        name: "IstioCniNotReady",
        expression:
            'istio_cni_install_ready{job="istio-cni"} == 0 or ztunnel_connected{job="istio-cni"} == 0',
        for: "10m",
        severity: "warning",
        summary: "The agent {{ $labels.pod }} brings no pod into the mesh",
        description: "Pods of the mesh do not start on its node; those that run go on.",
    },
    {
        name: "MeshPodsPending",
        expression: 'workload_manager_pending_proxy_count{job="ztunnel"} > 0',
        for: "15m",
        severity: "warning",
        summary: "{{ $value }} pods wait for {{ $labels.pod }} to take them in",
        description: "They are in the mesh by their labels, and no proxy listens for them yet.",
    },
    {
        name: "MeshConnectionsPlain",
        expression: `sum by (destination_workload_namespace, destination_workload) (rate(${PLAIN}[10m])) > 0`,
        for: "10m",
        severity: "warning",
        summary:
            "{{ $labels.destination_workload_namespace }}/{{ $labels.destination_workload }} takes connections without mutual TLS",
        description:
            "The mesh is to take none. Either a PeerAuthentication was weakened by hand, or its proxies " +
            "have not heard of the strict one.",
    },
    {
        name: "MeshConnectionsRefused",
        expression: `sum by (source_workload_namespace, source_workload, destination_workload_namespace, destination_workload) (rate(${REFUSED}[10m])) > 0.1`,
        for: "15m",
        severity: "warning",
        summary:
            "The mesh refuses {{ $labels.source_workload }} at {{ $labels.destination_workload }}",
        description:
            "No declared flow lets it in on that port. Either a flow is missing, or somebody tries doors.",
    },
    {
        name: "MeshConfigurationRejected",
        expression: 'sum by (pod, type) (increase(pilot_total_xds_rejects{job="istiod"}[15m])) > 0',
        for: "15m",
        severity: "warning",
        summary: "Proxies refuse what istiod tells them ({{ $labels.type }})",
        description:
            "They go on with what they knew before: new pods or policies are missing there.",
    },
    {
        name: "MeshRootCertificateExpires",
        expression:
            'min(citadel_server_root_cert_expiry_timestamp{job="istiod"}) - time() < 30 * 24 * 3600',
        for: "1h",
        severity: "warning",
        summary: "The authority of the mesh expires in {{ $value | humanizeDuration }}",
        description:
            "istiod renews it by itself long before. After that no pod proves who it is, and nobody in " +
            "the mesh reaches anybody.",
    },
];
