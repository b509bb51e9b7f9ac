/** The Deployments that Tekton's operator carries with it. Pure data. */
import type { Labels, Tree } from "./behaviour";

/** A Deployment of the release that the operator carries with it. */
export interface Part {
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
