/** Each part of the control plane. Pure. */
import {
    answering,
    type Dashboard,
    highest,
    lines,
    rates,
    slowest,
    sums,
    table,
} from "../base/dashboard";

const API = 'job="apiserver"';
const ETCD = 'job="kube-etcd"';
const SCHEDULER = 'job="kube-scheduler"';
const MANAGER = 'job="kube-controller-manager"';

/** What to look at when one of them is slow. */
export const controlPlaneDashboards: readonly Dashboard[] = [
    {
        name: "api-server",
        title: "API server",
        purpose: "Who asks the Kubernetes API for what, how long it takes and what slows it down.",
        rows: [
            {
                title: "Requests",
                panels: [
                    rates("By verb", `apiserver_request_total{${API}}`, "verb", { unit: "reqps" }),
                    slowest(
                        "Slowest of a hundred",
                        `apiserver_request_duration_seconds_bucket{${API}, verb!~"WATCH|CONNECT"}`,
                        "verb",
                    ),
                    rates(
                        "Errors by resource",
                        `apiserver_request_total{${API}, code=~"5.."}`,
                        "resource, code",
                        { unit: "reqps" },
                    ),
                ],
            },
            {
                title: "Load",
                panels: [
                    sums(
                        "At the same time",
                        `apiserver_current_inflight_requests{${API}}`,
                        "request_kind",
                    ),
                    slowest(
                        "Longest wait for a seat",
                        `apiserver_flowcontrol_request_wait_duration_seconds_bucket{${API}}`,
                        "priority_level",
                    ),
                    rates(
                        "Turned away",
                        `apiserver_flowcontrol_rejected_requests_total{${API}}`,
                        "priority_level, reason",
                        { unit: "reqps" },
                    ),
                ],
            },
            {
                title: "Webhooks and audit",
                panels: [
                    slowest(
                        "Slowest answers of webhooks",
                        `apiserver_admission_webhook_admission_duration_seconds_bucket{${API}}`,
                        "name",
                    ),
                    rates(
                        "Webhooks that refused or failed",
                        `apiserver_admission_webhook_rejection_count{${API}}`,
                        "name, error_type",
                    ),
                    rates("Audit events", `apiserver_audit_event_total{${API}}`, "instance"),
                ],
            },
            {
                title: "What is stored",
                panels: [
                    table(
                        "Most objects",
                        `topk(20, max by (group, resource) (apiserver_resource_objects{${API}}))`,
                    ),
                    table(
                        "Asked for, and gone with a later release",
                        `max by (group, version, resource, removed_release) (apiserver_requested_deprecated_apis{${API}})`,
                    ),
                ],
            },
        ],
    },
    {
        name: "etcd",
        title: "etcd",
        purpose: "Whether the members agree, and which disk or network between them is slow.",
        rows: [
            {
                title: "Agreement",
                panels: [
                    sums("Has a leader", `etcd_server_has_leader{${ETCD}}`, "instance"),
                    rates(
                        "Changes of the leader",
                        `etcd_server_leader_changes_seen_total{${ETCD}}`,
                        "instance",
                    ),
                    highest(
                        "Waiting proposals",
                        `etcd_server_proposals_pending{${ETCD}}`,
                        "instance",
                    ),
                    rates(
                        "Failed proposals",
                        `etcd_server_proposals_failed_total{${ETCD}}`,
                        "instance",
                    ),
                ],
            },
            {
                title: "Delays",
                panels: [
                    slowest(
                        "Write-ahead log",
                        `etcd_disk_wal_fsync_duration_seconds_bucket{${ETCD}}`,
                        "instance",
                    ),
                    slowest(
                        "Commit to disk",
                        `etcd_disk_backend_commit_duration_seconds_bucket{${ETCD}}`,
                        "instance",
                    ),
                    slowest(
                        "To the other members and back",
                        `etcd_network_peer_round_trip_time_seconds_bucket{${ETCD}}`,
                        "instance",
                    ),
                    rates("Slow reads", `etcd_server_slow_read_indexes_total{${ETCD}}`, "instance"),
                ],
            },
            {
                title: "Database",
                panels: [
                    highest("Size", `etcd_mvcc_db_total_size_in_bytes{${ETCD}}`, "instance", {
                        unit: "bytes",
                    }),
                    highest(
                        "Of it in use",
                        `etcd_mvcc_db_total_size_in_use_in_bytes{${ETCD}}`,
                        "instance",
                        { unit: "bytes" },
                    ),
                ],
            },
        ],
    },
    {
        name: "schedulers-and-controllers",
        title: "Scheduler and controllers",
        purpose: "Why a pod is not placed, or an object not acted upon.",
        rows: [
            {
                title: "Scheduler",
                panels: [
                    highest("Pods that wait", `scheduler_pending_pods{${SCHEDULER}}`, "queue"),
                    rates(
                        "Attempts by result",
                        `scheduler_schedule_attempts_total{${SCHEDULER}}`,
                        "result",
                    ),
                    slowest(
                        "Slowest of a hundred pods",
                        `scheduler_pod_scheduling_sli_duration_seconds_bucket{${SCHEDULER}}`,
                        "",
                    ),
                    table(
                        "Pods that fit nowhere",
                        'max by (namespace, pod) (kube_pod_status_unschedulable{job="kube-state-metrics"}) == 1',
                    ),
                ],
            },
            {
                title: "Controllers",
                panels: [
                    lines(
                        "Longest queues",
                        `topk(10, max by (name) (workqueue_depth{${MANAGER}}))`,
                        "{{ name }}",
                    ),
                    slowest(
                        "Longest wait in a queue",
                        `workqueue_queue_duration_seconds_bucket{${MANAGER}}`,
                        "name",
                    ),
                    rates("Tried again", `workqueue_retries_total{${MANAGER}}`, "name"),
                    rates(
                        "Answers of the API",
                        'rest_client_requests_total{job=~"kube-scheduler|kube-controller-manager"}',
                        "job, code",
                        { unit: "reqps" },
                    ),
                    answering("kube-scheduler|kube-controller-manager"),
                ],
            },
        ],
    },
];
