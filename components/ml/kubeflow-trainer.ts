/** Values of the charts of Trainer and JobSet, and what they have no values for. Pure. */
import { spread } from "../base/availability";
import type { ChartValues } from "../base/chart-renderer";
import {
    patchContainer,
    patchPod,
    resources,
    restrictedContainer,
    restrictedPod,
} from "../base/containers";
import { isRecord, type Manifest, objectKey } from "../base/object";
import { priorities } from "../base/priority";
import { internalCertificate, serviceNames } from "../security/internal-certificate";
import { issuers } from "../security/issuers";
import { awaitingAuthority } from "../base/webhooks";

/**
 * Namespace of both controllers, where the client for Python looks for the release of Trainer
 * (kubeflow 0.5.0: kubeflow/trainer/backends/kubernetes/backend.py).
 */
export const TRAINER_NAMESPACE = "kubeflow-system";

/** Release and name of the chart of Trainer. */
export const TRAINER = "kubeflow-trainer";

/** Labels of the controllers (charts kubeflow-trainer 2.2.1 and jobset 0.11.1). */
export const trainerPods = {
    "app.kubernetes.io/name": TRAINER,
    "app.kubernetes.io/instance": TRAINER,
    "app.kubernetes.io/part-of": "kubeflow",
    "app.kubernetes.io/component": "manager",
} as const;
export const jobSetPods = {
    "app.kubernetes.io/name": "jobset",
    "app.kubernetes.io/instance": "jobset",
    "app.kubernetes.io/component": "controller",
} as const;

/** Ports of Trainer: metrics where its values say, all else as the charts have it. */
export const trainerPorts = { health: 8081, metrics: 8080, webhook: 9443 } as const;

const MANAGER = `${TRAINER}-controller-manager`;
/** Secret of the certificate, as the chart mounts it. */
const TRAINER_CERTIFICATE = `${TRAINER}-webhook-cert`;
const JOBSET_CERTIFICATE = "jobset-webhook-server-cert";

const trainerSize = resources("25m", "96Mi", "512Mi");

/** Values of the chart of Trainer; runtimes are the platform's own. */
export function trainerValues(replicas: number): ChartValues {
    return {
        // Its chart would bring JobSet along, without a word about where and how it runs.
        jobset: { install: false },
        manager: {
            replicas,
            resources: trainerSize,
            securityContext: restrictedContainer,
            config: {
                // Network policies and the mesh stand before it.
                metrics: { bindAddress: `:${trainerPorts.metrics}`, secureServing: false },
                certManagement: { enable: false },
            },
        },
    };
}

/** Values of the chart of JobSet, whose own name an image of the main branch. */
export function jobSetValues(replicas: number, image: { name: string; tag: string }): ChartValues {
    return {
        image: { repository: image.name, tag: image.tag, pullPolicy: "IfNotPresent" },
        controller: {
            replicas,
            resources: trainerSize,
            securityContext: restrictedContainer,
            podSecurityContext: restrictedPod(65_532),
        },
        certManager: {
            enable: true,
            issuerRef: { group: "cert-manager.io", kind: "ClusterIssuer", name: issuers.internal },
        },
    };
}

/** The certificates by which the API server knows the webhooks. */
export const trainerCertificates: readonly Manifest[] = [
    internalCertificate({
        name: TRAINER_CERTIFICATE,
        namespace: TRAINER_NAMESPACE,
        names: serviceNames(MANAGER, TRAINER_NAMESPACE),
        usage: "server auth",
    }),
    internalCertificate({
        name: JOBSET_CERTIFICATE,
        namespace: TRAINER_NAMESPACE,
        names: serviceNames("jobset-webhook-service", TRAINER_NAMESPACE),
        usage: "server auth",
    }),
];

/** What the API server calls, with the authority that cert-manager writes into it. */
function injected(configuration: Manifest, certificate: string): Manifest {
    return awaitingAuthority({
        ...configuration,
        metadata: {
            ...configuration.metadata,
            annotations: {
                "cert-manager.io/inject-ca-from": `${TRAINER_NAMESPACE}/${certificate}`,
            },
        },
    });
}

/**
 * Groups that a role names for what is not here: certificates that controllers make themselves, and
 * schedulers of groups of pods.
 */
