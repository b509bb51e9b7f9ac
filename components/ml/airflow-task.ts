/** The pod of a task, as the KubernetesExecutor makes it from a file. Pure. */
import { resources } from "../base/containers";
import type { Manifest } from "../base/object";
import { AIRFLOW, airflowApi, airflowPods, TASK_VARIABLES } from "./airflow-names";
import {
    type AirflowObjects,
    airflowPod,
    dagMounts,
    dagVolumes,
    gitSync,
    logConnection,
    plain,
    program,
    programVolumes,
} from "./airflow-program";

/** What a task asks for; its limit is a setting. */
export const taskRequests = { cpu: "100m", memory: "512Mi" } as const;

/**
 * A task has what its DAG needs and no more: the API of Airflow knows it by a token for this run, so
 * it has neither the database, nor the keys of Airflow, nor rights in the cluster.
 */
export function taskPod(of: AirflowObjects) {
    const base = program(of);
    return {
        apiVersion: "v1",
        kind: "Pod",
        metadata: { name: "task", namespace: AIRFLOW, labels: airflowPods("task") },
        spec: {
            ...airflowPod,
            automountServiceAccountToken: false,
            restartPolicy: "Never",
            initContainers: [gitSync(of, "once")],
            containers: [
                {
                    // The executor looks for this name.
                    name: "base",
                    ...base,
                    env: [
                        ...base.env,
                        ...of.bucket.environment,
                        // It is there for one task; nobody asks for its metrics.
                        plain("AIRFLOW__METRICS__STATSD_ON", "False"),
                    ],
                    envFrom: [{ configMapRef: { name: TASK_VARIABLES } }],
                    resources: resources(taskRequests.cpu, taskRequests.memory, `${of.memory}Gi`),
                    volumeMounts: [...base.volumeMounts, ...dagMounts],
                },
            ],
            volumes: [...programVolumes, ...dagVolumes(of)],
        },
    };
}

/** Where tasks find the API, their logs and what tracks them. */
export function taskVariables(of: AirflowObjects): Manifest {
    return {
        apiVersion: "v1",
        kind: "ConfigMap",
        metadata: { name: TASK_VARIABLES, namespace: AIRFLOW },
        data: {
            AIRFLOW__CORE__EXECUTION_API_SERVER_URL: `${airflowApi}/execution/`,
            ...logConnection(of),
            ...(of.tracking === undefined ? {} : { MLFLOW_TRACKING_URI: of.tracking }),
        },
    };
}
