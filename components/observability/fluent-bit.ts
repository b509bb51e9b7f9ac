import type * as pulumi from "@pulumi/pulumi";
import { none } from "../base/capabilities";
import { connect } from "../base/connection";
import { resources, restrictedContainer, restrictedPod } from "../base/containers";
import { contentDigest } from "../base/content-digest";
import { define } from "../base/definition";
import type { SystemContext } from "../base/foundation";
import type { Namespace } from "../base/namespace";
import type { Manifest } from "../base/object";
import { chart } from "../base/pins";
import { priorities } from "../base/priority";
import { System } from "../base/system";
import { evidence as kinds } from "./evidence";
import {
    fluentBitAlerts,
    fluentBitDashboards,
    fluentBitPods,
    fluentBitScrapes,
} from "./fluent-bit-alerts";
import { BUFFER_FOLDER, fluentBitFile, fluentBitPorts } from "./fluent-bit-config";
import { patchedFluent } from "./fluent-chart";
import { type Fluentd, fluentd } from "./fluentd";
import { fluentdPorts } from "./fluentd-config";
import { type LogStore, loki } from "./loki";
import { LOG_RETENTION } from "./loki-values";
import { vector } from "./vector";

/** What collects the logs of the machines themselves. */
export const fluentBit = define({
    name: "fluentBit",
    layer: "observability",
    purpose: "collects what the services and the kernel of each machine write",
    origin: "001: a light processor on each node",
    charts: { fluentBit: chart("fluent-bit", "0.58.1", "https://fluent.github.io/helm-charts") },
    needs: [vector, loki, fluentd],
    offIn: { dev: "talosctl shows what a machine writes" },
    capabilities: {
        metrics: fluentBitScrapes,
        alerts: fluentBitAlerts,
        dashboards: fluentBitDashboards,
        routes: none("machines send to it"),
        signOn: none("nobody signs on to it"),
        backup: none("it keeps lines on their way alone"),
        sizing: { by: "one agent on each node" },
        flows: "declared",
        retention: [
            { what: "lines of machines, in Loki", for: LOG_RETENTION },
            { what: "lines of machines, in Elasticsearch", for: `${kinds.machine.days}d` },
        ],
    },
});

/** Arguments of {@link FluentBit}. */
export interface FluentBitArgs extends SystemContext<typeof fluentBit> {
    /** Namespace of the collectors of nodes. */
    readonly namespace: Namespace;
    readonly aggregator: Pick<Fluentd, "receiver" | "host" | "ready">;
    readonly logs: LogStore;
}

/** Its port is open on the node for the node itself alone; it reads no file, and asks the API nothing. */
function patch(manifest: Manifest): Manifest | undefined {
    return patchedFluent(manifest, "fluent-bit", {
        ports: [
            { name: "http", containerPort: fluentBitPorts.metrics, protocol: "TCP" },
            {
                name: "machine",
                containerPort: fluentBitPorts.machine,
                hostPort: fluentBitPorts.machine,
                hostIP: "127.0.0.1",
                protocol: "TCP",
            },
        ],
    });
}

/** One agent on each node, control planes included. Machines send to the loopback of their own node. */
export class FluentBit extends System<typeof fluentBit> {
    constructor(
        { namespace, aggregator, logs, ...context }: FluentBitArgs,
        opts: pulumi.ComponentResourceOptions,
    ) {
        super(context, {}, opts);
        const from = { namespace, pods: fluentBitPods };
        const { machine, metrics } = fluentBitPorts;
        const ways = [
            namespace.allow({
                name: "machine-logs",
                pods: fluentBitPods,
                from: "nodes",
                ports: [machine],
            }),
            ...connect("fluent-bit-fluentd", { from, to: aggregator.receiver }),
            ...connect("fluent-bit-loki", { from, to: logs.endpoint }),
        ];
        const { hostname, port } = new URL(logs.url);
        const file = fluentBitFile({
            fluentd: { host: aggregator.host, port: fluentdPorts.forward },
            loki: { host: hostname, port: Number(port) },
        });
        this.chart(fluentBit.charts.fluentBit, {
            release: "fluent-bit",
            namespace,
            needs: [...ways, ...aggregator.ready, ...logs.ready],
            patch,
            values: {
                testFramework: { enabled: false },
                rbac: { create: false },
                serviceAccount: { automountServiceAccountToken: false },
                dashboards: { enabled: false },
                command: ["/fluent-bit/bin/fluent-bit"],
                args: [
                    "--workdir=/fluent-bit/etc",
                    "--config=/fluent-bit/etc/conf/fluent-bit.yaml",
                ],
                config: {
                    service: "",
                    inputs: "",
                    filters: "",
                    outputs: "",
                    customParsers: "",
                    extraFiles: { "fluent-bit.yaml": file },
                },
                podAnnotations: { "checksum/file": contentDigest(file, 16) },
                env: [
                    {
                        name: "NODE_NAME",
                        valueFrom: { fieldRef: { fieldPath: "spec.nodeName" } },
                    },
                ],
                priorityClassName: priorities.platform.name,
                tolerations: [{ operator: "Exists" }],
                updateStrategy: { type: "RollingUpdate", rollingUpdate: { maxUnavailable: 1 } },
                podSecurityContext: restrictedPod(65_534),
                securityContext: restrictedContainer,
                resources: resources("15m", "32Mi", "128Mi"),
                livenessProbe: {
                    httpGet: { path: "/", port: "http" },
                    periodSeconds: 30,
                    timeoutSeconds: 5,
                    failureThreshold: 6,
                },
                readinessProbe: {
                    httpGet: { path: "/api/v1/health", port: "http" },
                    periodSeconds: 10,
                    timeoutSeconds: 5,
                    failureThreshold: 3,
                },
                // The files of the node are Vector's.
                daemonSetVolumes: [{ name: "buffers", emptyDir: { sizeLimit: "256Mi" } }],
                daemonSetVolumeMounts: [{ name: "buffers", mountPath: BUFFER_FOLDER }],
                service: { port: metrics },
            },
        });
        this.observe(namespace);
    }
}
