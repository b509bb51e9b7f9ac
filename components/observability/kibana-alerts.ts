/** Alerts and dashboards of Kibana, which tells no metrics itself. Pure. */
import type { Alert } from "../base/alert";
import { type Dashboard, highest, lines, number } from "../base/dashboard";

const STATE = 'job="kube-state-metrics", namespace="elastic"';
const available = `kube_deployment_status_replicas_available{${STATE}, deployment="kibana-kb"}`;

export const kibanaAlerts: readonly Alert[] = [
    {
        name: "KibanaDown",
        expression: `absent(${available} > 0)`,
        for: "15m",
        severity: "warning",
        summary: "Nobody can search the evidence",
        description:
            "No Kibana is ready. Evidence comes in as before; Grafana finds most lines in Loki.",
    },
];

export const kibanaDashboards: readonly Dashboard[] = [
    {
        name: "evidence-search",
        title: "Search for evidence",
        purpose: "Whether Kibana is there, and whether its memory suffices.",
        rows: [
            {
                title: "Kibana",
                panels: [
                    number("Ready", `sum(${available}) or vector(0)`, {
                        thresholds: { warning: 1, bad: 0.5 },
                    }),
                    lines(
                        "Memory",
                        'max by (pod) (container_memory_working_set_bytes{job="kubelet", namespace="elastic", container="kibana"})',
                        "{{ pod }}",
                        { unit: "bytes" },
                    ),
                    highest(
                        "Restarts",
                        `kube_pod_container_status_restarts_total{${STATE}, container="kibana"}`,
                        "pod",
                    ),
                ],
            },
        ],
    },
];
