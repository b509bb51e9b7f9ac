/** Tekton: what its operator and its own controllers make of their kinds. */
import type {
    Behaviour,
    Labels,
    MadeObject,
    MadePods,
    MadeService,
    Resource,
    Tree,
} from "./behaviour";
import { kinds, named } from "./names";
import { tcp } from "./pods";
import { tektonKinds } from "./self-defined";
import { labelsAt, numberAt, present, textAt, treeAt, treesAt } from "./values";

/** What everything that Tekton runs for itself is restricted to. */
const ownSecurity = {
    allowPrivilegeEscalation: false,
    readOnlyRootFilesystem: true,
    runAsNonRoot: true,
    runAsUser: 65_532,
    capabilities: { drop: ["ALL"] },
    seccompProfile: { type: "RuntimeDefault" },
} as const;

const GROUP = "operator.tekton.dev";
const source =
    "tekton operator v0.81.1: pkg/reconciler/common/transformer_additional_options.go, kodata/webhook; pipeline v1.15.0: config; triggers v0.37.0: config, pkg/reconciler/eventlistener/resources";

/** A Deployment of the release that the operator carries with it. */
interface Part {
    readonly name: string;
    /** Where the TektonConfig says what differs. */
    readonly of: "pipeline" | "trigger";
    readonly labels: Labels;
    readonly account: string;
    readonly container: string;
    /** Numbers of the ports by their names. */
    readonly ports: Readonly<Record<string, number>>;
    /** Default: none at all. */
    readonly resources?: Tree;
    /** An autoscaler keeps the replicas; default: the Deployment does. */
    readonly scaled?: true;
}

const labelsOf = (name: string, component: string, project: "pipelines" | "triggers"): Labels => ({
    "app.kubernetes.io/name": name,
    "app.kubernetes.io/component": component,
    "app.kubernetes.io/instance": "default",
    "app.kubernetes.io/part-of": `tekton-${project}`,
});

/** What every controller of the pipelines listens on. */
const CONTROLLER_PORTS = { metrics: 9090, profiling: 8008, probes: 8080 } as const;

const tenth = { requests: { cpu: "100m", memory: "100Mi" } };

/** What runs in the namespace of the pipelines, with profile basic, without Chains and Results. */
const parts = {
    controller: {
        name: "tekton-pipelines-controller",
        of: "pipeline",
        labels: labelsOf("controller", "controller", "pipelines"),
        account: "tekton-pipelines-controller",
        container: "tekton-pipelines-controller",
        ports: CONTROLLER_PORTS,
    },
    events: {
        name: "tekton-events-controller",
        of: "pipeline",
        labels: labelsOf("events", "events", "pipelines"),
        account: "tekton-events-controller",
        container: "tekton-events-controller",
        ports: CONTROLLER_PORTS,
    },
    webhook: {
        name: "tekton-pipelines-webhook",
        of: "pipeline",
        labels: labelsOf("webhook", "webhook", "pipelines"),
        account: "tekton-pipelines-webhook",
        container: "webhook",
        ports: { ...CONTROLLER_PORTS, "https-webhook": 8443 },
        resources: { ...tenth, limits: { cpu: "500m", memory: "500Mi" } },
        scaled: true,
    },
    resolvers: {
        name: "tekton-pipelines-remote-resolvers",
        of: "pipeline",
        labels: labelsOf("resolvers", "resolvers", "pipelines"),
        account: "tekton-pipelines-resolvers",
        container: "controller",
        ports: CONTROLLER_PORTS,
        resources: { ...tenth, limits: { cpu: "1", memory: "4Gi" } },
    },
    proxyWebhook: {
        name: "tekton-operator-proxy-webhook",
        of: "pipeline",
        labels: { name: "tekton-operator-proxy-webhook" },
        account: "tekton-operators-proxy-webhook",
        container: "proxy",
        ports: { "https-webhook": 8443 },
        resources: { ...tenth, limits: { cpu: "500m", memory: "500Mi" } },
        scaled: true,
    },
    triggersController: {
        name: "tekton-triggers-controller",
        of: "trigger",
        labels: labelsOf("controller", "controller", "triggers"),
        account: "tekton-triggers-controller",
        container: "tekton-triggers-controller",
        ports: { metrics: 9000 },
    },
    triggersWebhook: {
        name: "tekton-triggers-webhook",
        of: "trigger",
        labels: labelsOf("webhook", "webhook", "triggers"),
        account: "tekton-triggers-webhook",
        container: "webhook",
        ports: { metrics: 9000, profiling: 8008, "https-webhook": 8443 },
    },
    interceptors: {
        name: "tekton-triggers-core-interceptors",
        of: "trigger",
        labels: labelsOf("core-interceptors", "interceptors", "triggers"),
        account: "tekton-triggers-core-interceptors",
        container: "tekton-triggers-core-interceptors",
        ports: { https: 8443 },
    },
} as const satisfies Readonly<Record<string, Part>>;

