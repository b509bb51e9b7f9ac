/** What takes metrics and logs of edge sites at the platform: Grafana Alloy v1.18, as objects. Pure. */
import { spread } from "../base/availability";
import { contentDigest } from "../base/content-digest";
import { httpProbes, resources, restrictedContainer, restrictedPod } from "../base/containers";
import type { Manifest } from "../base/object";
import { priorities } from "../base/priority";
import { alloyText, block, text } from "./alloy-blocks";

/** Name of everything, and of its namespace. */
export const EDGE_INTAKE = "edge-intake";
/** Labels of its pods; they are selected by them, so they never change. */
export const intakePods = { "app.kubernetes.io/name": EDGE_INTAKE } as const;
/** Ports: metrics of sites, logs of sites, and what it tells of itself. */
export const intakePorts = { metrics: 9999, logs: 3100, own: 12_345 } as const;
/** The user of the image (alloy v1.18.1: Dockerfile). */
const USER = 473;

/** Where it hands on. */
export interface IntakeTargets {
    /** Each Prometheus by its own address, because each keeps its own copy. */
    readonly prometheus: readonly string[];
    /** `http://host:port` of Loki. */
    readonly loki: string;
}

/** What it is told: it takes, and hands on to all. */
export function intakeConfiguration({ prometheus, loki }: IntakeTargets): string {
    const http = (port: number) =>
        block("http", { listen_address: text("0.0.0.0"), listen_port: String(port) });
    return alloyText([
        block("logging", { level: text("info"), format: text("logfmt") }),
        block(
            'prometheus.receive_http "sites"',
            { forward_to: "[prometheus.remote_write.platform.receiver]" },
            http(intakePorts.metrics),
        ),
        block(
            'prometheus.remote_write "platform"',
            {},
            ...prometheus.map((url) =>
                block(
                    "endpoint",
                    { url: text(`${url}/api/v1/write`) },
                    block("metadata_config", { send: "false" }),
                ),
            ),
        ),
        block(
            'loki.source.api "sites"',
            {
                forward_to: "[loki.write.platform.receiver]",
                use_incoming_timestamp: "true",
            },
            http(intakePorts.logs),
        ),
        block(
            'loki.write "platform"',
            {},
            block("endpoint", { url: text(`${loki}/loki/api/v1/push`), max_backoff_retries: "0" }),
        ),
    ]);
}

const metadata = { name: EDGE_INTAKE, namespace: EDGE_INTAKE };

/** Its name inside, for the routes. */
export const intakeService: Manifest = {
    apiVersion: "v1",
    kind: "Service",
    metadata,
    spec: {
        selector: intakePods,
        ports: [
            { name: "remote-write", port: intakePorts.metrics, targetPort: "remote-write" },
            { name: "push", port: intakePorts.logs, targetPort: "push" },
        ],
    },
};

/** The configuration as its pods mount it. */
export function intakeConfigMap(targets: IntakeTargets): Manifest {
    return {
        apiVersion: "v1",
        kind: "ConfigMap",
        metadata,
        data: { "config.alloy": intakeConfiguration(targets) },
    };
}

/** The pods. What they have taken and not handed on yet is lost with them: some seconds of metrics. */
export function intakeServer(image: string, replicas: number, configuration: Manifest): Manifest {
    const port = (name: string, containerPort: number) => ({ name, containerPort });
    return {
        apiVersion: "apps/v1",
        kind: "Deployment",
        metadata,
        spec: {
            replicas,
            selector: { matchLabels: intakePods },
            strategy: {
                type: "RollingUpdate",
                rollingUpdate: {
                    maxUnavailable: replicas > 1 ? 1 : 0,
                    maxSurge: replicas > 1 ? 0 : 1,
                },
            },
            template: {
                metadata: {
                    labels: intakePods,
                    annotations: { "platform/configuration": contentDigest(configuration.data) },
                },
                spec: {
                    automountServiceAccountToken: false,
                    enableServiceLinks: false,
                    priorityClassName: priorities.platform.name,
                    securityContext: restrictedPod(USER),
                    topologySpreadConstraints: spread(intakePods),
                    containers: [
                        {
                            name: "alloy",
                            image,
                            imagePullPolicy: "IfNotPresent",
                            args: [
                                "run",
                                "/etc/alloy/config.alloy",
                                "--storage.path=/var/lib/alloy",
                                `--server.http.listen-addr=0.0.0.0:${intakePorts.own}`,
                                "--disable-reporting",
                            ],
                            ports: [
                                port("http-metrics", intakePorts.own),
                                port("remote-write", intakePorts.metrics),
                                port("push", intakePorts.logs),
                            ],
                            ...httpProbes("/-/healthy", "http-metrics"),
                            readinessProbe: {
                                httpGet: { path: "/-/ready", port: "http-metrics", scheme: "HTTP" },
                                periodSeconds: 10,
                                timeoutSeconds: 5,
                                failureThreshold: 3,
                            },
                            resources: resources("25m", "128Mi", "384Mi"),
                            securityContext: restrictedContainer,
                            volumeMounts: [
                                { name: "configuration", mountPath: "/etc/alloy", readOnly: true },
                                { name: "storage", mountPath: "/var/lib/alloy" },
                                { name: "tmp", mountPath: "/tmp" },
                            ],
                        },
                    ],
                    volumes: [
                        { name: "configuration", configMap: { name: EDGE_INTAKE } },
                        { name: "storage", emptyDir: { sizeLimit: "2Gi" } },
                        { name: "tmp", emptyDir: { sizeLimit: "64Mi" } },
                    ],
                },
            },
        },
    };
}
