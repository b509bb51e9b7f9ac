/**
 * Envoy Gateway: the proxies of Gateways of its class, as their EnvoyProxy describes them
 * (v1.9.0: internal/infrastructure/kubernetes/proxy, api/v1alpha1/envoyproxy_types.go).
 */
import { createHash } from "node:crypto";
import type {
    Behaviour,
    Labels,
    MadeBudget,
    MadeObject,
    MadePods,
    MadeService,
    MadeValues,
    Resource,
    Surroundings,
    Tree,
} from "./behaviour";
import { container, tcp } from "./pods";
import {
    labelsAt,
    listAt,
    namespaceOf,
    numberAt,
    present,
    textAt,
    treeAt,
    treesAt,
} from "./values";

const GROUP = "gateway.envoyproxy.io";
const ENVOY_PROXY = `${GROUP}/EnvoyProxy`;
const source = "envoy gateway v1.9.0: internal/infrastructure/kubernetes, api/v1alpha1";

/** What a GatewayClass of Envoy Gateway names as its controller. */
export const envoyController = `${GROUP}/gatewayclass-controller`;

/** Ports of the controller and of its proxies (internal/xds/bootstrap/bootstrap.go). */
export const envoyPorts = { xds: 18_000, metrics: 19_001, readiness: 19_003 } as const;

/** Labels of the controller's pods, by which the chart selects them. */
export const envoyControllerLabels: Labels = { "control-plane": "envoy-gateway" };

/** The Secret with which every proxy shows the controller who it is. */
export const proxyCertificate = "envoy";

/** Proxies listen on what a user without privileges may (internal/gatewayapi/listener.go). */
export function containerPort(port: number): number {
    return port < 1024 ? port + 10_000 : port;
}

/** Labels by which the proxies of a Gateway are selected (proxy/resource.go, stableSelector). */
export function proxyLabels(gateway: {
    readonly name: string;
    readonly namespace: string;
}): Labels {
    return {
        "app.kubernetes.io/name": "envoy",
        "app.kubernetes.io/component": "proxy",
        "app.kubernetes.io/managed-by": "envoy-gateway",
        [`${GROUP}/owning-gateway-name`]: gateway.name,
        [`${GROUP}/owning-gateway-namespace`]: gateway.namespace,
    };
}

function labelsOf(gateway: Resource): Labels {
    return proxyLabels({ name: gateway.metadata.name, namespace: namespaceOf(gateway) });
}

/** What objects of a Gateway are called that nobody names, its account too (internal/utils/misc.go). */
export function nameForGateway(gateway: {
    readonly name: string;
    readonly namespace: string;
}): string {
    const full = `${gateway.namespace}/${gateway.name}`;
    const digest = createHash("sha256").update(full).digest("hex").slice(0, 8);
    const readable = full.replaceAll("/", "-").slice(0, 48).replace(/-$/, "");
    return `envoy-${readable}-${digest}`;
}

function generatedName(gateway: Resource): string {
    return nameForGateway({ name: gateway.metadata.name, namespace: namespaceOf(gateway) });
}

/** The EnvoyProxy of a Gateway: its own before that of its class. */
function proxyOf(gateway: Resource, gatewayClass: Resource, { all }: Surroundings) {
    const own = textAt(gateway.spec, "infrastructure", "parametersRef", "name");
    const shared = treeAt(gatewayClass.spec, "parametersRef");
    const place =
        own === undefined
            ? { name: textAt(shared, "name"), namespace: textAt(shared, "namespace") ?? "default" }
            : { name: own, namespace: namespaceOf(gateway) };
    return all(ENVOY_PROXY).find(
        (proxy) => proxy.metadata.name === place.name && namespaceOf(proxy) === place.namespace,
    );
}

function kubernetesOf(proxy: Resource): Tree {
    return treeAt(proxy.spec, "provider", "kubernetes");
}

/** A container with the fields that a patch of the Deployment has for one of its name. */
function patched(found: Tree, patch: Tree): Tree {
    const own = treesAt(patch, "containers").find(({ name }) => name === found.name);
    return { ...found, ...own };
}

