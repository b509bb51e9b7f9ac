/** New versions on their way. Pure. */
import { answering, type Dashboard, lines, number, table } from "../base/dashboard";
import { ARGO_ROLLOUTS } from "./argo-rollouts-alerts";

const JOB = `job="${ARGO_ROLLOUTS}"`;

/** Which versions are on their way, and what their analyses say. */
export const argoRolloutsDashboards: readonly Dashboard[] = [
    {
        name: "rollouts",
        title: "Rollouts",
        purpose: "Which new versions are on their way, and which were taken back.",
        rows: [
            {
                title: "Now",
                panels: [
                    number(
                        "Versions that were taken back",
                        `count(rollout_info{${JOB}, phase="Degraded"} == 1) or vector(0)`,
                        { thresholds: { warning: 1, bad: 1 }, overview: true },
                    ),
                    number(
                        "Versions that wait",
                        `count(rollout_info{${JOB}, phase="Paused"} == 1) or vector(0)`,
                    ),
                    table(
                        "Each rollout",
                        `max by (exported_namespace, name, phase, strategy) (rollout_info{${JOB}}) == 1`,
                    ),
                ],
            },
            {
                title: "Course",
                panels: [
                    lines(
                        "Pods of the new version, of all",
                        `max by (exported_namespace, name) (rollout_info_replicas_updated{${JOB}}) / max by (exported_namespace, name) (rollout_info_replicas_desired{${JOB}})`,
                        "{{ exported_namespace }}/{{ name }}",
                        { unit: "percentunit" },
                    ),
                    lines("Analyses", `sum by (phase) (analysis_run_info{${JOB}})`, "{{ phase }}"),
                    lines(
                        "Measurements that failed",
                        `sum by (metric) (analysis_run_metric_phase{${JOB}, phase="Failed"})`,
                        "{{ metric }}",
                    ),
                    lines(
                        "Errors of the controller, in an hour",
                        `sum by (name) (increase(rollout_reconcile_error{${JOB}}[1h]))`,
                        "{{ name }}",
                    ),
                    answering(ARGO_ROLLOUTS),
                ],
            },
        ],
    },
];
