/** The EnvoyProxy: how the proxies of the shared Gateway run. Pure. */
import { minimumAvailable, spread } from "../base/availability";
import { resources, restrictedContainer } from "../base/containers";
import { standardLabels } from "../base/labels";
import type { Manifest } from "../base/object";
import type { ImagePin } from "../base/pins";
import { priorities } from "../base/priority";
import type { TraceTarget } from "../base/traces";
import { gatewayPods, publicGateway } from "./public-names";

/** What the EnvoyProxy needs to know. */
export interface EnvoyProxyArgs {
    readonly image: ImagePin;
    readonly replicas: number;
    /** Address that the Service asks for; any of the pool without it. */
    readonly address: string | undefined;
    /** Whether the network sends packets only to nodes with a proxy on them. */
    readonly routedToProxies: boolean;
    /** Where the proxies send spans; undefined when nobody takes them. */
    readonly traces: TraceTarget | undefined;
    /** What the pods say of themselves, to the mesh for example. */
    readonly annotations: Readonly<Record<string, string>>;
}

/** Envoy's image is built for this user, and so is the shutdown manager's. */
const user = { runAsUser: 65_532, runAsGroup: 65_532 };

/** The shutdown manager leaves a note here for the proxy, whose root is read-only. */
const scratch = { name: "tmp", mountPath: "/tmp" };

/** Labels that Envoy Gateway does not set, which admission asks of every pod. */
function missingLabels(): Record<string, string> {
    const {
        "app.kubernetes.io/instance": instance = "",
        "app.kubernetes.io/part-of": partOf = "",
    } = standardLabels({ name: publicGateway.name });
    return { "app.kubernetes.io/instance": instance, "app.kubernetes.io/part-of": partOf };
}

/**
 * The shutdown manager has no field of its own: a limit, and the volume for its note
 * (internal/infrastructure/kubernetes/proxy/resource.go, expectedProxyContainers).
 */
const shutdownManager = {
    name: "shutdown-manager",
    resources: resources("10m", "32Mi", "128Mi"),
    volumeMounts: [scratch],
};

/** Fields of a line about a request: Envoy's own names for them, and the id of its trace. */
const accessLog = {
    start_time: "%START_TIME%",
    method: "%REQ(:METHOD)%",
    authority: "%REQ(:AUTHORITY)%",
    path: "%REQ(X-ENVOY-ORIGINAL-PATH?:PATH)%",
    protocol: "%PROTOCOL%",
    response_code: "%RESPONSE_CODE%",
    response_flags: "%RESPONSE_FLAGS%",
    response_code_details: "%RESPONSE_CODE_DETAILS%",
    bytes_received: "%BYTES_RECEIVED%",
    bytes_sent: "%BYTES_SENT%",
    duration: "%DURATION%",
    downstream_remote_address: "%DOWNSTREAM_REMOTE_ADDRESS%",
    upstream_host: "%UPSTREAM_HOST%",
    upstream_cluster: "%UPSTREAM_CLUSTER%",
    route_name: "%ROUTE_NAME%",
    user_agent: "%REQ(USER-AGENT)%",
    request_id: "%REQ(X-REQUEST-ID)%",
    trace_id: "%TRACE_ID%",
} as const;

/**
 * A span of each request, of which the collectors keep the failed, the slow and a share. They are
 * named by host, not by Service: a Service that is not there would take the whole Gateway out of
 * service (envoy gateway v1.9.0: internal/gatewayapi/listener.go, processTracing).
 */
function telemetry({ host, port }: TraceTarget) {
    return {
        tracing: {
            samplingRate: 100,
            provider: { type: "OpenTelemetry", host, port, serviceName: publicGateway.name },
        },
        accessLog: {
            settings: [
                {
                    format: { type: "JSON", json: accessLog },
                    sinks: [{ type: "File", file: { path: "/dev/stdout" } }],
                },
            ],
        },
    };
}

/**
 * Proxies on different nodes and hosts, one of which always stays. Two threads each, because Envoy
 * would start one for every core of the node. Its memory limit becomes the threshold at which it
 * refuses new requests instead of being killed.
 *
 * By ARP one node answers for the address whether or not a proxy is on it, so every node must pass
 * packets on (Cilium: "L2 announcements", limitations): then proxies see the node's address instead
 * of the client's. Routers that learn by BGP are told only of nodes with a proxy, and the client's
 * address stays.
 */
export function envoyProxy({
    image,
    replicas,
    address,
    routedToProxies,
    traces,
    annotations,
}: EnvoyProxyArgs): Manifest {
    const { name, namespace } = publicGateway;
    return {
        apiVersion: "gateway.envoyproxy.io/v1alpha1",
        kind: "EnvoyProxy",
        metadata: { name, namespace },
        spec: {
            concurrency: 2,
            // Connections that are open get half a minute to end; five more and Kubernetes kills.
            shutdown: { drainTimeout: "30s", minDrainDuration: "10s" },
            ...(traces === undefined ? {} : { telemetry: telemetry(traces) }),
            provider: {
                type: "Kubernetes",
                kubernetes: {
                    envoyDeployment: {
                        name,
                        replicas,
                        strategy: {
                            type: "RollingUpdate",
                            rollingUpdate: { maxSurge: 1, maxUnavailable: 0 },
                        },
                        container: {
                            image: image.reference,
                            resources: resources("150m", "288Mi", "1Gi"),
                            securityContext: { ...restrictedContainer, ...user },
                            volumeMounts: [scratch],
                        },
                        pod: {
                            labels: missingLabels(),
                            ...(Object.keys(annotations).length > 0 ? { annotations } : {}),
                            priorityClassName: priorities.platform.name,
                            topologySpreadConstraints: spread(gatewayPods),
                            volumes: [{ name: scratch.name, emptyDir: { sizeLimit: "64Mi" } }],
                        },
                        patch: {
                            type: "StrategicMerge",
                            value: {
                                spec: { template: { spec: { containers: [shutdownManager] } } },
                            },
                        },
                    },
                    ...(replicas < 2
                        ? {}
                        : {
                              envoyPDB: {
                                  name,
                                  minAvailable: minimumAvailable(replicas),
                                  patch: {
                                      type: "StrategicMerge",
                                      value: {
                                          spec: { unhealthyPodEvictionPolicy: "AlwaysAllow" },
                                      },
                                  },
                              },
                          }),
                    envoyService: {
                        name,
                        type: "LoadBalancer",
                        externalTrafficPolicy: routedToProxies ? "Local" : "Cluster",
                        ...(address === undefined ? {} : { loadBalancerIP: address }),
                    },
                },
            },
        },
    };
}
