/** Metrics and alerts of Proxmox' CSI driver. Pure. */
import type { Alert } from "../base/alert";
import type { Scrape } from "../base/scrape";

/** Labels of the controller as the chart proxmox-csi-plugin 0.5.9 sets them. */
export const proxmoxCsiPods = {
    "app.kubernetes.io/name": "proxmox-csi-plugin",
    "app.kubernetes.io/instance": "proxmox-csi-plugin",
    "app.kubernetes.io/component": "controller",
} as const;

export const proxmoxCsiMetricsPort = 8080;

export const proxmoxCsiScrapes: readonly Scrape[] = [
    {
        name: "proxmox-csi",
        pods: proxmoxCsiPods,
        port: "metrics",
        number: proxmoxCsiMetricsPort,
        metrics: [
            {
                source: "proxmox-csi-plugin v0.19.1: pkg/metrics/metrics_api.go",
                names: [
                    "proxmox_api_request_duration_seconds_bucket",
                    "proxmox_api_request_duration_seconds_count",
                    "proxmox_api_request_errors_total",
                ],
            },
        ],
    },
];

/** Upstream has no rules. */
export const proxmoxCsiAlerts: readonly Alert[] = [
    {
        name: "ProxmoxCsiDown",
        expression: 'absent(up{job="proxmox-csi"} == 1)',
        for: "15m",
        severity: "warning",
        summary: "The controller of Proxmox' volumes does not answer",
        description:
            "Volumes that are attached go on. None is made, attached to another node or enlarged.",
    },
    {
        name: "ProxmoxCsiErrors",
        expression:
            'sum(increase(proxmox_api_request_errors_total{job="proxmox-csi"}[30m])) / ' +
            '(sum(increase(proxmox_api_request_duration_seconds_count{job="proxmox-csi"}[30m])) > 0) > 0.2',
        for: "30m",
        severity: "warning",
        summary: "Proxmox refuses {{ $value | humanizePercentage }} of what its volumes need",
        description:
            "Pods wait for volumes that are not made or attached: the token, the storage or a host.",
    },
];
