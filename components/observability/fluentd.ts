import type * as pulumi from "@pulumi/pulumi";
import { z } from "zod";
import { spread } from "../base/availability";
import { none } from "../base/capabilities";
import { connect, type Endpoint } from "../base/connection";
import { resources, restrictedContainer, restrictedPod, secretVariable } from "../base/containers";
import { define } from "../base/definition";
import type { Exception } from "../base/exceptions";
import type { SystemContext } from "../base/foundation";
import type { Manifest } from "../base/object";
import { chart } from "../base/pins";
import { priorities } from "../base/priority";
import { System } from "../base/system";
import { cidr } from "../base/values";
import type { Storage } from "../storage/ceph-cluster";
import { rookCeph } from "../storage/rook-ceph";
import { eckOperator } from "./elasticsearch";
import { elasticsearchHost } from "./elasticsearch-objects";
import { evidence as kinds } from "./evidence";
import type { EvidenceStore } from "./evidence-store";
import { patchedFluent } from "./fluent-chart";
import { fluentdAlerts, fluentdDashboards, fluentdPods, fluentdScrapes } from "./fluentd-alerts";
import { AUTHORITY_FOLDER, elasticVariables, fluentdFiles, fluentdPorts } from "./fluentd-config";
import { type LogStore, loki } from "./loki";

const NAMESPACE = "fluentd";
const VARIANT = "v1.19.3-debian-elasticsearch9-1.1";

/** What gathers logs that no pod of the cluster writes. */
export const fluentd = define({
    name: "fluentd",
    layer: "observability",
    purpose: "takes what machines and Proxmox hosts write, and brings it to Elasticsearch",
    origin: "001: one layer that routes logs",
    charts: { fluentd: chart("fluentd", "0.6.0", "https://fluent.github.io/helm-charts") },
    needs: [rookCeph, loki, eckOperator],
    offIn: { dev: "there is no Elasticsearch; talosctl shows what a machine writes" },
    settings: {
        hosts: z
            .array(cidr)
            .default([])
            .describe(
                "networks of the Proxmox hosts, which may send their syslog (TCP, port 5140); default: none, and no address for it",
            ),
    },
    capabilities: {
        metrics: fluentdScrapes,
        alerts: fluentdAlerts,
        dashboards: fluentdDashboards,
        routes: none("machines and hosts send to it"),
        signOn: none("nobody signs on to it"),
        backup: none("its volumes hold lines of the last minutes on their way"),
        sizing: { by: "replicas follow the profile; lines are few" },
        flows: "declared",
        retention: [
            { what: "lines of machines, in Elasticsearch", for: `${kinds.machine.days}d` },
            { what: "lines of Proxmox hosts, in Elasticsearch", for: `${kinds.host.days}d` },
        ],
    },
});

const exceptions: readonly Exception[] = [
    {
        criterion: "DR-02",
        resource: "StatefulSet/fluentd/fluentd",
        reason: "Its volumes hold lines on their way into the stores; a copy of a day ago would bring them there twice.",
        guard: "who sends keeps what is not acknowledged, an alert tells when buffers fill, and no platform is built from logs",
        expires: "2027-11-30",
    },
];

/** Arguments of {@link Fluentd}. */
export interface FluentdArgs extends SystemContext<typeof fluentd> {
    readonly storage: Pick<Storage, "storageClasses" | "ready">;
    readonly evidence: EvidenceStore;
    readonly logs: LogStore;
}

/** The image as its own user, whose folder nobody writes to, without the script that looks for plugins. */
function patch(manifest: Manifest): Manifest | undefined {
    return patchedFluent(manifest, "fluentd", {
        command: [
            "fluentd",
            "-c",
            "/etc/fluent/fluent.conf",
            "-p",
            "/fluentd/plugins",
            "--gemfile",
            "/fluentd/Gemfile",
        ],
    });
}

/** Fluentd in a few replicas, each with a buffer on a volume. */
export class Fluentd extends System<typeof fluentd> {
    /** Where Fluent Bit hands in what machines write. */
    readonly receiver: Endpoint;
    readonly host: string;