const UNUSED = [
    "admissionregistration.k8s.io",
    "scheduling.volcano.sh",
    "scheduling.x-k8s.io",
    "secrets",
];

/** The role without the rules of which each group, or resource, is in {@link UNUSED}. */
function narrowed(role: Manifest, field: "apiGroups" | "resources"): Manifest {
    const rules: readonly unknown[] = Array.isArray(role.rules) ? role.rules : [];
    const isUsed = (rule: unknown) => {
        const named = isRecord(rule) ? rule[field] : undefined;
        return !Array.isArray(named) || named.some((name) => !UNUSED.includes(String(name)));
    };
    return { ...role, rules: rules.filter(isUsed) };
}

/** A controller with what its chart has no values for. */
function controller(deployment: Manifest, labels: Readonly<Record<string, string>>): Manifest {
    return patchPod(deployment, {
        priorityClassName: priorities.platform.name,
        securityContext: restrictedPod(65_532),
        topologySpreadConstraints: spread(labels),
    });
}

/** The chart of Trainer as it is wanted here; undefined drops an object. */
export function trainerPatch(manifest: Manifest): Manifest | undefined {
    switch (objectKey(manifest)) {
        // Nothing is in it: cert-manager makes it.
        case `Secret/${TRAINER_NAMESPACE}/${TRAINER_CERTIFICATE}`:
        // Everybody who is known to the API server would read which release this is.
        case `Role/${TRAINER_NAMESPACE}/${TRAINER}-public`:
        case `RoleBinding/${TRAINER_NAMESPACE}/${TRAINER}-public`:
            return undefined;
        case `ClusterRole/${MANAGER}`:
            return narrowed(manifest, "apiGroups");
        case `Deployment/${TRAINER_NAMESPACE}/${MANAGER}`:
            return patchContainer(controller(manifest, trainerPods), "manager", {
                ports: Object.entries(trainerPorts).map(([name, containerPort]) => ({
                    name,
                    containerPort,
                })),
            });
        case `Service/${TRAINER_NAMESPACE}/${MANAGER}`:
            return {
                ...manifest,
                spec: {
                    selector: trainerPods,
                    ports: [{ name: "webhook-server", port: 443, targetPort: "webhook" }],
                },
            };
        default:
            return manifest.kind.endsWith("WebhookConfiguration")
                ? injected(manifest, TRAINER_CERTIFICATE)
                : manifest;
    }
}

/** What exists for metrics, which JobSet gives to tokens alone, and for certificates of its own. */
const DROPPED = [
    `Certificate/${TRAINER_NAMESPACE}/jobset-cert`,
    `Certificate/${TRAINER_NAMESPACE}/jobset-metrics-cert`,
    `Issuer/${TRAINER_NAMESPACE}/jobset-self-signed-issuer`,
    `Service/${TRAINER_NAMESPACE}/jobset-metrics-service`,
];

/** The chart of JobSet as it is wanted here; undefined drops an object. */
export function jobSetPatch(manifest: Manifest): Manifest | undefined {
    const key = objectKey(manifest);
    if (DROPPED.includes(key)) {
        return undefined;
    }
    switch (key) {
        case "ClusterRole/jobset-controller":
            return narrowed(manifest, "apiGroups");
        case `Role/${TRAINER_NAMESPACE}/jobset-controller`:
            return narrowed(manifest, "resources");
        case `Deployment/${TRAINER_NAMESPACE}/jobset-controller`:
            return withOneCertificate(controller(manifest, jobSetPods));
        default:
            return manifest.kind.endsWith("WebhookConfiguration")
                ? injected(manifest, JOBSET_CERTIFICATE)
                : manifest;
    }
}

/** Its metrics, which nobody asks for, are behind the certificate of the webhook. */
function withOneCertificate(deployment: Manifest): Manifest {
    const secret = { secretName: JOBSET_CERTIFICATE, defaultMode: 420 };
    const { health, webhook } = trainerPorts;
    const patched = patchPod(deployment, {
        volumes: [
            { name: "manager-config", configMap: { name: "jobset-controller-config" } },
            { name: "webhook-cert", secret },
            { name: "metrics-certs", secret },
        ],
    });
    return patchContainer(patched, "controller", {
        ports: [
            { name: "health-probe", containerPort: health },
            { name: "webhook", containerPort: webhook },
        ],
    });
}
