/** Metrics and alerts of Kubernetes' own control plane. Pure. */
import type { Alert } from "../base/alert";
import type { Objective } from "../base/objective";
import type { Scrape } from "../base/scrape";
import { controlPlanePorts } from "../base/node-ports";

/** A part of the control plane, at the nodes' own addresses; the chart's monitors bring them. */
function part(name: string, number: number, metrics: Scrape["metrics"]): Scrape {
    return {
        name,
        namespace: "kube-system",
        pods: {},
        port: "http-metrics",
        number,
        hostNetwork: true,
        byChart: true,
        metrics,
    };
}

/** What every client of the API counts. */
const requests: Scrape["metrics"][number] = {
    source: "kubernetes v1.35.4: staging/src/k8s.io/component-base/metrics/prometheus/restclient/metrics.go",
    names: ["rest_client_requests_total"],
};

/** Jobs as in kube-prometheus-stack 88.5.3: label `jobLabel` or `component` of the Services. */
export const controlPlaneScrapes: readonly Scrape[] = [
    part("apiserver", 6443, [
        {
            source: "kubernetes v1.35.4: staging/src/k8s.io/apiserver/pkg/endpoints/metrics/metrics.go",
            names: [
                "apiserver_current_inflight_requests",
                "apiserver_request_duration_seconds_bucket",
                "apiserver_requested_deprecated_apis",
            ],
        },
        {
            source: "kubernetes v1.35.4: staging/src/k8s.io/apiserver/pkg/admission/metrics/metrics.go",
            names: [
                "apiserver_admission_webhook_admission_duration_seconds_bucket",
                "apiserver_admission_webhook_rejection_count",
            ],
        },
        {
            source: "kubernetes v1.35.4: staging/src/k8s.io/apiserver/pkg/util/flowcontrol/metrics/metrics.go",
            names: [
                "apiserver_flowcontrol_rejected_requests_total",
                "apiserver_flowcontrol_request_wait_duration_seconds_bucket",
            ],
        },
        {
            source: "kubernetes v1.35.4: staging/src/k8s.io/apiserver/pkg/{audit/metrics,storage/etcd3/metrics/metrics}.go",
            names: ["apiserver_audit_event_total", "apiserver_resource_objects"],
        },
        {
            source: "kubernetes v1.35.4: staging/src/k8s.io/apiserver/pkg/endpoints/metrics/metrics.go",
            names: ["apiserver_request_total"],
        },
        {
            source: "kubernetes v1.35.4: staging/src/k8s.io/apiserver/pkg/authentication/request/x509/x509.go",
            names: [
                "apiserver_client_certificate_expiration_seconds_bucket",
                "apiserver_client_certificate_expiration_seconds_count",
            ],
        },
    ]),
    part("kube-scheduler", controlPlanePorts.scheduler, [
        {
            source: "kubernetes v1.35.4: pkg/scheduler/metrics/metrics.go",
            names: [
                "scheduler_pending_pods",
                "scheduler_pod_scheduling_sli_duration_seconds_bucket",
                "scheduler_schedule_attempts_total",
            ],
        },
        requests,
    ]),
    part("kube-controller-manager", controlPlanePorts.controllerManager, [
        {
            source: "kubernetes v1.35.4: staging/src/k8s.io/component-base/metrics/prometheus/workqueue/metrics.go",
            names: [
                "workqueue_depth",
                "workqueue_queue_duration_seconds_bucket",
                "workqueue_retries_total",
            ],
        },
        requests,
    ]),
    part("kube-etcd", controlPlanePorts.etcd, [
        {
            source: "etcd v3.6: server/etcdserver/{metrics,api/rafthttp/metrics}.go, server/storage/{backend,mvcc}/metrics.go",
            names: [
                "etcd_disk_backend_commit_duration_seconds_bucket",
                "etcd_mvcc_db_total_size_in_use_in_bytes",
                "etcd_network_peer_round_trip_time_seconds_bucket",
                "etcd_server_leader_changes_seen_total",
                "etcd_server_proposals_failed_total",
                "etcd_server_proposals_pending",
                "etcd_server_slow_read_indexes_total",
            ],
        },
        {
            source: "etcd v3.6: server/etcdserver/metrics.go, server/storage/{mvcc,wal}/metrics.go",
            names: [
                "etcd_disk_wal_fsync_duration_seconds_bucket",
                "etcd_mvcc_db_total_size_in_bytes",
                "etcd_server_has_leader",
                "etcd_server_quota_backend_bytes",
            ],
        },
    ]),
];

const ETCD = '{job="kube-etcd"}';
const WEEK = "7 * 86400";

