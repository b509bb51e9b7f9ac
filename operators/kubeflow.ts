/** Kubeflow's Trainer with JobSet: the pods of a training, from its TrainJob and the runtime. */
import type { Behaviour, Labels, MadePods, Resource, Surroundings, Tree } from "./behaviour";
import { tcp } from "./pods";
import { isTree, labelsAt, namespaceOf, numberAt, textAt, treeAt, treesAt } from "./values";

const TRAINER = "trainer.kubeflow.org";
const trainerSource =
    "kubeflow/trainer v2.2.1: pkg/runtime/framework/plugins (jobset, torch, plainml), pkg/constants";
const jobSetSource = "jobset v0.11.1: pkg/controllers/jobset_controller.go, constructJob";

/** Port on which the nodes of a training find each other. */
const NODES_PORT = 29_500;
/** Label of a job that says which step it is; that of training has its size from the TrainJob. */
const STEP = `${TRAINER}/trainjob-ancestor-step`;
/** Container of the program, which webhooks insist on. */
const NODE = "node";

/** What a TrainJob says of its nodes. */
interface Said {
    readonly trainer: Tree;
    /** Nodes of the runtime, where the TrainJob says none. */
    readonly nodes: number;
}

/** The pods of each job of a set; `said` is absent of a JobSet that somebody wrote by hand. */
function podsOf(set: Tree, { metadata }: Resource, said?: Said): MadePods[] {
    return treesAt(set, "replicatedJobs").map((job) => {
        const name = textAt(job, "name") ?? "job";
        const template = treeAt(job, "template");
        const step = labelsAt(template, "metadata", "labels")[STEP];
        const training = step === "trainer" ? said : undefined;
        const nodes =
            training === undefined
                ? numberAt(1, template, "spec", "parallelism")
                : numberAt(training.nodes, training.trainer, "numNodes");
        const count = nodes * numberAt(1, job, "replicas");
        const pod = treeAt(template, "spec", "template", "spec");
        const labels: Labels = {
            ...labelsAt(template, "spec", "template", "metadata", "labels"),
            "jobset.sigs.k8s.io/jobset-name": metadata.name,
            "jobset.sigs.k8s.io/replicatedjob-name": name,
        };
        const ports = training === undefined ? [] : [tcp(NODES_PORT)];
        return {
            part: name,
            name: `${metadata.name}-${name}`,
            labels,
            count,
            passing: true,
            pod: training === undefined ? pod : withSaid(pod, training.trainer),
            ports,
            isMain: true,
            ...(ports.length > 0 && count > 1
                ? { reaches: [{ pods: labels, ports, why: "its nodes train together" }] }
                : {}),
        };
    });
}

/** The pod with image, size and variables of the TrainJob. */
function withSaid(pod: Tree, trainer: Tree): Tree {
    const { image, resourcesPerNode } = trainer;
    return {
        ...pod,
        containers: treesAt(pod, "containers").map((container) =>
            container.name === NODE
                ? {
                      ...container,
                      ...(image === undefined ? {} : { image }),
                      ...(isTree(resourcesPerNode) ? { resources: resourcesPerNode } : {}),
                      env: [...treesAt(container, "env"), ...treesAt(trainer, "env")],
                  }
                : container,
        ),
    };
}

/** The runtime that a TrainJob names. */
function runtimeOf(job: Resource, { all }: Surroundings): Resource | undefined {
    const name = textAt(job.spec, "runtimeRef", "name");
    const kind = textAt(job.spec, "runtimeRef", "kind") ?? "ClusterTrainingRuntime";
    return all(`${TRAINER}/${kind}`).find(
        (runtime) =>
            runtime.metadata.name === name &&
            (kind === "ClusterTrainingRuntime" || namespaceOf(runtime) === namespaceOf(job)),
    );
}

function trainingPods(job: Resource, stack: Surroundings): MadePods[] | string {
    const runtime = runtimeOf(job, stack);
    if (runtime === undefined) {
        return "no runtime of the stack has the name that it says";
    }
    if (treesAt(job.spec, "runtimePatches").length > 0) {
        return "it changes its runtime by patches";
    }
    return podsOf(treeAt(runtime.spec, "template", "spec"), job, {
        trainer: treeAt(job.spec, "trainer"),
        nodes: numberAt(1, runtime.spec, "mlPolicy", "numNodes"),
    });
}

/** Images of the pods of a set, which stands at a path. */
const imagesOf = (set: string) =>
    ["containers", "initContainers"].map((field) => ({
        path: `${set}.replicatedJobs[].template.spec.template.spec.${field}[].image`,
        ...(field === "containers" ? {} : { optional: true as const }),
    }));

/** What a TrainJob runs in: it makes no pods by itself. */
const runtimes: readonly Behaviour[] = ["ClusterTrainingRuntime", "TrainingRuntime"].map(
    (kind) => ({
        kind: `${TRAINER}/${kind}`,
        source: trainerSource,
        images: imagesOf("spec.template.spec"),
    }),
);

/** The rooms of Trainer and JobSet. */
export const kubeflow: readonly Behaviour[] = [
    ...runtimes,
    {
        kind: `${TRAINER}/TrainJob`,
        source: trainerSource,
        pods: trainingPods,
        images: [{ path: "spec.trainer.image", optional: true }],
    },
    {
        kind: "jobset.x-k8s.io/JobSet",
        source: jobSetSource,
        pods: (resource) => podsOf(treeAt(resource.spec), resource),
        images: imagesOf("spec"),
    },
];