/** DefaultResourceRequirements, DefaultShutdownManagerContainerResourceRequirements. */
const PROXY_RESOURCES = { requests: { cpu: "100m", memory: "512Mi" } };
const SHUTDOWN_RESOURCES = { requests: { cpu: "10m", memory: "32Mi" } };
/** Where neither the EnvoyProxy nor its patch says otherwise (resource.DefaultSecurityContext). */
const SECURITY_CONTEXT = {
    allowPrivilegeEscalation: false,
    capabilities: { drop: ["ALL"] },
    privileged: false,
    runAsGroup: 65_532,
    runAsNonRoot: true,
    runAsUser: 65_532,
    seccompProfile: { type: "RuntimeDefault" },
};

function probe(path: string, port: number, failureThreshold: number, periodSeconds: number): Tree {
    return {
        httpGet: { path, port, scheme: "HTTP" },
        timeoutSeconds: 1,
        periodSeconds,
        successThreshold: 1,
        failureThreshold,
    };
}

/** proxy/resource.go, expectedProxyContainers. */
function podOf(generated: string, deployment: Tree, shutdown: Tree): Tree {
    const said = treeAt(deployment, "container");
    const pod = treeAt(deployment, "pod");
    const patch = treeAt(deployment, "patch", "value", "spec", "template", "spec");
    const securityContext = said.securityContext ?? SECURITY_CONTEXT;
    const drain = /^(\d+)s$/.exec(textAt(shutdown, "drainTimeout") ?? "")?.[1];
    const proxy = {
        ...container("envoy", said.resources ?? PROXY_RESOURCES, textAt(said, "image")),
        ...present({ env: said.env }),
        securityContext,
        volumeMounts: [
            { name: "certs", mountPath: "/certs", readOnly: true },
            { name: "sds", mountPath: "/sds" },
            ...listAt(said, "volumeMounts"),
        ],
        startupProbe: probe("/ready", envoyPorts.readiness, 30, 10),
        readinessProbe: probe("/ready", envoyPorts.readiness, 1, 5),
        livenessProbe: probe("/ready", envoyPorts.readiness, 3, 10),
    };
    const manager = {
        ...container("shutdown-manager", SHUTDOWN_RESOURCES),
        securityContext,
        startupProbe: probe("/healthz", 19_002, 30, 10),
        readinessProbe: probe("/healthz", 19_002, 3, 10),
        livenessProbe: probe("/healthz", 19_002, 3, 10),
    };
    return {
        automountServiceAccountToken: false,
        serviceAccountName: generated,
        terminationGracePeriodSeconds: drain === undefined ? 360 : Number(drain) + 300,
        ...present({
            affinity: pod.affinity,
            imagePullSecrets: pod.imagePullSecrets,
            nodeSelector: pod.nodeSelector,
            priorityClassName: pod.priorityClassName,
            securityContext: pod.securityContext,
            tolerations: pod.tolerations,
            topologySpreadConstraints: pod.topologySpreadConstraints,
            initContainers: deployment.initContainers,
        }),
        volumes: [
            { name: "certs", secret: { secretName: proxyCertificate } },
            { name: "sds", configMap: { name: generated } },
            ...listAt(pod, "volumes"),
            ...listAt(patch, "volumes"),
        ],
        containers: [patched(proxy, patch), patched(manager, patch)],
    };
}

function portsOf({ spec }: Resource): number[] {
    return treesAt(spec, "listeners").flatMap(({ port }) =>
        typeof port === "number" ? [port] : [],
    );
}

/**
 * The proxies of a Gateway. They run in the namespace of the controller, which is that of the
 * EnvoyProxy of the class; what runs elsewhere than its resource nobody here can say.
 */