/** A Deployment of Tekton. */
export type TektonPart = keyof typeof parts;

/** The Deployments by what they are. */
export const tektonParts: Readonly<Record<TektonPart, Part>> = parts;

/** Ports that the API server calls, or other pods of Tekton. */
export const tektonPorts = { webhook: 8443 } as const;

const isDisabled = (spec: Tree | undefined, part: Part): boolean =>
    part.of === "trigger" &&
    (treeAt(spec, "trigger").disabled === true || textAt(spec, "profile") === "lite");

/** What a TektonConfig says of one Deployment: options win over the release, field by field. */
function podsOf({ spec }: Resource, part: Part): MadePods {
    const options = treeAt(spec, part.of, "options");
    const own = treeAt(options, "deployments", part.name, "spec");
    const template = treeAt(own, "template");
    const pod = treeAt(template, "spec");
    const autoscaler = treeAt(options, "horizontalPodAutoscalers", part.name, "spec");
    const count =
        part.scaled === true
            ? numberAt(1, autoscaler, "minReplicas")
            : numberAt(1, own, "replicas");
    const changed = treesAt(pod, "containers").find(({ name }) => name === part.container);
    const priority =
        textAt(pod, "priorityClassName") ?? textAt(spec, "config", "priorityClassName");
    return {
        part: part.name,
        name: part.name,
        namespace: textAt(spec, "targetNamespace") ?? "tekton-pipelines",
        labels: { ...labelsAt(template, "metadata", "labels"), ...part.labels },
        annotations: labelsAt(template, "metadata", "annotations"),
        count,
        most: part.scaled === true ? numberAt(5, autoscaler, "maxReplicas") : count + 1,
        pod: {
            serviceAccountName: part.account,
            ...present({
                priorityClassName: priority,
                affinity: pod.affinity,
                topologySpreadConstraints: pod.topologySpreadConstraints,
                tolerations: pod.tolerations ?? treeAt(spec, "config").tolerations,
                nodeSelector: pod.nodeSelector ?? treeAt(spec, "config").nodeSelector,
            }),
            // common/transformers.go, AddDeploymentRestrictedPSA, over what the release says itself.
            securityContext: { runAsNonRoot: true, seccompProfile: { type: "RuntimeDefault" } },
            containers: [
                {
                    name: part.container,
                    resources: changed?.resources ?? part.resources ?? {},
                    ports: Object.entries(part.ports).map(([name, containerPort]) => ({
                        name,
                        containerPort,
                    })),
                    securityContext: ownSecurity,
                },
            ],
        },
        ports: Object.entries(part.ports).map(([name, port]) => tcp(port, name)),
        usesApi: true,
    };
}

/** Accounts that come with the Deployments. */
function accountsOf({ spec }: Resource): MadeObject[] {
    const namespace = textAt(spec, "targetNamespace") ?? "tekton-pipelines";
    return Object.values(tektonParts)
        .filter((part) => !isDisabled(spec, part))
        .map(({ account: name }) => ({ kind: "/ServiceAccount", name, namespace }));
}

/** Services of the webhooks, and of what filters events. */
function servicesOf({ spec }: Resource): MadeService[] {
    const namespace = textAt(spec, "targetNamespace") ?? "tekton-pipelines";
    return (["webhook", "proxyWebhook", "triggersWebhook", "interceptors"] as const)
        .map((key): [TektonPart, Part] => [key, parts[key]])
        .filter(([, part]) => !isDisabled(spec, part))
        .map(([key, part]) => ({
            name: part.name,
            namespace,
            selector: part.labels,
            ports: [{ port: key === "interceptors" ? 8443 : 443, target: tektonPorts.webhook }],
        }));
}

/** Labels of the pods of an EventListener (resources/labels.go). */
export function eventListenerLabels(name: string): Labels {
    return {
        "app.kubernetes.io/managed-by": "EventListener",
        "app.kubernetes.io/part-of": "Triggers",
        eventlistener: name,
    };
}

/** Where an EventListener takes calls, in its container and at its Service. */
export const EVENT_LISTENER_PORT = 8080;

