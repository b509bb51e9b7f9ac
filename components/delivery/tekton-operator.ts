/** The operator of Tekton itself: values of its chart, its rights, and what the chart has no values for. Pure. */
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
import { tektonNamespaces } from "./tekton-config";

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
