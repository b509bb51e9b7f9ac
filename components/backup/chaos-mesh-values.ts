/** Values of the chart chaos-mesh 2.8.3, and what it has none for. Pure. */
import { spread } from "../base/availability";
import type { ChartValues } from "../base/chart-renderer";
import {
    httpProbes,
    patchContainer,
    patchPod,
    resources,
    restrictedContainer,
    restrictedPod,
} from "../base/containers";
import { isRecord, type Manifest, objectKey } from "../base/object";
import { priorities } from "../base/priority";
import { awaitingAuthority } from "../base/webhooks";
import { chaosControllerPods } from "./chaos-mesh-alerts";

/** Any user: the image names none and has no file of its own (images/chaos-mesh/Dockerfile). */
const USER = 65_532;

/**
 * The values.
 *
 * @param pause what takes the place of a container that is made to fail
 */
export function chaosMeshValues(replicas: number, pause: string): ChartValues {
    return {
        dashboard: { create: false },
        dnsServer: { create: false },
        bpfki: { create: false },
        prometheus: { create: false },
        enableProfiling: false,
        // Without it the chart makes new certificates at each rendering.
        webhook: { certManager: { enabled: true } },
        controllerManager: {
            replicaCount: replicas,
            enableFilterNamespace: true,
            // For machines outside of the cluster, with a certificate that the chart makes anew.
            chaosdSecurityMode: false,
            priorityClassName: priorities.platform.name,
            podChaos: { podFailure: { pauseImage: pause } },
            securityContext: restrictedPod(USER),
            resources: resources("25m", "192Mi", "512Mi"),
        },
        chaosDaemon: {
            runtime: "containerd",
            socketPath: "/run/containerd/containerd.sock",
            priorityClassName: priorities.platform.name,
            service: { scrape: { enabled: false } },
            updateStrategy: { type: "RollingUpdate", rollingUpdate: { maxUnavailable: 1 } },
            resources: resources("25m", "128Mi", "512Mi"),
        },
    };
}

/** Of the dashboard, which is not there; the chart gives its accounts and roles all the same. */
function isUnused({ metadata: { name = "" } }: Manifest): boolean {
    return name.includes("chaos-dashboard");
}

/** The kinds of the chart, all of which the controller watches. */
const KINDS = [
    ...["awschaos", "azurechaos", "blockchaos", "dnschaos", "gcpchaos", "httpchaos", "iochaos"],
    ...["jvmchaos", "kernelchaos", "networkchaos", "physicalmachinechaos", "physicalmachines"],
    ...["podchaos", "podhttpchaos", "podiochaos", "podnetworkchaos", "remoteclusters"],
    ...["schedules", "statuschecks", "stresschaos", "timechaos", "workflownodes", "workflows"],
];

/**
 * What the controller does in the namespaces of pods: it looks at them, kills them, puts its
 * annotations on them, and tells. The chart would also let it read and change every Secret and
 * ConfigMap, for clouds and clusters elsewhere, and start pods, for steps of workflows; none is used
 * here (v2.8.3: controllers/chaosimpl, pkg/workflow).
 */
const narrowedRules = [
    {
        apiGroups: [""],
        resources: ["pods"],
        verbs: ["get", "list", "watch", "delete", "update", "patch"],
    },
    { apiGroups: [""], resources: ["events"], verbs: ["get", "list", "watch", "create", "patch"] },
    {
        apiGroups: ["chaos-mesh.org"],
        resources: KINDS.flatMap((kind) => [kind, `${kind}/status`]),
        verbs: ["get", "list", "watch", "create", "update", "patch", "delete"],
    },
];

/** The same in its own namespace: leader election, and where the daemons are. */
const narrowedOwnRules = [
    { apiGroups: [""], resources: ["services"], verbs: ["get", "list", "watch"] },
    {
        apiGroups: ["discovery.k8s.io"],
        resources: ["endpointslices"],
        verbs: ["get", "list", "watch"],
    },
    {
        apiGroups: ["coordination.k8s.io"],
        resources: ["leases"],
        verbs: ["get", "list", "watch", "create", "update", "patch"],
    },
];

const ROLES: Readonly<Record<string, readonly object[]>> = {
    "ClusterRole/chaos-mesh-chaos-controller-manager-target-namespace": narrowedRules,
    "Role/chaos-mesh/chaos-mesh-chaos-controller-manager-control-plane": narrowedOwnRules,
};

/** Without the mark that the chart draws by lot at each rendering. */
function withoutLot(manifest: Manifest): Manifest {
    const { spec } = manifest as unknown as {
        spec: { template: { metadata: { annotations?: Readonly<Record<string, string>> } } };
    };
    const { annotations = {}, ...metadata } = spec.template.metadata;
    const kept = Object.fromEntries(
        Object.entries(annotations).filter(([key]) => key !== "rollme"),
    );
    return {
        ...manifest,
        spec: {
            ...spec,
            template: { ...spec.template, metadata: { ...metadata, annotations: kept } },
        },
    };
}

/** The chart without what nothing uses, and with what it has no values for. */
export function patchedChaosMesh(manifest: Manifest): Manifest | undefined {
    if (isUnused(manifest)) {
        return undefined;
    }
    const rules = ROLES[objectKey(manifest)];
    if (rules !== undefined) {
        return { ...manifest, rules };
    }
    if (manifest.kind.endsWith("WebhookConfiguration")) {
        return awaitingAuthority(manifest);
    }
    if (manifest.kind === "Service" && isRecord(manifest.metadata.annotations)) {
        // They ask for a scrape that nothing here looks for.
        return { ...manifest, metadata: { ...manifest.metadata, annotations: {} } };
    }
    if (manifest.kind === "Deployment") {
        return patchContainer(
            patchPod(withoutLot(manifest), {
                topologySpreadConstraints: spread(chaosControllerPods),
            }),
            "chaos-mesh",
            { securityContext: restrictedContainer, ...probes("http") },
        );
    }
    return manifest.kind === "DaemonSet"
        ? patchContainer(
              patchPod(withoutLot(manifest), { automountServiceAccountToken: false }),
              "chaos-daemon",
              probes("http"),
          )
        : manifest;
}

function probes(port: string) {
    return httpProbes("/metrics", port);
}
