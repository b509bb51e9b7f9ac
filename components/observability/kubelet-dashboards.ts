/** The kubelets. Pure. */
import { type Dashboard, highest, rates, slowest } from "../base/dashboard";

const KUBELET = 'job="kubelet"';
const ONE = `${KUBELET}, instance=~"$instance"`;

/** Whether nodes do what they are told. */
export const kubeletDashboards: readonly Dashboard[] = [
    {
        name: "kubelets",
        title: "Kubelets",
        purpose: "Whether nodes start pods, pull images and attach volumes, and how fast.",
        choices: [{ label: "instance", of: `kubelet_running_pods{${KUBELET}}` }],
        rows: [
            {
                title: "Pods",
                panels: [
                    highest("Running", `kubelet_running_pods{${ONE}}`, "instance"),
                    slowest(
                        "Slowest of a hundred starts",
                        `kubelet_pod_start_sli_duration_seconds_bucket{${ONE}}`,
                        "instance",
                    ),
                    rates(
                        "Could not be started",
                        `kubelet_started_pods_errors_total{${ONE}}`,
                        "instance",
                    ),
                    rates("Evicted", `kubelet_evictions{${ONE}}`, "instance, eviction_signal"),
                ],
            },
            {
                title: "Runtime and volumes",
                panels: [
                    slowest(
                        "Longest look at all containers",
                        `kubelet_pleg_relist_duration_seconds_bucket{${ONE}}`,
                        "instance",
                    ),
                    rates(
                        "Failures of the runtime",
                        `kubelet_runtime_operations_errors_total{${ONE}}`,
                        "operation_type",
                    ),
                    rates(
                        "Failures of volumes",
                        `storage_operation_duration_seconds_count{${ONE}, status!="success"}`,
                        "operation_name, volume_plugin",
                    ),
                    highest(
                        "Time left of the client certificate",
                        `kubelet_certificate_manager_client_ttl_seconds{${ONE}}`,
                        "instance",
                        { unit: "s" },
                    ),
                ],
            },
        ],
    },
];
