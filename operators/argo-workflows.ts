/**
 * Argo Workflows as Kubeflow Pipelines drives it: the pods of steps, by what the controller is told.
 * Nobody writes a workflow here, so the room is about the ConfigMap with that.
 */
import type { Behaviour, Tree } from "./behaviour";
import { numberAt, textAt, treeAt, treesAt, yamlIn } from "./values";

/**
 * A label of the pods of every run (kubeflow/pipelines 2.16.1:
 * backend/src/v2/compiler/argocompiler/argo.go, PodMetadata).
 */
export const runPods = { "pipelines.kubeflow.org/v2_component": "true" } as const;

/** What Pipelines says of the container of a step (applySecurityContextToExecutorTemplate). */
const stepSecurity: Tree = {
    allowPrivilegeEscalation: false,
    runAsNonRoot: true,
    capabilities: { drop: ["ALL"] },
    seccompProfile: { type: "RuntimeDefault" },
};

/** The container with what the patch of every pod says of it. */
function patched(container: Tree, patch: Tree, list: "containers" | "initContainers"): Tree {
    const [change = {}] = treesAt(patch, list).filter(({ name }) => name === container.name);
    return {
        ...container,
        ...change,
        securityContext: {
            ...treeAt(container, "securityContext"),
            ...treeAt(change, "securityContext"),
        },
    };
}

/** The pod of a step that says nothing of its own size (argocompiler/container.go). */
function stepPod(config: Tree): Tree {
    // What is said of every pod, as JSON.
    const patch = yamlIn(textAt(config, "workflowDefaults", "spec", "podSpecPatch"));
    const executor = {
        resources: treeAt(config, "executor", "resources"),
        securityContext: treeAt(config, "executor", "securityContext"),
    };
    const main = {
        name: "main",
        resources: treeAt(config, "mainContainer", "resources"),
        securityContext: stepSecurity,
    };
    const launcher = { name: "kfp-launcher", securityContext: stepSecurity };
    return {
        securityContext: { seccompProfile: { type: "RuntimeDefault" } },
        volumes: patch.volumes ?? [],
        initContainers: [{ name: "init", ...executor }, patched(launcher, patch, "initContainers")],
        containers: [{ name: "wait", ...executor }, patched(main, patch, "containers")],
    };
}

/** The room. */
export const argoWorkflows: readonly Behaviour[] = [
    {
        kind: "/ConfigMap",
        only: /^kubeflow-workflows$/,
        source: "argo-workflows v3.7.11: workflow/controller/workflowpod.go; kubeflow/pipelines 2.16.1: backend/src/v2/compiler/argocompiler",
        pods: (resource) => {
            const config = yamlIn(textAt(resource, "data", "config"));
            const runs = numberAt(0, config, "parallelism");
            const steps = numberAt(0, config, "workflowDefaults", "spec", "parallelism");
            if (runs === 0 || steps === 0) {
                return "it lets any number of steps run (parallelism)";
            }
            return [
                {
                    part: "steps",
                    name: "run",
                    labels: runPods,
                    count: runs * steps,
                    passing: true,
                    pod: stepPod(config),
                    ports: [],
                    usesApi: true,
                },
            ];
        },
    },
];
