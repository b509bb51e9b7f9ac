/** Metrics and alerts of the Ceph cluster. Pure. */
import { cephLabels } from "../../operators/rook";
import type { Alert } from "../base/alert";
import type { Objective } from "../base/objective";
import type { Scrape } from "../base/scrape";

/**
 * Labels and ports as in rook v1.20.6: pkg/operator/ceph/cluster/mgr/spec.go and
 * pkg/operator/ceph/cluster/nodedaemon/exporter.go; there while `monitoring.metricsDisabled` is
 * false. A manager in reserve answers with an empty page, so all of them are scraped and none is
 * missed when the active one changes.
 */
export const cephClusterScrapes: readonly Scrape[] = [
    {
        name: "rook-ceph-mgr",
        pods: cephLabels.manager,
        port: "http-metrics",
        number: 9283,
        metrics: [
            {
                source: "ceph v20: src/pybind/mgr/prometheus/module.py",
                names: [
                    "ceph_num_objects_degraded",
                    "ceph_num_objects_misplaced",
                    "ceph_num_objects_unfound",
                    "ceph_osd_apply_latency_ms",
                    "ceph_osd_commit_latency_ms",
                    "ceph_osd_in",
                    "ceph_pg_clean",
                    "ceph_pg_degraded",
                    "ceph_pg_inconsistent",
                    "ceph_pg_remapped",
                    "ceph_pg_undersized",
                    "ceph_pool_max_avail",
                    "ceph_pool_objects",
                    "ceph_pool_rd",
                    "ceph_pool_recovering_bytes_per_sec",
                    "ceph_pool_stored",
                    "ceph_pool_wr",
                ],
            },
            {
                source: "rook v1.20.6: deploy/charts/rook-ceph-cluster/prometheus/localrules.yaml",
                names: [
                    "ceph_cluster_total_bytes",
                    "ceph_cluster_total_used_bytes",
                    "ceph_health_detail",
                    "ceph_health_status",
                    "ceph_mon_metadata",
                    "ceph_mon_quorum_status",
                    "ceph_osd_up",
                    "ceph_pg_active",
                    "ceph_pg_total",
                    "ceph_pool_metadata",
                    "ceph_pool_percent_used",
                    "ceph_pool_rd_bytes",
                    "ceph_pool_wr_bytes",
                ],
            },
        ],
    },
    {
        name: "rook-ceph-exporter",
        pods: { app: "rook-ceph-exporter" },
        port: "http-metrics",
        number: 9926,
        // Performance counters of daemons, for dashboards.
        metrics: [
            {
                source: "ceph v20: monitoring/ceph-mixin/dashboards/{osd,rgw}.libsonnet, src/rgw/rgw_perf_counters.cc",
                names: [
                    "ceph_osd_numpg",
                    "ceph_osd_op_r_latency_count",
                    "ceph_osd_op_r_latency_sum",
                    "ceph_osd_op_w_latency_count",
                    "ceph_osd_op_w_latency_sum",
                    "ceph_osd_recovery_ops",
                    "ceph_osd_stat_bytes",
                    "ceph_osd_stat_bytes_used",
                    "ceph_rgw_failed_req",
                    "ceph_rgw_op_get_obj_bytes",
                    "ceph_rgw_op_get_obj_lat_count",
                    "ceph_rgw_op_get_obj_lat_sum",
                    "ceph_rgw_op_put_obj_bytes",
                    "ceph_rgw_op_put_obj_lat_count",
                    "ceph_rgw_op_put_obj_lat_sum",
                    "ceph_rgw_qlen",
                    "ceph_rgw_req",
                ],
            },
        ],
    },
];

/**
 * After Rook's rules, the file above. They join metrics by `cluster` and `instance`; here every
 * expression is about the one cluster, so it stays the same when another manager becomes active.
 */
export const cephClusterAlerts: readonly Alert[] = [
    {
        name: "CephClusterErrorState",
        expression: "max(ceph_health_status) == 2",
        for: "5m",
        severity: "critical",
        summary: "Ceph is in state HEALTH_ERR",
        description:
            "Data is unavailable or in danger, or writing has stopped because disks are full. " +
            "Databases and every pod with a volume are affected.",
        explains: [{ alerts: ["CephHealthWarning"] }],
    },
    {
        name: "CephHealthWarning",
        expression: "max(ceph_health_status) == 1",
        for: "30m",
        severity: "warning",
        summary: "Ceph has been in state HEALTH_WARN for half an hour",
        description:
            "It works, with less reserve than it should have. `ceph health detail` names the reason.",
    },
    {
        name: "CephMonQuorumAtRisk",
        expression:
            "count(ceph_mon_metadata) > 1 and " +
            "count(ceph_mon_quorum_status == 1) <= floor(count(ceph_mon_metadata) / 2) + 1 and " +
            "count(ceph_mon_quorum_status == 0) > 0",
        for: "10m",
        severity: "critical",
        summary: "One more lost Ceph monitor stops all storage",
        description:
            "Only the smallest majority of the monitors is left. When one more goes, no volume can " +
            "be read or written.",
    },
    {
        name: "CephOSDDown",
        expression: "count(ceph_osd_up == 0) > 0",
        for: "15m",
        severity: "warning",
        summary: "{{ $value }} disks of Ceph are down",
        description:
            "Their data has fewer copies than it should have. After ten minutes Ceph starts to make " +
            "new ones on the remaining disks.",
    },
    {
        name: "CephPGsInactive",
        expression: "max(ceph_pg_total) - max(ceph_pg_active) > 0",
        for: "5m",
        severity: "critical",
        summary: "{{ $value }} placement groups of Ceph are inactive",
        description:
            "Whatever lies in them can neither be read nor written: pods with volumes there hang in " +
            "input and output.",
    },
    {
        name: "CephCapacityNearFull",
        expression: 'max by (name) (ceph_health_detail{name=~"OSD_NEARFULL|POOL_NEAR_FULL"}) > 0',
        for: "15m",
        severity: "warning",
        summary: "Ceph runs out of space: {{ $labels.name }}",
        description:
            "A disk or pool is above 85 percent. At 95 percent Ceph stops all writing, and freeing " +
            "space is harder then.",
    },
    {
        name: "CephMetricsAbsent",
        expression: "absent(ceph_health_status)",
        for: "10m",
        severity: "critical",
        summary: "Nothing is known about the health of Ceph",
        description:
            "No manager reports. Storage may work, but none of its alerts can fire, and without an " +
            "active manager no volume is made or deleted.",
    },
];

/** What is stored can be read and written. While no manager reports, nothing is counted. */
export const cephClusterObjectives: readonly Objective[] = [
    {
        name: "storage-availability",
        percent: 99.9,
        indicator: { share: "max(ceph_pg_active) / max(ceph_pg_total)" },
        description: "Placement groups of Ceph are active, so that what lies in them can be used.",
        alert: "StorageErrorBudgetBurn",
        spared: {
            entirely:
                "its daemons hold every volume: what is tried on them is tried on all data at once",
        },
    },
];
