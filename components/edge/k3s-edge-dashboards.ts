/** Edge sites: who is heard, and how they are. Pure. */
import { answering, type Dashboard, lines, number, rates } from "../base/dashboard";
import { edgeJobs, SITE_LABEL } from "./edge-names";
import { EDGE_INTAKE } from "./edge-intake-manifests";
import { edgeRecords } from "./k3s-edge-alerts";

const [MACHINES = ""] = edgeRecords;
const MACHINE = `{{ ${SITE_LABEL} }}: {{ edge_node }}`;
const node = `job="${edgeJobs.node}"`;
const each = (expression: string) => `max by (${SITE_LABEL}, edge_node) (${expression})`;

export const k3sEdgeDashboards: readonly Dashboard[] = [
    {
        name: "edge-sites",
        title: "Edge sites",
        purpose:
            "Which sites are heard, how their machines are, and whether what they tell arrives.",
        rows: [
            {
                title: "Sites",
                panels: [
                    number(
                        "Silent sites",
                        `count(max by (${SITE_LABEL}) (${MACHINES}) unless on (${SITE_LABEL}) count by (${SITE_LABEL}) (up{job="${edgeJobs.agent}"})) or vector(0)`,
                        { thresholds: { warning: 1, bad: 1 }, overview: true },
                    ),
                    lines(
                        "Machines that are heard",
                        `count by (${SITE_LABEL}) (up{job="${edgeJobs.agent}"})`,
                        `{{ ${SITE_LABEL} }}`,
                    ),
                    lines(
                        "Pods that run",
                        `sum by (${SITE_LABEL}) (kubelet_running_pods{job="${edgeJobs.kubelet}"})`,
                        `{{ ${SITE_LABEL} }}`,
                    ),
                ],
            },
            {
                title: "Machines",
                panels: [
                    lines(
                        "Disk in use",
                        each(
                            `1 - node_filesystem_avail_bytes{${node}, mountpoint="/"} / node_filesystem_size_bytes{${node}, mountpoint="/"}`,
                        ),
                        MACHINE,
                        { unit: "percentunit" },
                    ),
                    lines(
                        "Memory in use",
                        each(
                            `1 - node_memory_MemAvailable_bytes{${node}} / node_memory_MemTotal_bytes{${node}}`,
                        ),
                        MACHINE,
                        { unit: "percentunit" },
                    ),
                    lines("Load", each(`node_load5{${node}}`), MACHINE),
                ],
            },
            {
                title: "Intake",
                panels: [
                    answering(EDGE_INTAKE),
                    rates(
                        "Samples handed on",
                        `prometheus_remote_storage_samples_total{job="${EDGE_INTAKE}"}`,
                        "pod",
                    ),
                    rates(
                        "Samples refused",
                        `prometheus_remote_storage_samples_failed_total{job="${EDGE_INTAKE}"}`,
                        "pod",
                    ),
                    rates(
                        "Log lines handed on",
                        `loki_write_sent_entries_total{job="${EDGE_INTAKE}"}`,
                        "pod",
                    ),
                    rates(
                        "Log lines thrown away",
                        `loki_write_dropped_entries_total{job="${EDGE_INTAKE}"}`,
                        "pod, reason",
                    ),
                ],
            },
        ],
    },
];
