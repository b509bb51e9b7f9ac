/** Metrics and alerts of the snapshot controller. Pure. */
import type { Alert } from "../base/alert";
import type { Scrape } from "../base/scrape";

/** Labels of the controller's pods as in external-snapshotter v8.6.0: deploy/kubernetes/snapshot-controller. */
export const snapshotControllerLabels = {
    "app.kubernetes.io/name": "snapshot-controller",
} as const;

/** Port of its metrics and of the health of its election; the program has none unless it is told. */
export const snapshotControllerPort = 8080;

/** The leader alone counts operations; the others offer the endpoint as well. */
export const volumeSnapshotsScrapes: readonly Scrape[] = [
    {
        name: "snapshot-controller",
        pods: snapshotControllerLabels,
        port: "metrics",
        number: snapshotControllerPort,
        metrics: [
            {
                source: "external-snapshotter v8.6.0: pkg/metrics/metrics.go",
                names: [
                    "snapshot_controller_operation_total_seconds_count",
                    "snapshot_controller_operations_in_flight",
                ],
            },
        ],
    },
];

/** Upstream has no rules. */
export const volumeSnapshotsAlerts: readonly Alert[] = [
    {
        name: "SnapshotControllerDown",
        expression: 'absent(up{job="snapshot-controller"} == 1)',
        for: "10m",
        severity: "warning",
        summary: "The snapshot controller does not answer",
        description:
            "Volumes work. No snapshot is made or deleted, so the next backup has no data of volumes.",
    },
    {
        name: "VolumeSnapshotsNotReady",
        // An operation is in flight from the first sight of a VolumeSnapshot until it can be used.
        expression:
            'min_over_time(sum(snapshot_controller_operations_in_flight{job="snapshot-controller"})[30m:1m]) > 0',
        for: "30m",
        severity: "warning",
        summary: "Snapshots of volumes have not been finished for an hour",
        description:
            "The driver refuses or does not answer. A backup that waits for such a snapshot fails, " +
            "and space of deleted snapshots is not given back.",
    },
    {
        name: "VolumeSnapshotFailed",
        expression:
            "sum by (driver_name, operation_name) (increase(snapshot_controller_operation_total_seconds_count" +
            '{job="snapshot-controller",operation_status!="success",operation_status!="cancel"}[1h])) > 0',
        for: "5m",
        severity: "warning",
        summary: "{{ $labels.operation_name }} of {{ $labels.driver_name }} failed",
        description:
            "A snapshot was not made or not deleted. The controller tries again; a backup that needed " +
            "it has no data of that volume.",
    },
];
