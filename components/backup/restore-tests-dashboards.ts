/** Restores that are known to work. Pure. */
import { type Dashboard, lines, number, table } from "../base/dashboard";
import { RESTORE_TESTS } from "./restore-tests-plan";

const WHERE = `job="kube-state-metrics", namespace="${RESTORE_TESTS}"`;
const SUCCESS = `max by (cronjob) (kube_cronjob_status_last_successful_time{${WHERE}})`;

/** How old the last restore is of each tier and database, and how long one takes. */
export const restoreTestDashboards: readonly Dashboard[] = [
    {
        name: "restores",
        title: "Restores",
        purpose: "Whether what is backed up can be restored, and how long that takes.",
        from: "90d",
        rows: [
            {
                title: "Now",
                panels: [
                    number("Age of the last restore that worked", `time() - ${SUCCESS}`, {
                        unit: "s",
                        legend: "{{ cronjob }}",
                        thresholds: { warning: 32 * 86_400, bad: 35 * 86_400 },
                    }),
                    number(
                        "Tests that never passed",
                        `count(max by (cronjob) (kube_cronjob_created{${WHERE}}) unless ${SUCCESS}) or vector(0)`,
                        { thresholds: { warning: 1, bad: 1 } },
                    ),
                    table(
                        "Tests that failed last",
                        `max by (job_name) (kube_job_failed{${WHERE}, condition="true"}) == 1`,
                    ),
                ],
            },
            {
                title: "Work",
                panels: [
                    lines(
                        "How long a restore took, with its check",
                        `max by (job_name) (kube_job_status_completion_time{${WHERE}}) - max by (job_name) (kube_job_status_start_time{${WHERE}})`,
                        "{{ job_name }}",
                        { unit: "s" },
                    ),
                    lines(
                        "Pods of copies",
                        'count by (pod) (kube_pod_info{job="kube-state-metrics", namespace="restore-scratch"})',
                        "{{ pod }}",
                    ),
                ],
            },
        ],
    },
];
