/** Storage. Pure. */
import { answering, controllerRow, type Dashboard, lines, number, table } from "../base/dashboard";

const JOB = 'job="rook-ceph-mgr"';
const POOL = `* on (pool_id) group_left (name) max by (pool_id, name) (ceph_pool_metadata{${JOB}})`;

/** Health, room and work of Ceph. */
export const cephClusterDashboards: readonly Dashboard[] = [
    {
        name: "storage",
        title: "Storage",
        purpose: "Whether what is stored is safe and can be used, and how much room is left.",
        rows: [
            {
                title: "Health",
                panels: [
                    number("Ceph (0 well, 1 warning, 2 error)", `max(ceph_health_status{${JOB}})`, {
                        thresholds: { warning: 1, bad: 2 },
                        overview: true,
                    }),
                    number(
                        "Inactive placement groups",
                        `max(ceph_pg_total{${JOB}}) - max(ceph_pg_active{${JOB}})`,
                        { thresholds: { warning: 1, bad: 1 } },
                    ),
                    number("Disks down", `count(ceph_osd_up{${JOB}} == 0) or vector(0)`, {
                        thresholds: { warning: 1, bad: 2 },
                        overview: true,
                    }),
                    number(
                        "Monitors in quorum",
                        `count(max by (ceph_daemon) (ceph_mon_quorum_status{${JOB}}) == 1)`,
                        { thresholds: { warning: 3, bad: 2 } },
                    ),
                ],
            },
            {
                title: "Room",
                panels: [
                    number(
                        "Used",
                        `max(ceph_cluster_total_used_bytes{${JOB}}) / max(ceph_cluster_total_bytes{${JOB}})`,
                        { unit: "percentunit", thresholds: { warning: 0.7, bad: 0.85 } },
                    ),
                    lines(
                        "Used by pool",
                        `max by (pool_id) (ceph_pool_percent_used{${JOB}}) ${POOL}`,
                        "{{ name }}",
                        { unit: "percentunit" },
                    ),
                    table(
                        "Reasons of the warning",
                        `max by (name) (ceph_health_detail{${JOB}}) > 0`,
                    ),
                ],
            },
            {
                title: "Work",
                panels: [
                    lines(
                        "Read by pool",
                        `max by (pool_id) (rate(ceph_pool_rd_bytes{${JOB}}[$__rate_interval])) ${POOL}`,
                        "{{ name }}",
                        { unit: "Bps" },
                    ),
                    lines(
                        "Written by pool",
                        `max by (pool_id) (rate(ceph_pool_wr_bytes{${JOB}}[$__rate_interval])) ${POOL}`,
                        "{{ name }}",
                        { unit: "Bps" },
                    ),
                    answering("rook-ceph-mgr|rook-ceph-exporter"),
                ],
            },
            controllerRow("rook-ceph-operator"),
        ],
    },
    {
        name: "storage-forecast",
        title: "Storage forecast",
        purpose:
            "When the disks of Ceph are full if they go on filling as they did in the last week.",
        from: "30d",
        rows: [
            {
                title: "Forecast",
                panels: [
                    number(
                        "Days until 85 %",
                        `(0.85 * max(ceph_cluster_total_bytes{${JOB}}) - max(ceph_cluster_total_used_bytes{${JOB}})) / ` +
                            `(deriv(max(ceph_cluster_total_used_bytes{${JOB}})[7d:1h]) * 86400 > 0)`,
                        { thresholds: { warning: 60, bad: 14 } },
                    ),
                    {
                        title: "Used, and what it will be in 30 days",
                        unit: "bytes",
                        queries: [
                            {
                                expression: `max(ceph_cluster_total_used_bytes{${JOB}})`,
                                legend: "used",
                            },
                            {
                                expression: `predict_linear(max(ceph_cluster_total_used_bytes{${JOB}})[7d:1h], 30 * 86400)`,
                                legend: "in 30 days",
                            },
                            {
                                expression: `0.85 * max(ceph_cluster_total_bytes{${JOB}})`,
                                legend: "85 %",
                            },
                        ],
                    },
                ],
            },
        ],
    },
];
