/** Values of KServe's charts, and what they have no values for. Pure. */
import { spread } from "../base/availability";
import type { ChartValues } from "../base/chart-renderer";
import { patchPod, resources } from "../base/containers";
import { isRecord, type Manifest, objectKey } from "../base/object";
import { priorities } from "../base/priority";
import { publicGateway } from "../gateway/public-names";
import { issuers } from "../security/issuers";

const RELEASE = "v0.20.0";

/** Namespace of the controllers. */
export const KSERVE = "kserve";

/** Labels of the controllers (chart kserve-resources v0.20.0). */
export const kservePods = {
    "app.kubernetes.io/name": "kserve-controller-manager",
    "control-plane": "kserve-controller-manager",
} as const;

/** Ports of the controllers (chart kserve-resources v0.20.0). */
export const kservePorts = { webhook: 9443, metrics: 8080 } as const;

/** Images by their whole names: KServe publishes on Docker Hub. */
const kserveImage = (name: string) => `docker.io/kserve/${name}`;

/** Who gets in is said by the route that somebody writes for a model, not by the model. */
export function kserveValues(domain: string): ChartValues {
    return {
        kserve: {
            version: RELEASE,
            agent: { image: kserveImage("agent") },
            router: { image: kserveImage("router") },
            storage: { image: kserveImage("storage-initializer") },
            localmodel: { defaultJobImage: kserveImage("storage-initializer") },
            controller: {
                // Deployments, Services and HorizontalPodAutoscalers: there is no Knative.
                deploymentMode: "Standard",
                image: kserveImage("kserve-controller"),
                imagePullPolicy: "IfNotPresent",
                metricsBindAddress: "0.0.0.0",
                resources: resources("25m", "160Mi", "512Mi"),
                topologySpreadConstraints: spread(kservePods),
                gateway: {
                    domain,
                    disableIstioVirtualHost: true,
                    disableIngressCreation: true,
                    // Of Knative's mesh.
                    localGateway: { gateway: "", gatewayService: "" },
                    ingressGateway: {
                        enableGatewayApi: true,
                        kserveGateway: `${publicGateway.namespace}/${publicGateway.name}`,
                        createGateway: false,
                    },
                },
            },
        },
    };
}

/** Runtimes for what notebooks write; others are gigabytes, for GPUs, or of no fixed version. */
const KEPT = ["kserve-lgbserver", "kserve-mlserver", "kserve-sklearnserver", "kserve-xgbserver"];

/** Values of the chart with runtimes. */
export function runtimeValues(): ChartValues {
    const of = (name: string) => ({ image: kserveImage(name) });
    return {
        kserve: {
            version: RELEASE,
            servingruntime: {
                enabled: true,
                sklearnserver: of("sklearnserver"),
                xgbserver: of("xgbserver"),
                lgbserver: of("lgbserver"),
            },
        },
    };
}

/** What a namespace that admits restricted pods alone wants besides, and a size for small models. */
export function runtimePatch(manifest: Manifest): Manifest | undefined {
    const { kind, metadata, spec } = manifest;
    if (kind !== "ClusterServingRuntime") {
        return manifest;
    }
    if (!KEPT.includes(metadata.name ?? "") || !isRecord(spec)) {
        return undefined;
    }
    const containers: readonly unknown[] = Array.isArray(spec.containers) ? spec.containers : [];
    return {
        ...manifest,
        spec: {
            ...spec,
            containers: containers.map((container) =>
                isRecord(container)
                    ? {
                          ...container,
                          resources: resources("100m", "512Mi", "2Gi"),
                          securityContext: {
                              ...(isRecord(container.securityContext)
                                  ? container.securityContext
                                  : {}),
                              seccompProfile: { type: "RuntimeDefault" },
                          },
                      }
                    : container,
            ),
        },
    };
}

/**
 * Prometheus has no account here, so nothing stands before the metrics but the network policies; the
 * certificate of the webhook is the platform's own.
 */
const DROPPED = [
    "ClusterRole/kserve-proxy-role",
    "ClusterRoleBinding/kserve-proxy-rolebinding",
    `Issuer/${KSERVE}/selfsigned-issuer`,
    // Nothing is in it.
    `Secret/${KSERVE}/kserve-webhook-server-secret`,
    `Service/${KSERVE}/kserve-controller-manager-metrics-service`,
    `Service/${KSERVE}/kserve-controller-manager-service`,
];

/** Groups of objects that a controller in this mode never makes, or that are not here. */
const UNUSED = [
    "admissionregistration.k8s.io",
    "networking.istio.io",
    "networking.k8s.io",
    "serving.knative.dev",
    "opentelemetry.io",
    "keda.sh",
];

/** The role without what is not used (kserve v0.20.0: markers of controller.go, not its calls). */
function narrowed(role: Manifest): Manifest {
    const rules: readonly unknown[] = Array.isArray(role.rules) ? role.rules : [];
    return {
        ...role,
        rules: rules.filter(
            (rule) =>
                !isRecord(rule) ||
                !Array.isArray(rule.apiGroups) ||
                !rule.apiGroups.some((group) => UNUSED.some((unused) => unused === group)),
        ),
    };
}

function certificate(manifest: Manifest): Manifest {
    return {
        ...manifest,
        metadata: {
            ...manifest.metadata,
            annotations: { "pulumi.com/waitFor": "condition=Ready" },
        },
        spec: {
            ...(isRecord(manifest.spec) ? manifest.spec : {}),
            duration: "2160h",
            renewBefore: "720h",
            privateKey: {
                algorithm: "ECDSA",
                size: 256,
                encoding: "PKCS8",
                rotationPolicy: "Always",
            },
            issuerRef: { group: "cert-manager.io", kind: "ClusterIssuer", name: issuers.internal },
        },
    };
}

/**
 * Settings that nobody needs here: a commented example, explainers, whose image has no tag of its own
 * there, and collectors that would tell KEDA of the load.
 */
const UNNEEDED = ["_example", "explainers", "opentelemetryCollector"];

function settings(manifest: Manifest): Manifest {
    const data = isRecord(manifest.data) ? manifest.data : {};
    return {
        ...manifest,
        data: Object.fromEntries(Object.entries(data).filter(([key]) => !UNNEEDED.includes(key))),
    };
}

/** The controllers, several and with nothing before their metrics. */
function deployment(manifest: Manifest, replicas: number): Manifest {
    const spec = isRecord(manifest.spec) ? manifest.spec : {};
    const template = isRecord(spec.template) ? spec.template : {};
    const pod = isRecord(template.spec) ? template.spec : {};
    const containers: readonly unknown[] = Array.isArray(pod.containers) ? pod.containers : [];
    const manager = containers.filter(
        (container) => isRecord(container) && container.name === "manager",
    );
    return patchPod(
        { ...manifest, spec: { ...spec, replicas } },
        { containers: manager, priorityClassName: priorities.platform.name },
    );
}

/** What the chart of the controllers has no values for. */
export function kservePatch(manifest: Manifest, replicas: number): Manifest | undefined {
    const key = objectKey(manifest);
    if (DROPPED.includes(key)) {
        return undefined;
    }
    switch (key) {
        case `Deployment/${KSERVE}/kserve-controller-manager`:
            return deployment(manifest, replicas);
        case `Certificate/${KSERVE}/serving-cert`:
            return certificate(manifest);
        case `ConfigMap/${KSERVE}/inferenceservice-config`:
            return settings(manifest);
        case "ClusterRole/kserve-manager-role":
            return narrowed(manifest);
        default:
            return manifest;
    }
}
