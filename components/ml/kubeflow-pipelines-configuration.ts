/** What the parts of Kubeflow Pipelines are told, besides variables. Pure. */
import * as yaml from "js-yaml";
import type { Manifest } from "../base/object";
import { PIPELINES, pipelinesPorts, pipelinesServices } from "./kubeflow-pipelines-names";

/** Where files of runs lie. */
export interface ArtifactBucket {
    readonly bucket: string;
    readonly host: string;
    readonly region: string;
    readonly accessKey: {
        readonly secretName: string;
        readonly id: string;
        readonly secret: string;
    };
}

/** Port of the store, which speaks HTTP inside of the cluster. */
export const STORE_PORT = 80;

/**
 * Where steps put what they make, and how the page finds it again: both read the key of the bucket
 * from its Secret (kubeflow/pipelines 2.16.1: backend/src/v2/config/env.go and s3.go).
 */
export function launcherConfiguration({
    bucket,
    host,
    region,
    accessKey,
}: ArtifactBucket): Manifest {
    const providers = {
        s3: {
            default: {
                endpoint: `${host}:${STORE_PORT}`,
                region,
                disableSSL: true,
                forcePathStyle: true,
                credentials: {
                    fromEnv: false,
                    secretRef: {
                        secretName: accessKey.secretName,
                        accessKeyKey: accessKey.id,
                        secretKeyKey: accessKey.secret,
                    },
                },
            },
        },
    };
    return {
        apiVersion: "v1",
        kind: "ConfigMap",
        metadata: { name: "kfp-launcher", namespace: PIPELINES },
        data: {
            defaultPipelineRoot: `s3://${bucket}/v2/artifacts`,
            providers: yaml.dump(providers),
        },
    };
}

const TYPES = "type.googleapis.com/envoy.extensions";
/** ConfigMap of the proxy, and its file. */
export const PROXY_CONFIGURATION = "metadata-envoy-configuration";
export const PROXY_FILE = "envoy.yaml";
/** Answers by itself whether the proxy runs. */
export const PROXY_HEALTH = "/healthz";

const filter = (name: string, type: string, rest: object = {}) => ({
    name: `envoy.filters.http.${name}`,
    typed_config: { "@type": `${TYPES}.filters.http.${type}`, ...rest },
});

/**
 * Translates what browsers ask through the page to gRPC, as upstream's does
 * (manifests/kustomize/base/metadata/base/metadata-envoy-configmap.yaml), without its page for
 * administrators and without answers to browsers of other sites.
 */
function proxyObject(): Manifest {
    const address = (host: string, port: number) => ({
        socket_address: { address: host, port_value: port },
    });
    const connections = {
        "@type": `${TYPES}.filters.network.http_connection_manager.v3.HttpConnectionManager`,
        stat_prefix: "metadata",
        route_config: {
            virtual_hosts: [
                {
                    name: "metadata",
                    domains: ["*"],
                    routes: [
                        {
                            match: { prefix: "/" },
                            route: {
                                cluster: "metadata",
                                max_stream_duration: { grpc_timeout_header_max: "0s" },
                            },
                        },
                    ],
                },
            ],
        },
        http_filters: [
            filter("health_check", "health_check.v3.HealthCheck", {
                pass_through_mode: false,
                headers: [{ name: ":path", string_match: { exact: PROXY_HEALTH } }],
            }),
            filter("grpc_web", "grpc_web.v3.GrpcWeb"),
            filter("router", "router.v3.Router"),
        ],
    };
    const proxy = {
        static_resources: {
            listeners: [
                {
                    name: "web",
                    address: address("0.0.0.0", pipelinesPorts.metadataWeb),
                    filter_chains: [
                        {
                            filters: [
                                {
                                    name: "envoy.filters.network.http_connection_manager",
                                    typed_config: connections,
                                },
                            ],
                        },
                    ],
                },
            ],
            clusters: [
                {
                    name: "metadata",
                    connect_timeout: "30s",
                    type: "LOGICAL_DNS",
                    typed_extension_protocol_options: {
                        "envoy.extensions.upstreams.http.v3.HttpProtocolOptions": {
                            "@type": `${TYPES}.upstreams.http.v3.HttpProtocolOptions`,
                            explicit_http_config: { http2_protocol_options: {} },
                        },
                    },
                    load_assignment: {
                        cluster_name: "metadata",
                        endpoints: [
                            {
                                lb_endpoints: [
                                    {
                                        endpoint: {
                                            address: address(
                                                pipelinesServices.metadata,
                                                pipelinesPorts.metadata,
                                            ),
                                        },
                                    },
                                ],
                            },
                        ],
                    },
                },
            ],
        },
    };
    return {
        apiVersion: "v1",
        kind: "ConfigMap",
        metadata: { name: PROXY_CONFIGURATION, namespace: PIPELINES },
        data: { [PROXY_FILE]: yaml.dump(proxy) },
    };
}

/** ConfigMap of the proxy. */
export const proxyConfiguration: Manifest = proxyObject();
