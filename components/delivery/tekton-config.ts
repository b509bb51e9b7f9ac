/** What the operator of Tekton installs, and how: values of its chart, and the TektonConfig. Pure. */
import { calledFromOutside } from "../../operators/ambient";
import { type TektonPart, tektonParts } from "../../operators/tekton";
import { spread } from "../base/availability";
import type { ChartValues } from "../base/chart-renderer";
import {
    patchContainer,
    patchPod,
    resources,
    restrictedContainer,
    restrictedPod,
} from "../base/containers";
import { isRecord, type Manifest } from "../base/object";
import { priorities } from "../base/priority";

/** Namespaces: of the operator, of what it installs, and of the runs. */
export const tektonNamespaces = {
    operator: "tekton-operator",
    pipelines: "tekton-pipelines",
    builds: "builds",
} as const;

/** Labels of the pods of the chart (templates/_helpers.tpl of tekton-operator 0.81.1). */
export const operatorPods = {
    "app.kubernetes.io/name": "tekton-operator",
    "app.kubernetes.io/instance": "tekton-operator",
    "app.kubernetes.io/component": "operator",
} as const;
export const operatorWebhookPods = {
    "app.kubernetes.io/name": "tekton-operator",
    "app.kubernetes.io/instance": "tekton-operator",
    "app.kubernetes.io/component": "webhook",
} as const;

/** Requests and limits of each Deployment that the operator makes. */
const needs: Readonly<Record<TektonPart, ReturnType<typeof resources>>> = {
    controller: resources("25m", "96Mi", "512Mi"),
    events: resources("10m", "64Mi", "128Mi"),
    webhook: resources("25m", "64Mi", "256Mi"),
    resolvers: resources("10m", "64Mi", "256Mi"),
    proxyWebhook: resources("10m", "48Mi", "128Mi"),
    triggersController: resources("15m", "64Mi", "256Mi"),
    triggersWebhook: resources("15m", "64Mi", "256Mi"),
    interceptors: resources("15m", "64Mi", "256Mi"),
};

/** Deployments that the API server calls. */
export const tektonWebhooks: readonly TektonPart[] = ["webhook", "proxyWebhook", "triggersWebhook"];

/** Values of the chart tekton-operator 0.81.1. */
export function operatorValues(replicas: number): ChartValues {
    return {
        // Kinds outlive the release: deleting them would delete every pipeline.
        installCRDs: true,
        controllers: "tektonconfig,tektonpipeline,tektontrigger",
        operator: {
            replicas,
            // The TektonConfig is the program's.
            autoInstallComponents: false,
            defaultTargetNamespace: tektonNamespaces.pipelines,
            resources: resources("25m", "96Mi", "384Mi"),
        },
        webhook: { replicas, resources: resources("20m", "64Mi", "256Mi") },
        podSecurityContext: restrictedPod(65_532),
        securityContext: restrictedContainer,
    };
}

/** Groups of the operator's role about what is not installed here. */
const UNUSED_GROUPS = [
    ...["build.knative.dev", "serving.knative.dev", "security.openshift.io", "extensions"],
    ...["results.tekton.dev", "openshift-pipelines.org", "dashboard.tekton.dev"],
];

interface Rule {
    readonly apiGroups: readonly string[];
    readonly resources: readonly string[];
    readonly verbs: readonly string[];
}

function isRule(value: unknown): value is Rule {
    return (
        isRecord(value) &&
        [value.apiGroups, value.resources, value.verbs].every((list) => Array.isArray(list))
    );
}

/**
 * The rights that what is installed needs: nobody is impersonated, nothing of OpenShift, Knative,
 * Results and Chains is touched, and namespaces and their fences are the program's.
 */
export function narrowed(rule: Rule): Rule[] {
    const apiGroups = rule.apiGroups.filter((group) => !UNUSED_GROUPS.includes(group));
    const isCore = apiGroups.includes("");
    const kept = rule.resources.filter(
        (resource) =>
            !(isCore && resource === "persistentvolumeclaims") && resource !== "networkpolicies",
    );
    const isCustom = apiGroups.some((group) => group.endsWith("tekton.dev"));
    const verbs = rule.verbs.filter(
        (verb) =>
            verb !== "impersonate" &&
            !(
                isCore &&
                rule.resources.includes("namespaces") &&
                ["create", "delete"].includes(verb)
            ),
    );
    return apiGroups.length === 0 || kept.length === 0 || verbs.length === 0
        ? []
        : [{ apiGroups, resources: isCustom ? kept.flatMap(eachOf) : kept, verbs }];
}

/** Kinds of the operator and of triggers that the chart writes as `*`. */
const CUSTOM = [
    ...["tektonconfigs", "tektonpipelines", "tektontriggers", "tektoninstallersets"],
    ...["tektonchains", "tektondashboards", "tektonresults", "tektonpruners"],
    ...["tektonschedulers", "tektonmulticlusterproxyaaes", "syncerservices"],
    ...["openshiftpipelinesascodes", "manualapprovalgates"],
    ...["eventlisteners", "triggers", "triggerbindings", "triggertemplates", "interceptors"],
    ...["clusterinterceptors", "clustertriggerbindings"],
];

function eachOf(resource: string): string[] {
    return resource === "*"
        ? CUSTOM.flatMap((name) => [name, `${name}/status`, `${name}/finalizers`])
        : [resource];
}

