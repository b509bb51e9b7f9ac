/** Alerts of the volumes of pods, from what kubelets say of them. Pure. */
import type { Alert } from "../base/alert";

const BY = "max by (namespace, persistentvolumeclaim)";
const KUBELET = '{job="kubelet", namespace!=""}';

/** After kubernetes-mixin (alerts/storage_alerts.libsonnet), which the chart 88.5.3 brings. */
export const volumeAlerts: readonly Alert[] = [
    {
        name: "VolumeFillingUp",
        expression:
            `${BY} (predict_linear(kubelet_volume_stats_available_bytes${KUBELET}[6h], 4 * 86400)) < 0 ` +
            `and ${BY} (kubelet_volume_stats_available_bytes${KUBELET} / kubelet_volume_stats_capacity_bytes${KUBELET}) < 0.25`,
        for: "1h",
        severity: "warning",
        summary:
            "Volume {{ $labels.persistentvolumeclaim }} in {{ $labels.namespace }} is full within four days",
        description:
            "It fills as fast as in the last six hours. Volumes can be made larger in use.",
    },
    {
        name: "VolumeAlmostFull",
        expression: `${BY} (kubelet_volume_stats_available_bytes${KUBELET} / kubelet_volume_stats_capacity_bytes${KUBELET}) < 0.03`,
        for: "5m",
        severity: "critical",
        summary:
            "Volume {{ $labels.persistentvolumeclaim }} in {{ $labels.namespace }} has less than 3 % left",
        description:
            "Whoever writes to it is about to fail: a database stops, and may not start again without " +
            "room.",
        explains: [{ alerts: ["VolumeFillingUp"], equal: ["namespace", "persistentvolumeclaim"] }],
    },
    {
        name: "VolumeInodesRunningOut",
        expression: `${BY} (kubelet_volume_stats_inodes_free${KUBELET} / kubelet_volume_stats_inodes${KUBELET}) < 0.05`,
        for: "1h",
        severity: "warning",
        summary:
            "Volume {{ $labels.persistentvolumeclaim }} in {{ $labels.namespace }} has few inodes left",
        description: "No new file can be made when they are used up, whatever room is left.",
    },
];
