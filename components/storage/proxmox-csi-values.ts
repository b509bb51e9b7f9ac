/** Values of the chart proxmox-csi-plugin 0.5.9, and what it has none for. Pure. */
import { HOST_LABEL, spread } from "../base/availability";
import type { ChartValues } from "../base/chart-renderer";
import { httpProbes, patchContainer, patchPod, resources } from "../base/containers";
import type { Manifest } from "../base/object";
import { authorityMount } from "../base/proxmox-client";
import { proxmoxCsiMetricsPort, proxmoxCsiPods } from "./proxmox-csi-alerts";

/** Name of the class; nothing gets it that does not ask for it. */
export const PROXMOX_CLASS = "proxmox-local";

/** Secret with what the driver is told, and its key. */
export const configuration = { secret: "proxmox-csi", key: "config.yaml" } as const;

const REGION_LABEL = "topology.kubernetes.io/region";

/** What the class says. */
export interface ProxmoxClass {
    /** Storage of Proxmox, of the same name on every host. */
    readonly datastore: string;
    readonly reclaimPolicy: string;
    /** Value of the label of the region on every node: the name of the cluster. */
    readonly region: string;
    /** Proxmox hosts with nodes. */
    readonly hosts: readonly string[];
}

/** What the chart tells the sidecars that make and attach. */
const FILE_SYSTEM = "--default-fstype=ext4";

/**
 * Ports on which sidecars of the controller say whether their election is sound (kubernetes-csi:
 * csi-lib-utils, leaderelection); without `--http-endpoint` there is nothing to probe.
 */
const sidecars = { "csi-attacher": 8081, "csi-provisioner": 8082, "csi-resizer": 8083 } as const;
/** The same of what registers the driver with the kubelet (node-driver-registrar v2.15.0). */
const REGISTRAR_PORT = 9809;

function endpoint(port: number): string {
    return `--http-endpoint=:${port}`;
}

/** The values. */
export function proxmoxCsiValues(
    replicas: number,
    { datastore, reclaimPolicy, region, hosts }: ProxmoxClass,
    hasAuthority: boolean,
): ChartValues {
    const small = { resources: resources("10m", "32Mi", "128Mi") };
    return {
        replicaCount: replicas,
        // Errors, and what is made or attached; the chart's 5 tells of every request.
        logVerbosityLevel: 2,
        existingConfigSecret: configuration.secret,
        existingConfigSecretKey: configuration.key,
        priorityClassName: "system-cluster-critical",
        // What decides where volumes are must not wait for a worker.
        nodeSelector: { "node-role.kubernetes.io/control-plane": "" },
        tolerations: [{ key: "node-role.kubernetes.io/control-plane", effect: "NoSchedule" }],
        // No annotations: a PodMonitor says it.
        metrics: { enabled: true, port: proxmoxCsiMetricsPort, type: "monitor" },
        storageClass: [
            {
                name: PROXMOX_CLASS,
                storage: datastore,
                reclaimPolicy,
                volumeBindingMode: "WaitForFirstConsumer",
                fstype: "ext4",
                allowedTopologies: [
                    {
                        matchLabelExpressions: [
                            { key: REGION_LABEL, values: [region] },
                            { key: HOST_LABEL, values: [...hosts] },
                        ],
                    },
                ],
            },
        ],
        controller: {
            plugin: small,
            attacher: { ...small, args: [FILE_SYSTEM, endpoint(sidecars["csi-attacher"])] },
            provisioner: { ...small, args: [FILE_SYSTEM, endpoint(sidecars["csi-provisioner"])] },
            resizer: { ...small, args: [endpoint(sidecars["csi-resizer"])] },
        },
        node: {
            plugin: small,
            driverRegistrar: { ...small, args: [endpoint(REGISTRAR_PORT)] },
            // Workers alone: control planes run nothing with a volume of their own.
            tolerations: [],
        },
        livenessprobe: small,
        ...authorityMount(hasAuthority),
    };
}

const RELEASE = "proxmox-csi-plugin";
/** Where the sidecar answers for the driver (kubernetes-csi/livenessprobe v2.16.0, `--health-port`). */
const HEALTH_PORT = 9808;

/** The sidecar asks the driver over its socket; the kubelet asks the sidecar. */
function probes() {
    const httpGet = { path: "/healthz", port: HEALTH_PORT, scheme: "HTTP" };
    const probe = { httpGet, periodSeconds: 30, timeoutSeconds: 10 };
    return {
        readinessProbe: { ...probe, failureThreshold: 2 },
        livenessProbe: { ...probe, failureThreshold: 6 },
    };
}

/** It is no fault of its own when the driver does not answer. */
const ownProbes = {
    readinessProbe: probes().readinessProbe,
    livenessProbe: { tcpSocket: { port: HEALTH_PORT }, periodSeconds: 30, timeoutSeconds: 10 },
};

/** The chart with probes, spread over hosts, and no namespace on what has none. */
export function patchedProxmoxCsi(manifest: Manifest): Manifest {
    if (manifest.kind === "ClusterRole") {
        return { ...manifest, metadata: { ...manifest.metadata, namespace: undefined } };
    }
    const watched = patchContainer(manifest, "liveness-probe", ownProbes);
    if (manifest.kind === "Deployment") {
        const pod = patchPod(watched, {
            topologySpreadConstraints: spread(proxmoxCsiPods),
            hostAliases: [],
            initContainers: [],
        });
        return Object.entries(sidecars).reduce(
            (deployment, [name, port]) =>
                patchContainer(deployment, name, httpProbes("/healthz/leader-election", port)),
            patchContainer(pod, `${RELEASE}-controller`, probes()),
        );
    }
    return patchContainer(
        patchContainer(watched, `${RELEASE}-node`, probes()),
        "csi-node-driver-registrar",
        httpProbes("/healthz", REGISTRAR_PORT),
    );
}