/**
 * Both containers of the operator share the ports of their pod: whichever took 8080 answers for the
 * pod (knative.dev/pkg: injection/health_check.go).
 */
const probes = {
    readinessProbe: { httpGet: { path: "/readiness", port: 8080 }, periodSeconds: 10 },
    livenessProbe: {
        httpGet: { path: "/health", port: 8080 },
        periodSeconds: 30,
        failureThreshold: 5,
        initialDelaySeconds: 30,
    },
} as const;

const CONTAINERS = [
    "tekton-operator-lifecycle",
    "tekton-operator-cluster-operations",
    "tekton-operator-webhook",
];

/** Its version and its configuration, which upstream lets everybody read who has signed on. */
const FOR_EVERYBODY = ["tekton-config-read-role", "tekton-operator-info"];

/** What the chart has no values for; undefined for what nobody needs. */
export function patchedOperator(manifest: Manifest): Manifest | undefined {
    const { name = "" } = manifest.metadata;
    if (manifest.kind.endsWith("RoleBinding") || manifest.kind.endsWith("Role")) {
        if (FOR_EVERYBODY.includes(name) || name === "tekton-config-read-rolebinding") {
            return undefined;
        }
    }
    if (manifest.kind === "ClusterRole" && Array.isArray(manifest.rules)) {
        const rules: unknown[] = manifest.rules;
        return { ...manifest, rules: rules.filter(isRule).flatMap(narrowed) };
    }
    if (manifest.kind !== "Deployment") {
        return manifest;
    }
    const pods = name.endsWith("-webhook") ? operatorWebhookPods : operatorPods;
    const placed = patchPod(manifest, {
        priorityClassName: priorities.platform.name,
        topologySpreadConstraints: spread(pods),
    });
    return CONTAINERS.reduce(
        (patched, container) => patchContainer(patched, container, probes),
        placed,
    );
}

/** What differs from the release of one Deployment. */
function deployment(part: TektonPart, replicas: number): Record<string, unknown> {
    const { labels, container } = tektonParts[part];
    return {
        spec: {
            replicas,
            template: {
                metadata: tektonWebhooks.includes(part) ? { annotations: calledFromOutside } : {},
                spec: {
                    topologySpreadConstraints: spread(labels),
                    containers: [{ name: container, resources: needs[part] }],
                },
            },
        },
    };
}

function options(of: "pipeline" | "trigger", replicas: number): Record<string, unknown> {
    const mine = (Object.keys(tektonParts) as TektonPart[]).filter(
        (part) => tektonParts[part].of === of,
    );
    const scaled = mine.filter((part) => tektonParts[part].scaled === true);
    return {
        deployments: Object.fromEntries(
            mine.map((part) => [tektonParts[part].name, deployment(part, replicas)]),
        ),
        ...(scaled.length === 0
            ? {}
            : {
                  horizontalPodAutoscalers: Object.fromEntries(
                      scaled.map((part) => [
                          tektonParts[part].name,
                          { spec: { minReplicas: replicas, maxReplicas: replicas + 1 } },
                      ]),
                  ),
              }),
    };
}

/** Days after which a finished run is deleted, with its logs. */
export const KEPT_DAYS = 7;

/**
 * The only TektonConfig: pipelines and triggers. Chains and Results would keep what the registry and
 * the logs keep anyway; the dashboard is the program's, because the operator's has a root that can be
 * written to and rights over the whole cluster.
 */
export function tektonConfig(replicas: number): Manifest {
    return {
        apiVersion: "operator.tekton.dev/v1alpha1",
        kind: "TektonConfig",
        metadata: { name: "config", annotations: { "pulumi.com/waitFor": "condition=Ready" } },
        spec: {
            profile: "basic",
            targetNamespace: tektonNamespaces.pipelines,
            config: { priorityClassName: priorities.platform.name },
            chain: { disabled: true },
            // The CRD wants the further fields of what is off as well (tektoncd/operator v0.81.1).
            result: { disabled: true, is_external_db: false },
            // Both run pods that admission refuses; a CronJob of the program does what they would.
            pruner: { disabled: true },
            tektonpruner: { disabled: true, "global-config": {} },
            scheduler: {
                disabled: true,
                "config.yaml": {},
                "multi-cluster-disabled": true,
                "multi-cluster-role": "",
            },
            platforms: { kubernetes: { pipelinesAsCode: { enable: false } } },
            // Flows are declared with their namespaces.
            networkPolicy: { disabled: true },
            pipeline: {
                "set-security-context": true,
                // Each step of a pipeline waits for the one before, which has left the volume.
                coschedule: "disabled",
                "enable-api-fields": "stable",
                "default-service-account": "builds",
                "default-timeout-minutes": 60,
                // Tasks are objects of the program: none is loaded from elsewhere.
                "enable-bundles-resolver": false,
                "enable-hub-resolver": false,
                "enable-git-resolver": false,
                "enable-cluster-resolver": false,
                "metrics.pipelinerun.level": "pipeline",
                "metrics.pipelinerun.duration-type": "histogram",
                "metrics.taskrun.level": "task",
                "metrics.taskrun.duration-type": "histogram",
                options: {
                    ...options("pipeline", replicas),
                    configMaps: {
                        "feature-flags": {
                            data: { "set-security-context-read-only-root-filesystem": "true" },
                        },
                    },
                },
            },
            trigger: {
                disabled: false,
                "enable-api-fields": "stable",
                options: options("trigger", replicas),
            },
        },
    };
}
