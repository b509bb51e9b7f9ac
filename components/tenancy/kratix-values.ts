/** Values of Kratix' chart (v0.0.1 of 2026-08-04), and what these cannot say. Pure. */
import { spread } from "../base/availability";
import type { ChartValues } from "../base/chart-renderer";
import {
    changeContainer,
    changePod,
    patchContainer,
    patchPod,
    resources,
    restrictedContainer,
    restrictedPod,
} from "../base/containers";
import { isRecord, listOf, type Manifest } from "../base/object";
import { priorities } from "../base/priority";
import { orderKind } from "./order-api";

/** Namespace of Kratix: its templates and its program have it written in. */
export const KRATIX = "kratix-platform-system";

/** The user of its image, which runs as it does here as where it carries orders out. */
const USER = 65_532;

/** Labels of its pods. */
export const kratixPods = {
    "app.kubernetes.io/component": "kratix-manager",
    "app.kubernetes.io/instance": "kratix-platform",
    "app.kubernetes.io/part-of": "kratix",
    "control-plane": "controller-manager",
} as const;

/** Its ports: the webhook, and metrics without TLS, which the mesh brings. */
export const kratixPorts = { webhook: 9443, metrics: 8443 } as const;

/** What each container of a program that carries an order out gets. */
export const programResources = {
    requests: { cpu: "25m", memory: "64Mi", "ephemeral-storage": "64Mi" },
    limits: { memory: "256Mi", "ephemeral-storage": "256Mi" },
} as const;

/** The same as a container of the restricted level. */
export const programSecurity = { ...restrictedContainer, runAsUser: USER, runAsGroup: USER };

/** The values: `null` because the chart's own example would be a store with a password. */
export function kratixValues(image: string): ChartValues {
    return {
        image,
        // Prometheus reaches it through the mesh or not at all; a token would have to be made for it.
        extraArgs: ["--metrics-secure=false"],
        stateStores: [],
        destinations: [],
        additionalResources: null,
    };
}

/** What Kratix is told (cmd/main.go: KratixConfig). */
export const kratixConfiguration: Manifest = {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name: "kratix", namespace: KRATIX },
    data: {
        config: JSON.stringify({
            workflows: {
                defaultContainerSecurityContext: programSecurity,
                defaultImagePullPolicy: "IfNotPresent",
                defaultContainerResources: programResources,
                // A program that fails four times fails for a reason.
                jobOptions: { defaultBackoffLimit: 4, podTTLSecondsAfterFinished: 86_400 },
            },
            numberOfJobsToKeep: 2,
            // Of Secrets it keeps those alone that say that they are for it.
            selectiveCache: true,
            logging: { structured: true, level: "info" },
        }),
    },
};

/** Kinds that it makes roles for, by itself: what it may do itself it may give without `escalate`. */
const orderRules = [
    {
        apiGroups: [orderKind.group],
        resources: [orderKind.plural],
        verbs: ["*"],
    },
    {
        apiGroups: [orderKind.group],
        resources: [`${orderKind.plural}/finalizers`, `${orderKind.plural}/status`],
        verbs: ["create", "get", "list", "patch", "update"],
    },
    { apiGroups: ["platform.kratix.io"], resources: ["works"], verbs: ["*"] },
];

/** Rights with which it could give itself any other. */
const TOO_MUCH: ReadonlySet<unknown> = new Set(["bind", "escalate"]);

/** It makes roles over orders and nothing else, so it holds those rights instead of every one. */
function withoutEscalation(manifest: Manifest): Manifest {
    const { rules } = manifest;
    return manifest.kind === "ClusterRole" &&
        manifest.metadata.name === "kratix-platform-manager-role" &&
        Array.isArray(rules)
        ? {
              ...manifest,
              rules: [
                  ...rules.map((rule: unknown) =>
                      isRecord(rule) && Array.isArray(rule.verbs)
                          ? {
                                ...rule,
                                verbs: rule.verbs.filter((verb) => !TOO_MUCH.has(verb)),
                            }
                          : rule,
                  ),
                  ...orderRules,
              ],
          }
        : manifest;
}

