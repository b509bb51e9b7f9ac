/** What edge sites tell, and what is alerted on. Pure. */
import type { Alert } from "../base/alert";
import type { Manifest } from "../base/object";
import type { Scrape } from "../base/scrape";
import type { EdgeSite } from "../edge-schema";
import { edgeJobs, SITE_LABEL } from "./edge-names";
import { EDGE_INTAKE, intakePods, intakePorts } from "./edge-intake-manifests";

/** Machines that a site has by the settings. */
const MACHINES = "platform_edge_machines";

/** What rules of the platform record, for alerts. */
export const edgeRecords: readonly string[] = [MACHINES];

/** How many machines each site has, so that one that was never heard is missed as well. */
export function edgeRules(sites: readonly EdgeSite[]): Manifest {
    const rules = sites.map(({ name, servers }) => ({
        record: MACHINES,
        expr: `vector(${servers.length})`,
        labels: { [SITE_LABEL]: name },
    }));
    return {
        apiVersion: "monitoring.coreos.com/v1",
        kind: "PrometheusRule",
        metadata: { name: "edge-sites", namespace: EDGE_INTAKE },
        spec: { groups: [{ name: "edge-sites", rules }] },
    };
}

const pushed = (job: string, metrics: Scrape["metrics"]): Scrape => ({
    name: job,
    pods: intakePods,
    port: "remote-write",
    number: intakePorts.metrics,
    pushed: true,
    metrics,
});

export const k3sEdgeScrapes: readonly Scrape[] = [
    {
        name: EDGE_INTAKE,
        pods: intakePods,
        port: "http-metrics",
        number: intakePorts.own,
        metrics: [
            {
                source: "alloy v1.18.1: docs/sources/reference/components/prometheus/prometheus.remote_write.md",
                names: [
                    "prometheus_remote_storage_samples_failed_total",
                    "prometheus_remote_storage_samples_total",
                ],
            },
            {
                source: "alloy v1.18.1: internal/component/common/loki/client/metrics.go",
                names: ["loki_write_dropped_entries_total", "loki_write_sent_entries_total"],
            },
        ],
    },
    pushed(edgeJobs.agent, []),
    pushed(edgeJobs.node, [
        {
            source: "node_exporter v1.10.2: collector/filesystem_common.go, collector/meminfo.go, collector/loadavg.go",
            names: [
                "node_filesystem_avail_bytes",
                "node_filesystem_size_bytes",
                "node_memory_MemAvailable_bytes",
                "node_memory_MemTotal_bytes",
                "node_load5",
            ],
        },
    ]),
    pushed(edgeJobs.kubelet, [
        {
            source: "kubernetes v1.35: pkg/kubelet/metrics/metrics.go",
            names: ["kubelet_running_pods"],
        },
    ]),
];

const heard = (window: string) =>
    `count by (${SITE_LABEL}) (present_over_time(up{job="${edgeJobs.agent}"}[${window}]))`;
const silent = (window: string) =>
    `max by (${SITE_LABEL}) (${MACHINES}) unless on (${SITE_LABEL}) ${heard(window)}`;
const ROOT = `job="${edgeJobs.node}", mountpoint="/"`;
const SITE = `{{ $labels.${SITE_LABEL} }}`;
const MACHINE = "{{ $labels.edge_node }}";

export const k3sEdgeAlerts: readonly Alert[] = [
    {
        name: "EdgeSiteSilent",
        expression: silent("5m"),
        for: "15m",
        severity: "warning",
        summary: `Nothing is heard of the edge site ${SITE}`,
        description:
            "It goes on by itself with what it was told last, and keeps what it has to tell for a day. " +
            "Whether it is cut off or down, nobody can see from here.",
    },
    {
        name: "EdgeSiteSilentForLong",
        expression: silent("8h"),
        for: "15m",
        severity: "critical",
        summary: `Nothing has been heard of the edge site ${SITE} for eight hours`,
        description:
            "Somebody there must look: what it has to tell is thrown away after a day, and its snapshots " +
            "do not arrive either.",
        explains: [{ alerts: ["EdgeSiteSilent"], equal: [SITE_LABEL] }],
    },
    {
        name: "EdgeMachineSilent",
        expression:
            `max by (${SITE_LABEL}) (${MACHINES}) - on (${SITE_LABEL}) count by (${SITE_LABEL}) ` +
            `(count by (${SITE_LABEL}, edge_node) (present_over_time(up{job="${edgeJobs.agent}"}[5m]))) > 0`,
        for: "15m",
        severity: "warning",
        summary: `{{ $value }} machines of the edge site ${SITE} are not heard`,
        description:
            "The others of the site are. Of three servers one may be lost; with a second one its API " +
            "takes no changes any more.",
    },
    {
        name: "EdgeKubeletDown",
        expression: `max by (${SITE_LABEL}, edge_node) (up{job="${edgeJobs.kubelet}"}) == 0`,
        for: "15m",
        severity: "warning",
        summary: `The kubelet of ${MACHINE} at ${SITE} does not answer`,
        description: "The machine and its agent run, k3s on it does not, or not soundly.",
    },
    {
        name: "EdgeDiskFilling",
        expression: `min by (${SITE_LABEL}, edge_node) (node_filesystem_avail_bytes{${ROOT}} / node_filesystem_size_bytes{${ROOT}}) < 0.15`,
        for: "30m",
        severity: "warning",
        summary: `The disk of ${MACHINE} at ${SITE} is nearly full`,
        description:
            "Below a tenth k3s evicts pods. Volumes, images, logs and snapshots of the machine are all " +
            "on this one disk.",
    },
    {
        name: "EdgeIntakeDown",
        expression: `absent(up{job="${EDGE_INTAKE}"} == 1)`,
        for: "10m",
        severity: "warning",
        summary: "Nobody takes what edge sites tell",
        description: "Sites keep it for a day and send it again; until then they all look silent.",
        explains: [{ alerts: ["EdgeSiteSilent", "EdgeMachineSilent"] }],
    },
    {
        name: "EdgeMetricsRefused",
        expression: `sum by (pod) (increase(prometheus_remote_storage_samples_failed_total{job="${EDGE_INTAKE}"}[15m])) > 0`,
        for: "15m",
        severity: "warning",
        summary: "Prometheus refuses metrics of edge sites",
        description:
            "They are lost. Prometheus takes nothing that is more than a day old, and nothing that two " +
            "sites send under one name.",
    },
];
