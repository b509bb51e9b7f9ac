/** The dashboard of Kubeflow. Pure. */
import { answering, controllerRow, type Dashboard, rates, sums } from "../base/dashboard";

const of = (job: string) => `{job="kubeflow-${job}"}`;

export const kubeflowDashboards: readonly Dashboard[] = [
    {
        name: "kubeflow",
        title: "Kubeflow",
        purpose:
            "What becomes of runs of pipelines, and whether trainings begin as they are written.",
        rows: [
            {
                title: "Pipelines",
                panels: [
                    sums("Runs that are kept", `run_server_run_count${of("pipelines")}`, ""),
                    sums(
                        "Workflows that went well",
                        `resource_manager_workflow_runs_success${of("pipelines")}`,
                        "",
                    ),
                    sums(
                        "Workflows that failed",
                        `resource_manager_workflow_runs_failed${of("pipelines")}`,
                        "",
                    ),
                    sums(
                        "Schedules that wait to be looked at",
                        `scheduled_workflow_queue_size${of("schedules")}`,
                        "",
                    ),
                    answering("kubeflow-(pipelines|schedules|workflows)"),
                ],
            },
            {
                title: "Workflows",
                panels: [
                    sums(
                        "Workflows, by how far they are",
                        `argo_workflows_gauge${of("workflows")}`,
                        "status",
                    ),
                    sums(
                        "What waits for the controller",
                        `argo_workflows_queue_depth_gauge${of("workflows")}`,
                        "queue_name",
                    ),
                    rates(
                        "Errors of the controller",
                        `argo_workflows_error_count${of("workflows")}`,
                        "cause",
                    ),
                ],
            },
            controllerRow("kubeflow-trainer"),
        ],
    },
];
