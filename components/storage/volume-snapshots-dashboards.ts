/** Snapshots of volumes. Pure. */
import { answering, type Dashboard, lines } from "../base/dashboard";

const JOB = 'job="snapshot-controller"';

/** Whether snapshots are made and deleted. */
export const volumeSnapshotsDashboards: readonly Dashboard[] = [
    {
        name: "volume-snapshots",
        title: "Snapshots of volumes",
        purpose: "Whether snapshots are made and deleted, and how many are under way.",
        rows: [
            {
                title: "Work",
                panels: [
                    lines(
                        "Under way",
                        `sum(snapshot_controller_operations_in_flight{${JOB}})`,
                        "operations",
                    ),
                    lines(
                        "Finished in an hour",
                        `sum by (operation_name, operation_status) (increase(snapshot_controller_operation_total_seconds_count{${JOB}}[1h]))`,
                        "{{ operation_name }} {{ operation_status }}",
                    ),
                    answering("snapshot-controller"),
                ],
            },
        ],
    },
];
