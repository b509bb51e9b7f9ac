/** Chaos Mesh: the controller and the daemons act on everything but the steps of workflows. */
import type { Behaviour, MadePods, Resource, Tree } from "./behaviour";
import { isTree, labelsAt, listAt, textAt, treeAt } from "./values";

const source = "chaos-mesh v2.8.3: pkg/workflow/controllers/task_reconciler.go, pkg/workflow/task";

/** A pod for each step that is a program of somebody's own; all may run at once. */
function stepsOf(resource: Resource, workflow: Tree): MadePods[] {
    return listAt(workflow, "templates")
        .filter(isTree)
        .filter((template) => textAt(template, "templateType") === "Task")
        .map((template) => {
            const task = treeAt(template, "task");
            const step = textAt(template, "name") ?? "";
            return {
                part: `step ${step}`,
                name: `${resource.metadata.name}-${step}`,
                labels: {
                    ...labelsAt(task, "labels"),
                    "chaos-mesh.org/workflow": resource.metadata.name,
                },
                count: 1,
                passing: true,
                pod: {
                    containers: [treeAt(task, "container")],
                    volumes: listAt(task, "volumes"),
                    restartPolicy: "Never",
                },
                ports: [],
            };
        });
}

/** The rooms of the kinds. */
export const chaosMesh: readonly Behaviour[] = [
    {
        kind: "chaos-mesh.org/Workflow",
        source,
        pods: (resource) => stepsOf(resource, treeAt(resource, "spec")),
    },
    {
        kind: "chaos-mesh.org/WorkflowNode",
        source: "chaos-mesh v2.8.3: pkg/workflow/controllers (made of a Workflow, whose pods these are)",
        pods: () => [],
    },
    {
        kind: "chaos-mesh.org/Schedule",
        source: `${source}; controllers/schedule/cron/controller.go`,
        pods: (resource) => stepsOf(resource, treeAt(resource, "spec", "workflow")),
    },
];