export function proxyPods(
    gateway: Resource,
    gatewayClass: Resource,
    surroundings: Surroundings,
): readonly MadePods[] | string {
    const home = textAt(gatewayClass.spec, "parametersRef", "namespace");
    const proxy = proxyOf(gateway, gatewayClass, surroundings);
    if (home === undefined || proxy === undefined) {
        return `the EnvoyProxy of its class ${gatewayClass.metadata.name}, which describes its proxies, is not in the stack`;
    }
    if (home !== namespaceOf(gateway)) {
        return `its proxies run in namespace ${home} of the controller; put the Gateway there`;
    }
    const kubernetes = kubernetesOf(proxy);
    const deployment = treeAt(kubernetes, "envoyDeployment");
    if ("envoyDaemonSet" in kubernetes || "envoyHpa" in kubernetes) {
        return "its proxies are a DaemonSet or have an autoscaler, which operators/envoy-gateway.ts does not describe";
    }
    const replicas = numberAt(1, deployment, "replicas");
    const surge = numberAt(1, deployment, "strategy", "rollingUpdate", "maxSurge");
    return [
        {
            part: "proxies",
            name: textAt(deployment, "name") ?? generatedName(gateway),
            labels: { ...labelsAt(deployment, "pod", "labels"), ...labelsOf(gateway) },
            annotations: labelsAt(deployment, "pod", "annotations"),
            count: replicas,
            most: replicas + surge,
            pod: podOf(generatedName(gateway), deployment, treeAt(proxy.spec, "shutdown")),
            ports: [
                tcp(envoyPorts.metrics, "metrics"),
                tcp(envoyPorts.readiness, "readiness"),
                ...[...new Set(portsOf(gateway))].map((port) => tcp(containerPort(port))),
            ],
            reaches: [
                {
                    pods: envoyControllerLabels,
                    ports: [tcp(envoyPorts.xds)],
                    why: "proxies get their configuration from the controller",
                },
            ],
        },
    ];
}

/** The Service of a Gateway (proxy/resource_provider.go, Service). */
export function proxyServices(
    gateway: Resource,
    gatewayClass: Resource,
    surroundings: Surroundings,
): MadeService[] {
    const proxy = proxyOf(gateway, gatewayClass, surroundings);
    const service = treeAt(proxy && kubernetesOf(proxy), "envoyService");
    return [
        {
            name: textAt(service, "name") ?? generatedName(gateway),
            selector: labelsOf(gateway),
            ports: [...new Set(portsOf(gateway))].map((port) => ({
                port,
                target: containerPort(port),
            })),
        },
    ];
}

/** The ConfigMap that tells proxies where their certificates are (common/proxy_sds.go). */
export function proxyConfigMaps(gateway: Resource): MadeValues[] {
    const keys = ["xds-trusted-ca.json", "xds-certificate.json"];
    return [{ name: generatedName(gateway), keys }];
}

/** The account of the proxies. */
export function proxyObjects(gateway: Resource): MadeObject[] {
    return [
        { kind: "/ServiceAccount", name: generatedName(gateway), namespace: namespaceOf(gateway) },
    ];
}

/** The budget of a Gateway's proxies; none where the EnvoyProxy has no limit in it. */
export function proxyBudgets(
    gateway: Resource,
    gatewayClass: Resource,
    surroundings: Surroundings,
): MadeBudget[] {
    const proxy = proxyOf(gateway, gatewayClass, surroundings);
    const budget = treeAt(proxy && kubernetesOf(proxy), "envoyPDB");
    const { minAvailable, maxUnavailable } = budget;
    const limit =
        typeof minAvailable === "number" || typeof minAvailable === "string"
            ? { minAvailable }
            : typeof maxUnavailable === "number" || typeof maxUnavailable === "string"
              ? { maxUnavailable }
              : undefined;
    const name = textAt(budget, "name") ?? generatedName(gateway);
    return limit === undefined ? [] : [{ name, selector: labelsOf(gateway), ...limit }];
}

/** The rooms of the kinds; Gateways, which other controllers serve too, have theirs beside it. */
export const envoyGateway: readonly Behaviour[] = [
    {
        kind: ENVOY_PROXY,
        source,
        images: [
            { path: "spec.provider.kubernetes.envoyDeployment.container.image" },
            {
                path: "spec.provider.kubernetes.envoyDeployment.initContainers[].image",
                optional: true,
            },
        ],
    },
];
