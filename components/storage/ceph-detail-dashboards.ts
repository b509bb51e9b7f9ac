/** Ceph by pool, disk, object gateway and placement group. Pure. */
import {
    average,
    type Dashboard,
    highest,
    lines,
    number,
    rates,
    sums,
    table,
} from "../base/dashboard";

const MANAGER = 'job="rook-ceph-mgr"';
const DAEMON = 'job="rook-ceph-exporter"';
const POOL = `* on (pool_id) group_left (name) max by (pool_id, name) (ceph_pool_metadata{${MANAGER}})`;
const pool = (title: string, expression: string, unit?: "bytes" | "ops" | "percentunit") =>
    lines(title, `${expression} ${POOL}`, "{{ name }}", unit && { unit });
const byPool = (metric: string) => `max by (pool_id) (${metric}{${MANAGER}})`;
const rateByPool = (metric: string) =>
    `max by (pool_id) (rate(${metric}{${MANAGER}}[$__rate_interval]))`;

/** What to look at once the state of the storage says that something is wrong. */
export const cephDetailDashboards: readonly Dashboard[] = [
    {
        name: "storage-pools",
        title: "Pools",
        purpose: "What each pool of Ceph holds, how much it may still take and how it is used.",
        rows: [
            {
                title: "Room",
                panels: [
                    pool("Stored", byPool("ceph_pool_stored"), "bytes"),
                    pool("Can still be stored", byPool("ceph_pool_max_avail"), "bytes"),
                    pool("In use", byPool("ceph_pool_percent_used"), "percentunit"),
                    pool("Objects", byPool("ceph_pool_objects")),
                ],
            },
            {
                title: "Work",
                panels: [
                    pool("Reads", rateByPool("ceph_pool_rd"), "ops"),
                    pool("Writes", rateByPool("ceph_pool_wr"), "ops"),
                    pool("Being restored", byPool("ceph_pool_recovering_bytes_per_sec"), "bytes"),
                ],
            },
        ],
    },
    {
        name: "storage-disks",
        title: "Disks of Ceph",
        purpose: "Which disk is slow, full or out, and how data is spread over them.",
        rows: [
            {
                title: "Delay",
                panels: [
                    highest("To apply", `ceph_osd_apply_latency_ms{${MANAGER}}`, "ceph_daemon", {
                        unit: "ms",
                    }),
                    highest("To commit", `ceph_osd_commit_latency_ms{${MANAGER}}`, "ceph_daemon", {
                        unit: "ms",
                    }),
                    average("One read", "ceph_osd_op_r_latency", DAEMON, "ceph_daemon"),
                    average("One write", "ceph_osd_op_w_latency", DAEMON, "ceph_daemon"),
                ],
            },
            {
                title: "State",
                panels: [
                    table("Down", `max by (ceph_daemon) (ceph_osd_up{${MANAGER}}) == 0`),
                    table("Out", `max by (ceph_daemon) (ceph_osd_in{${MANAGER}}) == 0`),
                    lines(
                        "In use",
                        `sum by (ceph_daemon) (ceph_osd_stat_bytes_used{${DAEMON}}) / sum by (ceph_daemon) (ceph_osd_stat_bytes{${DAEMON}})`,
                        "{{ ceph_daemon }}",
                        { unit: "percentunit" },
                    ),
                    highest("Placement groups", `ceph_osd_numpg{${DAEMON}}`, "ceph_daemon"),
                ],
            },
        ],
    },
    {
        name: "object-gateway",
        title: "Object gateway",
        purpose: "Whether buckets can be read and written, how fast and by how many.",
        rows: [
            {
                title: "Requests",
                panels: [
                    rates("All", `ceph_rgw_req{${DAEMON}}`, "instance_id", { unit: "reqps" }),
                    rates("Failed", `ceph_rgw_failed_req{${DAEMON}}`, "instance_id", {
                        unit: "reqps",
                    }),
                    average("One read", "ceph_rgw_op_get_obj_lat", DAEMON, "instance_id"),
                    average("One write", "ceph_rgw_op_put_obj_lat", DAEMON, "instance_id"),
                ],
            },
            {
                title: "Bytes",
                panels: [
                    rates("Read", `ceph_rgw_op_get_obj_bytes{${DAEMON}}`, "instance_id", {
                        unit: "Bps",
                    }),
                    rates("Written", `ceph_rgw_op_put_obj_bytes{${DAEMON}}`, "instance_id", {
                        unit: "Bps",
                    }),
                    sums("Waiting requests", `ceph_rgw_qlen{${DAEMON}}`, "instance_id"),
                ],
            },
        ],
    },
    {
        name: "placement-groups",
        title: "Placement groups",
        purpose: "What Ceph restores or moves at the moment, and what it cannot find.",
        rows: [
            {
                title: "States",
                panels: [
                    {
                        title: "Placement groups",
                        queries: [
                            { expression: `max(ceph_pg_total{${MANAGER}})`, legend: "all" },
                            { expression: `max(ceph_pg_clean{${MANAGER}})`, legend: "clean" },
                            {
                                expression: `max(ceph_pg_degraded{${MANAGER}})`,
                                legend: "with too few copies",
                            },
                            { expression: `max(ceph_pg_remapped{${MANAGER}})`, legend: "moving" },
                        ],
                    },
                    number("Without enough copies", `max(ceph_pg_undersized{${MANAGER}})`, {
                        thresholds: { warning: 1, bad: 10 },
                    }),
                    number("Damaged", `max(ceph_pg_inconsistent{${MANAGER}})`, {
                        thresholds: { warning: 1, bad: 1 },
                    }),
                ],
            },
            {
                title: "Objects",
                panels: [
                    highest("With too few copies", `ceph_num_objects_degraded{${MANAGER}}`, ""),
                    highest("In the wrong place", `ceph_num_objects_misplaced{${MANAGER}}`, ""),
                    highest("Not found", `ceph_num_objects_unfound{${MANAGER}}`, ""),
                    rates("Restored", `ceph_osd_recovery_ops{${DAEMON}}`, "ceph_daemon"),
                ],
            },
        ],
    },
];