    constructor(
        { storage, evidence, logs, ...context }: FluentdArgs,
        opts: pulumi.ComponentResourceOptions,
    ) {
        super(context, { exceptions }, opts);
        const { site, settings } = context;
        const replicas = site.replicas("serving");
        const namespace = this.namespace(NAMESPACE, {
            tier: "monitoring",
            backup: none("its volumes hold lines of the last minutes on their way"),
            flows: settings.hosts.map((cidr, index) => ({
                name: index === 0 ? "syslog-of-hosts" : `syslog-of-hosts-${index + 1}`,
                pods: fluentdPods,
                from: { cidr },
                ports: [fluentdPorts.syslog],
            })),
        });
        const own = { namespace, pods: fluentdPods };
        const access = evidence.user("fluentd", namespace);
        const ways = [
            ...connect("fluentd-elasticsearch", { from: own, to: evidence.endpoint }),
            ...connect("fluentd-loki", { from: own, to: logs.endpoint }),
        ];
        const [host, port] = [elasticsearchHost, evidence.endpoint.ports[0]];
        this.chart(fluentd.charts.fluentd, {
            release: "fluentd",
            namespace,
            needs: [...ways, ...access.ready, ...evidence.ready, ...logs.ready, ...storage.ready],
            patch,
            values: {
                kind: "StatefulSet",
                replicaCount: replicas,
                image: {
                    repository: "docker.io/fluent/fluentd-kubernetes-daemonset",
                    tag: VARIANT,
                },
                rbac: { create: false },
                podSecurityPolicy: { enabled: false },
                dashboards: { enabled: false },
                priorityClassName: priorities.platform.name,
                podSecurityContext: {
                    ...restrictedPod(999),
                    fsGroupChangePolicy: "OnRootMismatch",
                },
                securityContext: restrictedContainer,
                topologySpreadConstraints: spread(fluentdPods),
                resources: resources("50m", "192Mi", "512Mi"),
                livenessProbe: {
                    httpGet: { path: "/metrics", port: "metrics" },
                    periodSeconds: 30,
                    timeoutSeconds: 5,
                    failureThreshold: 6,
                },
                readinessProbe: {
                    httpGet: { path: "/metrics", port: "metrics" },
                    periodSeconds: 10,
                    timeoutSeconds: 5,
                    failureThreshold: 3,
                },
                // The files of the nodes are Vector's.
                mountVarLogDirectory: false,
                mountDockerContainersDirectory: false,
                persistence: {
                    enabled: true,
                    storageClass: storage.storageClasses.block,
                    size: "2Gi",
                },
                env: [
                    secretVariable(elasticVariables.user, access.secretName, "username"),
                    secretVariable(elasticVariables.password, access.secretName, "password"),
                    { name: "TMPDIR", value: "/tmp" },
                ],
                volumes: [
                    { name: "tmp", emptyDir: { sizeLimit: "64Mi" } },
                    {
                        name: "authority",
                        secret: {
                            secretName: access.authority,
                            items: [{ key: "ca.crt", path: "ca.crt" }],
                            defaultMode: 0o440,
                        },
                    },
                ],
                volumeMounts: [
                    { name: "tmp", mountPath: "/tmp" },
                    { name: "authority", mountPath: AUTHORITY_FOLDER, readOnly: true },
                ],
                service: {
                    ports: [
                        {
                            name: "forward",
                            containerPort: fluentdPorts.forward,
                            protocol: "TCP",
                        },
                        { name: "syslog", containerPort: fluentdPorts.syslog, protocol: "TCP" },
                    ],
                },
                fileConfigs: {
                    ...fluentdFiles({
                        elasticsearch: { host, port: typeof port === "number" ? port : 9200 },
                        loki: logs.url,
                    }),
                },
            },
        });
        this.budget("fluentd", own, replicas);
        if (settings.hosts.length > 0) {
            this.object(
                {
                    apiVersion: "v1",
                    kind: "Service",
                    metadata: { name: "fluentd-syslog", namespace: namespace.name },
                    spec: {
                        type: "LoadBalancer",
                        // Who it was is seen only where nobody stands in between.
                        externalTrafficPolicy: "Local",
                        allocateLoadBalancerNodePorts: false,
                        loadBalancerSourceRanges: [...settings.hosts],
                        selector: fluentdPods,
                        ports: [
                            {
                                name: "syslog",
                                port: fluentdPorts.syslog,
                                targetPort: fluentdPorts.syslog,
                            },
                        ],
                    },
                },
                { dependsOn: [namespace.object] },
            );
        }
        this.observe(namespace);
        this.receiver = { ...own, ports: [fluentdPorts.forward] };
        this.host = `fluentd.${namespace.name}.svc`;
    }
}
