/**
 * Airflow: the pods that its KubernetesExecutor makes of tasks, by the file that its configuration
 * names. The room is about the ConfigMap with both.
 */
import type { Behaviour, Labels, Resource, Tree } from "./behaviour";
import { textAt, treeAt, yamlIn } from "./values";

const SETTINGS = "airflow.cfg";
const TEMPLATE = "task-pod.yaml";

/** A whole number of a file of Python's configparser; undefined where it is not said. */
function numberOf(file: string, key: string): number | undefined {
    const found = new RegExp(`^${key} *= *(\\d+) *$`, "m").exec(file)?.[1];
    return found === undefined ? undefined : Number(found);
}

function podOf(resource: Resource): Tree {
    return yamlIn(textAt(resource, "data", TEMPLATE));
}

/** Labels of the template; the executor adds those of the task. */
function labelsOf(pod: Tree): Labels {
    return Object.fromEntries(
        Object.entries(treeAt(pod, "metadata", "labels")).map(([key, value]) => [
            key,
            String(value),
        ]),
    );
}

/** The room. */
export const airflow: readonly Behaviour[] = [
    {
        kind: "/ConfigMap",
        only: /^airflow-configuration$/,
        source: "apache/airflow 3.2.2: providers/cncf/kubernetes/src/airflow/providers/cncf/kubernetes/pod_generator.py, construct_pod",
        pods: (resource) => {
            // All schedulers together are bounded by the pool in which tasks are by default.
            const count = numberOf(
                textAt(resource, "data", SETTINGS) ?? "",
                "default_pool_task_slot_count",
            );
            if (count === undefined || count === 0) {
                return "it lets 128 tasks run at once (core.default_pool_task_slot_count)";
            }
            const pod = podOf(resource);
            return [
                {
                    part: "tasks",
                    name: "task",
                    labels: labelsOf(pod),
                    count,
                    passing: true,
                    pod: treeAt(pod, "spec"),
                    ports: [],
                },
            ];
        },
    },
];