/** After kubernetes-mixin and etcd's mixin, which the chart 88.5.3 brings. */
export const controlPlaneAlerts: readonly Alert[] = [
    {
        name: "KubernetesApiDown",
        expression: 'absent(up{job="apiserver"} == 1)',
        for: "5m",
        severity: "critical",
        summary: "No API server answers",
        description:
            "What runs goes on, but nothing is started, moved or changed, and operators stand still.",
        explains: [{ alerts: ["KubernetesApiErrors", "PrometheusTargetDown"] }],
    },
    {
        name: "KubernetesApiErrors",
        expression:
            'sum(rate(apiserver_request_total{job="apiserver", code=~"5.."}[5m])) ' +
            '/ sum(rate(apiserver_request_total{job="apiserver"}[5m])) > 0.05',
        for: "15m",
        severity: "warning",
        summary: "{{ $value | humanizePercentage }} of the answers of the API servers are errors",
        description:
            "Operators and people are refused at random; mostly etcd or a webhook is slow.",
    },
    {
        name: "KubernetesClientCertificateExpires",
        expression:
            "histogram_quantile(0.01, sum by (job, le) (rate(apiserver_client_certificate_expiration_seconds_bucket" +
            `{job="apiserver"}[15m]))) < ${WEEK} ` +
            'and on (job) sum by (job) (apiserver_client_certificate_expiration_seconds_count{job="apiserver"}) > 0',
        for: "15m",
        severity: "warning",
        summary: "Somebody asks the API with a certificate that ends within a week",
        description:
            "A kubeconfig, or a part of Kubernetes that does not renew its certificate. From its end on " +
            "it is refused.",
    },
    {
        name: "KubeletCertificateExpires",
        expression: `max by (node) (kubelet_certificate_manager_client_ttl_seconds{job="kubelet"}) < ${WEEK}`,
        for: "1h",
        severity: "warning",
        summary: "The certificate of the kubelet on {{ $labels.node }} ends within a week",
        description: "It should have renewed it long ago. From its end on the node is not ready.",
    },
    {
        name: "SchedulerDown",
        expression: 'sum(up{job="kube-scheduler"}) == 0',
        for: "10m",
        severity: "critical",
        summary: "No scheduler answers",
        description: "No new pod gets a node, nor does one in place of a pod that was lost.",
        explains: [{ alerts: ["PodNotReady", "PrometheusTargetDown"] }],
    },
    {
        name: "ControllerManagerDown",
        expression: 'sum(up{job="kube-controller-manager"}) == 0',
        for: "10m",
        severity: "critical",
        summary: "No controller manager answers",
        description:
            "Lost pods are not replaced, endpoints not kept, nodes not watched, volumes not attached.",
        explains: [{ alerts: ["PrometheusTargetDown"] }],
    },
    {
        name: "EtcdMemberDown",
        expression: `up${ETCD} == 0`,
        for: "10m",
        severity: "warning",
        summary: "The member of etcd at {{ $labels.instance }} does not answer",
        description: "With three members the cluster bears no second loss.",
    },
    {
        name: "EtcdQuorumLost",
        expression: `sum(up${ETCD}) < (count(up${ETCD}) + 1) / 2 or max(etcd_server_has_leader${ETCD}) == 0`,
        for: "3m",
        severity: "critical",
        summary: "etcd has no quorum",
        description:
            "Kubernetes can be read at best and not changed. What runs goes on unattended.",
        explains: [
            {
                alerts: [
                    ...["EtcdMemberDown", "EtcdDiskSlow", "KubernetesApiErrors"],
                    "PrometheusTargetDown",
                ],
            },
        ],
    },
    {
        name: "EtcdDatabaseNearlyFull",
        expression: `etcd_mvcc_db_total_size_in_bytes${ETCD} / etcd_server_quota_backend_bytes${ETCD} > 0.8`,
        for: "15m",
        severity: "warning",
        summary:
            "The database of etcd at {{ $labels.instance }} is {{ $value | humanizePercentage }} full",
        description: "At its quota etcd takes no more writes until somebody defragments it.",
    },
    {
        name: "EtcdDiskSlow",
        expression:
            "histogram_quantile(0.99, sum by (instance, le) (rate(etcd_disk_wal_fsync_duration_seconds_bucket" +
            `${ETCD}[5m]))) > 0.5`,
        for: "15m",
        severity: "warning",
        summary:
            "The disk of etcd at {{ $labels.instance }} takes {{ $value | humanizeDuration }} for a write",
        description: "Members lose their leader over it, and the API answers late.",
    },
];

/** Operators and people are answered: nothing is mended while they are not. */
export const kubernetesApiObjectives: readonly Objective[] = [
    {
        name: "kubernetes-api-availability",
        percent: 99.9,
        indicator: {
            events: {
                errors: 'sum(rate(apiserver_request_total{job="apiserver", code=~"5.."}[$window]))',
                total: 'sum(rate(apiserver_request_total{job="apiserver"}[$window]))',
            },
        },
        description: "Requests to the Kubernetes API are answered without a server error.",
        alert: "KubernetesApiErrorBudgetBurn",
        spared: {
            entirely: "it runs as static pods of Talos, on the network of the control planes",
        },
    },
];
