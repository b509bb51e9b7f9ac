/** Values of the chart velero 12.1.0, and what it has none for. Pure. */
import { leavesDeadNode } from "../base/availability";
import type { ChartValues } from "../base/chart-renderer";
import {
    httpProbes,
    patchContainer,
    resources,
    restrictedContainer,
    type SecretVariable,
} from "../base/containers";
import type { Manifest } from "../base/object";
import { priorities } from "../base/priority";

import { configurations, dataMoverResources } from "./velero-manifests";

/** User and group of the image (velero v1.18.1: Dockerfile, paketobuildpacks/run-jammy-tiny). */
const USER = { runAsNonRoot: true, runAsUser: 1002, runAsGroup: 1000, fsGroup: 1000 } as const;
const podSecurityContext = { ...USER, seccompProfile: { type: "RuntimeDefault" } } as const;

const repository = `--backup-repository-configmap=${configurations.repository}`;

/**
 * The values.
 *
 * @param plugin image of the plugin for S3
 * @param key variables with the key of the store, where no credentials file has it
 */
export function veleroValues(plugin: string, key: readonly SecretVariable[]): ChartValues {
    return {
        // The program applies CRDs itself, and needs no job that may change them all.
        upgradeCRDs: false,
        cleanUpCRDs: false,
        // Locations and schedules are objects of the program.
        backupsEnabled: false,
        snapshotsEnabled: false,
        credentials: { useSecret: false },
        // A backup that is going on fails with its server, however long that is waited for.
        terminationGracePeriodSeconds: 60,
        priorityClassName: priorities.platform.name,
        tolerations: leavesDeadNode,
        podSecurityContext,
        containerSecurityContext: restrictedContainer,
        // Both ask the same, so traffic stops first and the pod is killed later.
        livenessProbe: { failureThreshold: 10 },
        resources: resources("50m", "256Mi", "1Gi"),
        initContainers: [
            {
                name: "velero-plugin-for-aws",
                image: plugin,
                imagePullPolicy: "IfNotPresent",
                resources: resources("10m", "32Mi", "128Mi"),
                securityContext: restrictedContainer,
                volumeMounts: [{ mountPath: "/target", name: "plugins" }],
            },
        ],
        configuration: {
            features: "EnableCSI",
            uploaderType: "kopia",
            defaultSnapshotMoveData: true,
            extraArgs: [repository],
            // Kopia keeps its cache and its configuration below the home directory.
            extraEnvVars: [{ name: "HOME", value: "/scratch" }, ...key.map((one) => ({ ...one }))],
            repositoryMaintenanceJob: {
                repositoryConfigData: {
                    global: {
                        keepLatestMaintenanceJobs: 3,
                        podResources: { ...dataMoverResources },
                        priorityClassName: priorities.data.name,
                    },
                },
            },
        },
        deployNodeAgent: true,
        nodeAgent: {
            // Pods of their own move the data. Without paths of the node neither they nor the agents
            // need more than the baseline level; only copies of files would, which nobody makes.
            disableHostPath: true,
            priorityClassName: priorities.platform.name,
            podSecurityContext,
            containerSecurityContext: restrictedContainer,
            extraVolumes: [{ name: "tmpdir", emptyDir: {} }],
            extraVolumeMounts: [{ name: "tmpdir", mountPath: "/tmp" }],
            extraArgs: [`--node-agent-configmap=${configurations.agent}`, repository],
            resources: resources("20m", "128Mi", "512Mi"),
        },
        metrics: {
            enabled: true,
            podAnnotations: {},
            serviceMonitor: { enabled: false, autodetect: false },
            nodeAgentPodMonitor: { enabled: false, autodetect: false },
            prometheusRule: { enabled: false, autodetect: false },
        },
    };
}

/**
 * The chart has no probes for the agents. Its Service only leads to metrics, which are read from the
 * pods; its role for everything in its own namespace adds nothing to what the server is bound to.
 */
export function patchedVelero(manifest: Manifest): Manifest | undefined {
    return ["Service", "Role", "RoleBinding"].includes(manifest.kind)
        ? undefined
        : manifest.kind === "DaemonSet"
          ? patchContainer(manifest, "node-agent", httpProbes("/metrics", "http-monitoring"))
          : manifest;
}
