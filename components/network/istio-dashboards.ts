/** Who talks to whom in the mesh, and whether its parts work. Pure. */
import { answering, type Dashboard, highest, lines, number, table } from "../base/dashboard";

const OPENED = 'istio_tcp_connections_opened_total{job="ztunnel", reporter="destination"}';
const FAILED = 'istio_tcp_connections_failed_total{job="ztunnel"}';
const ENDS =
    "source_workload_namespace, source_workload, destination_workload_namespace, destination_workload";

/** Connections and refusals, and the control plane. */
export const istioDashboards: readonly Dashboard[] = [
    {
        name: "mesh",
        title: "Mesh",
        purpose: "Who talks to whom by mutual TLS, and who is refused.",
        rows: [
            {
                title: "Connections",
                panels: [
                    number(
                        "Without mutual TLS, within an hour",
                        'sum(increase(istio_tcp_connections_opened_total{job="ztunnel", reporter="destination", connection_security_policy!="mutual_tls"}[1h])) or vector(0)',
                        { thresholds: { warning: 1, bad: 10 } },
                    ),
                    lines(
                        "Opened",
                        `sum by (destination_workload_namespace) (rate(${OPENED}[5m]))`,
                        "{{ destination_workload_namespace }}",
                        { unit: "ops" },
                    ),
                    lines(
                        "Failed, by reason",
                        `sum by (response_flags) (rate(${FAILED}[5m]))`,
                        "{{ response_flags }}",
                        { unit: "ops" },
                    ),
                    table(
                        "Refused within an hour",
                        `topk(30, sum by (${ENDS}) (increase(istio_tcp_connections_failed_total{job="ztunnel", response_flags="DENY"}[1h])) > 0)`,
                    ),
                ],
            },
            {
                title: "Traffic",
                panels: [
                    lines(
                        "Received",
                        'sum by (destination_workload_namespace) (rate(istio_tcp_received_bytes_total{job="ztunnel", reporter="destination"}[5m]))',
                        "{{ destination_workload_namespace }}",
                        { unit: "Bps" },
                    ),
                    lines(
                        "Sent",
                        'sum by (destination_workload_namespace) (rate(istio_tcp_sent_bytes_total{job="ztunnel", reporter="destination"}[5m]))',
                        "{{ destination_workload_namespace }}",
                        { unit: "Bps" },
                    ),
                ],
            },
            {
                title: "Parts",
                panels: [
                    answering("istiod|istio-cni|ztunnel"),
                    highest(
                        "Pods in the mesh",
                        'workload_manager_active_proxy_count{job="ztunnel"}',
                        "pod",
                    ),
                    highest(
                        "Pods that wait",
                        'workload_manager_pending_proxy_count{job="ztunnel"}',
                        "pod",
                    ),
                ],
            },
            {
                title: "Control plane",
                panels: [
                    lines(
                        "Certificates given",
                        'sum(rate(citadel_server_success_cert_issuance_count{job="istiod"}[5m]))',
                        "given",
                        { unit: "ops" },
                    ),
                    lines(
                        "Proxies connected",
                        'sum by (pod) (pilot_xds{job="istiod"})',
                        "{{ pod }}",
                    ),
                    lines(
                        "Until proxies know (99 %)",
                        'histogram_quantile(0.99, sum by (le) (rate(pilot_proxy_convergence_time_bucket{job="istiod"}[5m])))',
                        "99 %",
                        { unit: "s" },
                    ),
                ],
            },
        ],
    },
];