/** Objects that nobody needs: the namespace is the program's, and metrics have no TLS of their own. */
const DROPPED: ReadonlySet<string> = new Set([
    `Namespace/${KRATIX}`,
    "Certificate/kratix-platform-metrics-server-cert",
    "Service/kratix-platform-controller-manager-metrics-service",
    "ClusterRole/kratix-platform-metrics-reader",
    "ClusterRole/kratix-platform-metrics-auth-role",
    "ClusterRoleBinding/kratix-platform-metrics-auth-rolebinding",
]);

/** The certificate of metrics is gone, and where it clones repositories to is a volume. */
function withVolumes(manifest: Manifest): Manifest {
    const withoutMetrics = (list: unknown) =>
        listOf(list).filter((item) => !(isRecord(item) && item.name === "metrics-certs"));
    const temporary = { name: "tmp", mountPath: "/tmp" };
    return changePod(manifest, (pod) =>
        isRecord(pod)
            ? {
                  ...pod,
                  volumes: [
                      ...withoutMetrics(pod.volumes),
                      { name: temporary.name, emptyDir: { sizeLimit: "1Gi" } },
                  ],
                  containers: listOf(pod.containers).map((container) =>
                      isRecord(container)
                          ? {
                                ...container,
                                volumeMounts: [
                                    temporary,
                                    ...withoutMetrics(container.volumeMounts),
                                ],
                            }
                          : container,
                  ),
              }
            : pod,
    );
}

/** What the values cannot say: how many there are, where they run, and as whom. */
function controller(manifest: Manifest, replicas: number): Manifest {
    const spec = isRecord(manifest.spec) ? manifest.spec : {};
    const patched = patchContainer(
        patchPod(withVolumes({ ...manifest, spec: { ...spec, replicas } }), {
            priorityClassName: priorities.platform.name,
            enableServiceLinks: false,
            securityContext: restrictedPod(USER),
            topologySpreadConstraints: spread(kratixPods),
        }),
        "manager",
        {
            imagePullPolicy: "IfNotPresent",
            securityContext: restrictedContainer,
            ports: [
                { name: "webhook-server", containerPort: kratixPorts.webhook, protocol: "TCP" },
                { name: "metrics", containerPort: kratixPorts.metrics, protocol: "TCP" },
            ],
            readinessProbe: { timeoutSeconds: 5, failureThreshold: 3 },
            // Traffic stops first, and the pod is killed later.
            livenessProbe: { timeoutSeconds: 5, failureThreshold: 9 },
        },
    );
    const { requests, limits } = resources("50m", "128Mi", "384Mi");
    // In place of those of the chart, which limit the CPU; it clones the repository for as long as it runs.
    return changeContainer(patched, "manager", (container) => ({
        ...container,
        resources: {
            requests: { ...requests, "ephemeral-storage": "64Mi" },
            limits: { ...limits, "ephemeral-storage": "1536Mi" },
        },
    }));
}

/**
 * The last change to an object of the chart.
 *
 * @param image also of what reads orders and writes down what comes of them
 */
export function patchedKratix(
    { replicas, image }: { readonly replicas: number; readonly image: string },
    manifest: Manifest,
): Manifest | undefined {
    const { kind, metadata, data } = manifest;
    if (DROPPED.has(`${kind}/${metadata.name ?? ""}`)) {
        return undefined;
    }
    if (kind === "ConfigMap" && isRecord(data) && "PIPELINE_ADAPTER_IMG" in data) {
        return { ...manifest, data: { ...data, PIPELINE_ADAPTER_IMG: image } };
    }
    return kind === "Deployment" ? controller(manifest, replicas) : withoutEscalation(manifest);
}
