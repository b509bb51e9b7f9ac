/** Values of vcluster's chart (0.36.1) and what these cannot say. Pure. */
import { spread } from "../base/availability";
import type { ChartValues } from "../base/chart-renderer";
import {
    changeContainer,
    patchContainer,
    resources,
    restrictedContainer,
    restrictedPod,
} from "../base/containers";
import { isRecord, type Manifest } from "../base/object";
import { priorities } from "../base/priority";
import type { Site } from "../site";
import { virtualDns, virtualDnsPods } from "../../operators/vcluster";

/** The user of all its programs; the chart would take root. */
const USER = 12_345;

/** Ports of its pods: the API for people, and the metrics of etcd. */
export const vclusterPorts = { api: 8443, etcdMetrics: 2381 } as const;

/** Pods of a virtual cluster's control plane, by the name of its release. */
export function controlPlanePods(release: string) {
    return { app: "vcluster", release } as const;
}

/** Pods of its etcd. */
export function etcdPods(release: string) {
    return { app: "vcluster-etcd", release } as const;
}

/** What differs between virtual clusters. */
export interface VirtualClusterSize {
    readonly release: string;
    /** Programs that copy between the clusters and serve the API. */
    readonly replicas: number;
    /** Members of etcd: an odd number. */
    readonly members: number;
    /** Reference of the image of its DNS. */
    readonly dns: string;
    /** Name by which people reach its API; undefined where it has none outside. */
    readonly host: string | undefined;
}

/** How many of everything a virtual cluster has on a site. */
export function virtualClusterSize({
    profile,
    replicas,
}: Pick<Site, "profile" | "replicas">): Pick<VirtualClusterSize, "replicas" | "members"> {
    return { replicas: replicas("serving"), members: profile === "prod" ? 3 : 1 };
}

/**
 * The values. What a tenant writes stays inside: no policy of its own is copied, because policies of
 * Kubernetes only ever let more through; nothing of the host's nodes is shown; and no guardrails are
 * the chart's, because the namespace has those of its tier.
 */
export function vclusterValues({
    release,
    replicas,
    members,
    dns,
    host,
}: VirtualClusterSize): ChartValues {
    const container = { ...restrictedContainer, runAsUser: USER, runAsGroup: USER };
    return {
        telemetry: { enabled: false },
        ...(host === undefined ? {} : { exportKubeConfig: { server: `https://${host}` } }),
        controlPlane: {
            distro: { k8s: { securityContext: container } },
            ...(host === undefined ? {} : { proxy: { extraSANs: [host] } }),
            statefulSet: {
                image: { registry: "ghcr.io", repository: "loft-sh/vcluster-oss" },
                imagePullPolicy: "IfNotPresent",
                enableServiceLinks: false,
                highAvailability: { replicas },
                resources: {
                    limits: { memory: "1536Mi", "ephemeral-storage": "2Gi" },
                    requests: { cpu: "100m", memory: "320Mi", "ephemeral-storage": "512Mi" },
                },
                security: {
                    podSecurityContext: restrictedPod(USER),
                    containerSecurityContext: container,
                },
                scheduling: {
                    priorityClassName: priorities.app.name,
                    topologySpreadConstraints: spread(controlPlanePods(release)),
                },
            },
            // More than one replica needs a store of its own; that inside of it is not free.
            backingStore: {
                etcd: {
                    deploy: {
                        enabled: true,
                        statefulSet: {
                            imagePullPolicy: "IfNotPresent",
                            enableServiceLinks: false,
                            highAvailability: { replicas: members },
                            resources: resources("50m", "128Mi", "512Mi"),
                            security: {
                                podSecurityContext: restrictedPod(USER),
                                containerSecurityContext: container,
                            },
                            scheduling: {
                                priorityClassName: priorities.app.name,
                                topologySpreadConstraints: spread(etcdPods(release)),
                            },
                            persistence: { volumeClaim: { size: "2Gi" } },
                        },
                    },
                },
            },
            coredns: {
                security: {
                    podSecurityContext: restrictedPod(USER),
                    containerSecurityContext: {
                        ...container,
                        // It listens on port 53.
                        capabilities: { drop: ["ALL"], add: ["NET_BIND_SERVICE"] },
                    },
                },
                deployment: {
                    image: dns,
                    replicas,
                    resources: {
                        limits: { cpu: "200m", memory: "170Mi" },
                        requests: { cpu: "20m", memory: "64Mi" },
                    },
                    topologySpreadConstraints: spread({
                        ...virtualDnsPods,
                        ...virtualDns(release),
                    }),
                },
            },
        },
        policies: {
            resourceQuota: { enabled: false },
            limitRange: { enabled: false },
            networkPolicy: { enabled: false },
        },
        sync: {
            toHost: {
                podDisruptionBudgets: { enabled: true },
                // It would start an image of another registry in pods of StatefulSets.
                pods: { rewriteHosts: { enabled: false } },
            },
        },
    };
}

const ready = { httpGet: { path: "/readyz", port: vclusterPorts.etcdMetrics, scheme: "HTTP" } };

/** The name of the cluster of etcd, which is alone in its namespace; it looks like a credential. */
const isTokenFlag = (argument: unknown) =>
    typeof argument === "string" && argument.startsWith("--initial-cluster-token=");

/** What the chart has no values for. */
export function patchedVcluster(manifest: Manifest): Manifest {
    return changeContainer(
        patchContainer(manifest, "etcd", {
            ports: [{ name: "metrics", containerPort: vclusterPorts.etcdMetrics }],
            readinessProbe: { ...ready, periodSeconds: 5, timeoutSeconds: 5, failureThreshold: 3 },
        }),
        "etcd",
        ({ command, ...container }) => ({
            ...container,
            command: Array.isArray(command)
                ? command.filter((argument) => !isTokenFlag(argument))
                : command,
        }),
    );
}

/** Key of the configuration in its Secret. */
export const CONFIGURATION_KEY = "config.yaml";

/**
 * The configuration that a Secret of the chart holds, as text; undefined for any other object.
 * Nothing in it is secret.
 */
export function configurationIn({ kind, data }: Manifest): string | undefined {
    const packed = kind === "Secret" && isRecord(data) ? data[CONFIGURATION_KEY] : undefined;
    return typeof packed === "string" ? Buffer.from(packed, "base64").toString() : undefined;
}
