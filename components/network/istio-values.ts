/** How the Sail operator is to install Istio in ambient mode (istio 1.30.3). Pure. */
import { leavesDeadNode, spread } from "../base/availability";
import { resources } from "../base/containers";
import type { Manifest } from "../base/object";
import { priorities } from "../base/priority";

/** The release of Istio, which the operator of the same version carries. */
export const istioVersion = "v1.30.3";

/** Namespaces of the three parts; the operator makes none. */
export const meshNamespaces = {
    control: "istio-system",
    cni: "istio-cni",
    ztunnel: "ztunnel",
} as const;

/** Labels of the pods, as Istio's charts select them. */
export const istiodPods = { app: "istiod", istio: "pilot" } as const;
export const ztunnelPods = { app: "ztunnel" } as const;
export const istioCniPods = { "k8s-app": "istio-cni-node" } as const;

/** Ports of istiod, its proxies and the agents (istio 1.30.3: the charts istiod, cni, ztunnel). */
export const istioPorts = {
    discovery: 15_012,
    webhook: 15_017,
    istiodMetrics: 15_014,
    cniMetrics: 15_014,
    ztunnelMetrics: 15_020,
} as const;

const seccompProfile = { type: "RuntimeDefault" } as const;

/** Waits until the operator says that the part runs. */
const untilReady = { "pulumi.com/waitFor": "condition=Ready" } as const;

/**
 * Proxies that teams order with a Gateway of the class `istio-waypoint`: two that a lost node does
 * not take together, and a budget. Istio merges this into what it makes.
 */
const waypoints = {
    deployment: { spec: { replicas: 2 } },
    podDisruptionBudget: { spec: { minAvailable: 1, unhealthyPodEvictionPolicy: "AlwaysAllow" } },
} as const;

/** The control plane. One replica takes over the work of the others at once. */
export function istio(replicas: number): Manifest {
    return {
        apiVersion: "sailoperator.io/v1",
        kind: "Istio",
        metadata: { name: "default", annotations: untilReady },
        spec: {
            version: istioVersion,
            namespace: meshNamespaces.control,
            profile: "ambient",
            updateStrategy: { type: "InPlace" },
            values: {
                global: {
                    priorityClassName: priorities.platform.name,
                    // Its own lets all but one go, whatever there are.
                    defaultPodDisruptionBudget: { enabled: false },
                    proxy: { seccompProfile },
                    waypoint: { resources: resources("50m", "128Mi", "512Mi") },
                },
                pilot: {
                    autoscaleEnabled: false,
                    replicaCount: replicas,
                    rollingMaxSurge: 1,
                    rollingMaxUnavailable: 0,
                    // ztunnel asks for the certificates of the pods on its node.
                    trustedZtunnelNamespace: meshNamespaces.ztunnel,
                    resources: resources("100m", "384Mi", "1Gi"),
                    seccompProfile,
                    topologySpreadConstraints: spread(istiodPods),
                    ...(replicas > 1 ? {} : { tolerations: leavesDeadNode }),
                },
                gatewayClasses: { "istio-waypoint": waypoints },
            },
        },
    };
}

/**
 * The agent that brings pods into the mesh. Its defaults for folders are those of Talos; Cilium
 * leaves it its place in the chain of plugins (`cni.exclusive`). It repairs no sidecars, as there are
 * none.
 */
export const istioCni: Manifest = {
    apiVersion: "sailoperator.io/v1",
    kind: "IstioCNI",
    // The only name that the operator takes.
    metadata: { name: "default", annotations: untilReady },
    spec: {
        version: istioVersion,
        namespace: meshNamespaces.cni,
        profile: "ambient",
        values: {
            cni: {
                repair: { enabled: false },
                resources: resources("20m", "64Mi", "256Mi"),
                seccompProfile,
            },
        },
    },
};

/** The proxies, one on each node. */
export const ztunnel: Manifest = {
    apiVersion: "sailoperator.io/v1",
    kind: "ZTunnel",
    metadata: { name: "default", annotations: untilReady },
    spec: {
        version: istioVersion,
        namespace: meshNamespaces.ztunnel,
        targetRef: { kind: "Istio", name: "default" },
        values: {
            ztunnel: {
                logAsJson: true,
                resources: resources("50m", "128Mi", "512Mi"),
            },
        },
    },
};
