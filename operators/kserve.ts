/** KServe in the mode Standard: what serves a model, from its InferenceService and the runtime. */
import type { Behaviour, MadePods, Resource, Surroundings, Tree } from "./behaviour";
import { tcp, withSurge } from "./pods";
import {
    isTree,
    labelsAt,
    namespaceOf,
    numberAt,
    present,
    textAt,
    treeAt,
    treesAt,
} from "./values";

const GROUP = "serving.kserve.io";
const source =
    "kserve v0.20.0: pkg/controller/v1beta1/inferenceservice (components, reconcilers/deployment, hpa, service), pkg/webhook/admission/pod/storage_initializer_injector.go";

/** Container of the model, which a runtime and an InferenceService both name so. */
const MODEL = "kserve-container";

/** Settings of the controller that stand for what nobody says (charts/kserve-resources: values.yaml). */
const INITIALIZER = {
    requests: { cpu: "100m", memory: "100Mi" },
    limits: { cpu: "1", memory: "1Gi" },
};
const UNSAID = { requests: { cpu: "1", memory: "2Gi" }, limits: { cpu: "1", memory: "2Gi" } };

/** Where a runtime listens unless its container says otherwise. */
const PORT = 8080;

/** Parts of an InferenceService, each a Deployment of its own. */
const PARTS = ["predictor", "transformer", "explainer"] as const;
type PartName = (typeof PARTS)[number];

/** Fields of a part that are the pod's own. */
const POD_FIELDS = [
    ...["affinity", "nodeSelector", "tolerations", "topologySpreadConstraints", "volumes"],
    ...["priorityClassName", "serviceAccountName", "securityContext", "imagePullSecrets"],
] as const;

/** A Deployment of an InferenceService, with a Service of the same name. */
interface Part {
    readonly kind: PartName;
    readonly name: string;
    readonly spec: Tree;
}

/** pkg/constants/constants.go, PredictorServiceName: a predictor may have a name of its own. */
function nameOf(service: string, kind: PartName, spec: Tree): string {
    const own = textAt(spec, "name");
    return own === undefined || own === "" ? `${service}-${kind}` : `${service}-${own}-${kind}`;
}

/** How well a runtime fits a format by itself; undefined where it does not. */
function fits({ spec }: Resource, format: string): number | undefined {
    const found = treesAt(spec, "supportedModelFormats").find(
        (supported) => supported.autoSelect === true && textAt(supported, "name") === format,
    );
    return found === undefined || spec?.disabled === true
        ? undefined
        : numberAt(0, found, "priority");
}

/** The runtime that a model names, or that is chosen for its format. */
function runtimeOf(resource: Resource, model: Tree, { all }: Surroundings): Resource | undefined {
    const own = all(`${GROUP}/ServingRuntime`).filter(
        (runtime) => namespaceOf(runtime) === namespaceOf(resource),
    );
    const runtimes = [...own, ...all(`${GROUP}/ClusterServingRuntime`)];
    const wanted = textAt(model, "runtime");
    if (wanted !== undefined) {
        return runtimes.find(({ metadata }) => metadata.name === wanted);
    }
    const format = textAt(model, "modelFormat", "name") ?? "";
    return runtimes
        .map((runtime) => ({ runtime, fit: fits(runtime, format) }))
        .filter(({ fit }) => fit !== undefined)
        .sort((one, other) => (other.fit ?? 0) - (one.fit ?? 0))[0]?.runtime;
}

/** The container of a runtime with what the model says of it. */
function modelContainer(container: Tree, model: Tree): Tree {
    const said = treeAt(model, "resources");
    const given = treeAt(container, "resources");
    const resources = ["requests", "limits"].map((key) => [
        key,
        { ...treeAt(given, key), ...treeAt(said, key) },
    ]);
    return {
        ...container,
        ...present({ env: model.env, image: model.image ?? container.image }),
        resources: Object.fromEntries(resources) as Tree,
    };
}

function withSizes(containers: readonly Tree[]): Tree[] {
    return containers.map((container) => ({
        ...container,
        resources: isTree(container.resources) ? container.resources : UNSAID,
    }));
}