/** triggers: resources/deployment.go; of the template only some fields are taken. */
function eventListenerPods({ spec, metadata }: Resource): MadePods[] {
    const own = treeAt(spec, "resources", "kubernetesResource");
    const template = treeAt(own, "spec", "template");
    const pod = treeAt(template, "spec");
    const [container] = treesAt(pod, "containers");
    const count = numberAt(1, own, "replicas");
    return [
        {
            part: "listeners",
            name: `el-${metadata.name}`,
            labels: {
                ...labelsAt(template, "metadata", "labels"),
                ...eventListenerLabels(metadata.name),
            },
            annotations: labelsAt(template, "metadata", "annotations"),
            count,
            most: count + 1,
            pod: {
                serviceAccountName:
                    textAt(pod, "serviceAccountName") ?? textAt(spec, "serviceAccountName"),
                ...present({
                    affinity: pod.affinity,
                    topologySpreadConstraints: pod.topologySpreadConstraints,
                    tolerations: pod.tolerations,
                }),
                securityContext: { runAsNonRoot: true, seccompProfile: { type: "RuntimeDefault" } },
                containers: [
                    {
                        name: "event-listener",
                        resources: container?.resources ?? {},
                        ports: [EVENT_LISTENER_PORT, 9000].map((containerPort) => ({
                            containerPort,
                        })),
                        livenessProbe: { httpGet: { path: "/live", port: EVENT_LISTENER_PORT } },
                        readinessProbe: { httpGet: { path: "/live", port: EVENT_LISTENER_PORT } },
                        securityContext: ownSecurity,
                    },
                ],
            },
            ports: [tcp(EVENT_LISTENER_PORT), tcp(9000)],
            isMain: true,
            usesApi: true,
        },
    ];
}

/** pipeline: pkg/pod/pod.go; steps are containers of one pod, one after the other. */
function taskPods({ spec, metadata }: Resource): MadePods[] {
    const template = treeAt(spec, "stepTemplate");
    return [
        {
            part: "steps",
            name: metadata.name,
            labels: {
                ...metadata.labels,
                "app.kubernetes.io/managed-by": "tekton-pipelines",
                "tekton.dev/task": metadata.name,
            },
            count: 1,
            passing: true,
            pod: {
                // The account and the class of priority are those of the run.
                ...present({ volumes: spec?.volumes }),
                containers: treesAt(spec, "steps").map(
                    ({ name = "step", computeResources, ...step }) => ({
                        ...template,
                        ...step,
                        name: `step-${typeof name === "string" ? name : "step"}`,
                        resources: computeResources ?? {},
                        securityContext: {
                            ...treeAt(template, "securityContext"),
                            ...treeAt(step, "securityContext"),
                        },
                    }),
                ),
            },
            ports: [],
        },
    ];
}

/** The room of Tekton. */
export const tekton: readonly Behaviour[] = [
    {
        kind: `${GROUP}/TektonConfig`,
        source,
        pods: (resource) =>
            Object.values(tektonParts)
                .filter((part) => !isDisabled(resource.spec, part))
                .map((part) => podsOf(resource, part)),
        services: servicesOf,
        objects: accountsOf,
        defines: tektonKinds,
        names: named(kinds.priorityClass, "spec.config.priorityClassName"),
    },
    {
        kind: "tekton.dev/Task",
        source: "pipeline v1.15.0: pkg/apis/pipeline/v1/task_types.go",
        images: [{ path: "spec.steps[].image" }],
        pods: taskPods,
    },
    {
        kind: "tekton.dev/Pipeline",
        source: "pipeline v1.15.0: pkg/apis/pipeline/v1/pipeline_types.go",
        names: named("tekton.dev/Task", "spec.tasks[].taskRef.name"),
    },
    {
        kind: "triggers.tekton.dev/EventListener",
        source,
        pods: eventListenerPods,
        services: ({ metadata }) => [
            {
                name: `el-${metadata.name}`,
                selector: eventListenerLabels(metadata.name),
                ports: [
                    {
                        name: "http-listener",
                        port: EVENT_LISTENER_PORT,
                        target: EVENT_LISTENER_PORT,
                    },
                    { name: "http-metrics", port: 9000, target: 9000 },
                ],
            },
        ],
        names: [
            ...named("/ServiceAccount", "spec.serviceAccountName"),
            ...named("triggers.tekton.dev/TriggerTemplate", "spec.triggers[].template.ref"),
        ],
    },
    {
        kind: "triggers.tekton.dev/TriggerTemplate",
        source: "triggers v0.37.0: pkg/apis/triggers/v1beta1/trigger_template_types.go",
    },
];
