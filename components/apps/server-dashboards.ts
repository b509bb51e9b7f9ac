/** Panels of a program that tells no metrics itself, from what its node and the API tell of it. Pure. */
import { highest, lines, number, type Panel } from "../base/dashboard";

/** A container that serves alone, in a namespace of its own. */
export interface QuietServer {
    readonly namespace: string;
    readonly container: string;
    /** Gauge of its ready pods. */
    readonly ready: string;
}

/** Whether it is there, and what it uses. */
export function serverPanels({ namespace, container, ready }: QuietServer): Panel[] {
    const of = (job: string) => `job="${job}", namespace="${namespace}", container="${container}"`;
    return [
        number("Ready", `sum(${ready}) or vector(0)`, { thresholds: { warning: 1, bad: 0.5 } }),
        lines(
            "Memory",
            `max by (pod) (container_memory_working_set_bytes{${of("kubelet")}})`,
            "{{ pod }}",
            { unit: "bytes" },
        ),
        lines(
            "Processor",
            `sum by (pod) (rate(container_cpu_usage_seconds_total{${of("kubelet")}}[$__rate_interval]))`,
            "{{ pod }}",
            { unit: "cores" },
        ),
        highest(
            "Restarts",
            `kube_pod_container_status_restarts_total{${of("kube-state-metrics")}}`,
            "pod",
        ),
    ];
}

/** How full the volumes of a namespace are. */
export function roomPanel(namespace: string): Panel {
    const of = `job="kubelet", namespace="${namespace}"`;
    return lines(
        "Used part of each volume",
        `max by (persistentvolumeclaim) (1 - kubelet_volume_stats_available_bytes{${of}} / kubelet_volume_stats_capacity_bytes{${of}})`,
        "{{ persistentvolumeclaim }}",
        { unit: "percentunit" },
    );
}