/** The containers of a part, or why nobody can tell. */
function containersOf(resource: Resource, part: Tree, stack: Surroundings): Tree[] | string {
    if (!isTree(part.model)) {
        const own = treesAt(part, "containers");
        return own.length === 0
            ? "it names its model in a form that KServe has given up"
            : withSizes(own);
    }
    const { model } = part;
    const runtime = runtimeOf(resource, model, stack);
    if (runtime === undefined) {
        return "no runtime of the stack is for its model";
    }
    return withSizes(
        treesAt(runtime.spec, "containers").map((container) =>
            container.name === MODEL ? modelContainer(container, model) : container,
        ),
    );
}

function partPods(
    resource: Resource,
    { kind, name, spec }: Part,
    stack: Surroundings,
): MadePods | string {
    if (spec.workerSpec !== undefined) {
        return "its model is spread over several nodes";
    }
    const containers = containersOf(resource, spec, stack);
    if (typeof containers === "string") {
        return containers;
    }
    const { metadata } = resource;
    const least = Math.max(1, numberAt(1, spec, "minReplicas"));
    const fetches =
        textAt(spec, "model", "storageUri") !== undefined || isTree(treeAt(spec, "model").storage);
    const initContainers = [
        ...treesAt(spec, "initContainers"),
        ...(fetches ? [{ name: "storage-initializer", resources: INITIALIZER }] : []),
    ];
    return {
        part: kind,
        name,
        labels: {
            ...labelsAt(metadata, "labels"),
            ...labelsAt(spec, "labels"),
            app: `isvc.${name}`,
            [`${GROUP}/inferenceservice`]: metadata.name,
        },
        count: least,
        most: withSurge(Math.max(least, numberAt(least, spec, "maxReplicas"))),
        pod: present({
            ...Object.fromEntries(POD_FIELDS.map((field) => [field, spec[field]])),
            initContainers: initContainers.length === 0 ? undefined : initContainers,
            containers,
        }),
        ports: [tcp(portOf(containers))],
        isMain: true,
    };
}

function portOf(containers: readonly Tree[]): number {
    const [first] = treesAt(
        containers.find(({ name }) => name === MODEL) ?? containers[0],
        "ports",
    );
    return numberAt(PORT, first, "containerPort");
}

/**
 * A canary says what differs from the predictor, and has so many pods as its share of the requests
 * is of the predictor's, rounded up (components/predictor.go, canaryReplicaCount).
 */
function canariesOf({ spec }: Resource, predictor: Tree): Tree[] {
    return treesAt(spec, "canary").map((canary) => {
        const own = treeAt(canary, "predictor");
        const share = numberAt(0, canary, "trafficPercent") / 100;
        const stable = numberAt(1, predictor, "minReplicas");
        return {
            ...predictor,
            ...own,
            model: { ...treeAt(predictor, "model"), ...treeAt(own, "model") },
            minReplicas: numberAt(Math.ceil(stable * share), own, "minReplicas"),
            maxReplicas: 0,
        };
    });
}

function partsOf(resource: Resource): Part[] {
    return PARTS.flatMap((kind) => {
        const part = resource.spec?.[kind];
        if (!isTree(part)) {
            return [];
        }
        const canaries = kind === "predictor" ? canariesOf(resource, part) : [];
        return [part, ...canaries].map((spec) => ({
            kind,
            name: nameOf(resource.metadata.name, kind, spec),
            spec,
        }));
    });
}

function inferencePods(resource: Resource, stack: Surroundings): MadePods[] | string {
    const made = partsOf(resource).map((part) => partPods(resource, part, stack));
    const unknown = made.find((pods) => typeof pods === "string");
    return unknown ?? made.filter((pods) => typeof pods !== "string");
}

/** The rooms of the kinds that make pods. */
export const kserve: readonly Behaviour[] = [
    {
        kind: `${GROUP}/InferenceService`,
        source,
        pods: inferencePods,
        services: (resource, stack) =>
            partsOf(resource).map(({ name, spec }) => {
                const containers = containersOf(resource, spec, stack);
                const target = typeof containers === "string" ? PORT : portOf(containers);
                return { name, selector: { app: `isvc.${name}` }, ports: [{ port: 80, target }] };
            }),
        images: [
            { path: "spec.predictor.containers[].image", optional: true },
            { path: "spec.predictor.model.image", optional: true },
        ],
    },
];
