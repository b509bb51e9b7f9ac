import * as crypto from "node:crypto";
import type * as pulumi from "@pulumi/pulumi";
import { none } from "../base/capabilities";
import { connect } from "../base/connection";
import { httpProbes, resources } from "../base/containers";
import { define } from "../base/definition";
import type { Exception } from "../base/exceptions";
import { toApiServer } from "../base/flows";
import type { SystemContext } from "../base/foundation";
import type { Namespace } from "../base/namespace";
import { chart } from "../base/pins";
import { priorities } from "../base/priority";
import { System } from "../base/system";
import type { EvidenceStore } from "./evidence-store";
import { type LogStore, loki } from "./loki";
import { LOG_RETENTION } from "./loki-values";
import { vectorAlerts, vectorLabels, vectorScrapes } from "./vector-alerts";
import { vectorDashboards } from "./vector-dashboards";
import {
    AUDIT_FOLDER,
    AUTHORITY_FOLDER,
    PODS_FOLDER,
    USER_FOLDER,
    vectorFile,
    vectorPorts,
} from "./vector-config";

/** What collects logs from nodes. */
export const vector = define({
    name: "vector",
    layer: "observability",
    purpose: "collects what containers write and the audit log, on every node",
    origin: "000, 001: the collector of logs",
    charts: { vector: chart("vector", "0.56.0", "https://helm.vector.dev") },
    needs: [loki],
    capabilities: {
        metrics: vectorScrapes,
        alerts: vectorAlerts,
        dashboards: vectorDashboards,
        routes: none("it has no page"),
        signOn: none("nobody signs on to it"),
        backup: none("where it was in each file lies on the node; lost, files are read once more"),
        sizing: { by: "one agent on each node" },
        flows: "declared",
        retention: [{ what: "lines, in Loki", for: LOG_RETENTION }],
    },
});

const NAMESPACE = "node-logs";
const RELEASE = "vector";
const CONFIGURATION = "vector-config";

const exceptions: readonly Exception[] = [
    {
        criterion: "SEC-03",
        resource: `DaemonSet/${NAMESPACE}/${RELEASE}`,
        reason:
            "The files of the kubelet belong to root and the audit log to the user of the API server " +
            "alone, so the agent reads them as root with DAC_READ_SEARCH.",
        guard:
            "it mounts the two folders of logs read-only and nothing else of the node but its own " +
            "folder, has no other capability, no escalation and a root filesystem that nobody writes to",
        expires: "2027-05-31",
    },
];

/** Arguments of {@link Vector}. */
export interface VectorArgs extends SystemContext<typeof vector> {
    readonly logs: LogStore;
    /** Where the same lines and the audit log are evidence; undefined where nobody keeps it. */
    readonly evidence: EvidenceStore | undefined;
    /** Label selector of the namespaces that it reads; default: all of them. */
    readonly namespaces?: string;
}

/**
 * One agent on each node, control planes included. It reads the files of containers and of the audit
 * log, takes obvious secrets out and sends the lines to Loki and Elasticsearch. A line is acknowledged when it is in a
 * buffer on the node's disk; when that is full the agent stops reading instead of dropping.
 */
export class Vector extends System<typeof vector> {
    /** Namespace of what collects the logs of nodes. */
    readonly home: Namespace;

    constructor(
        { logs, evidence, namespaces, ...context }: VectorArgs,
        opts: pulumi.ComponentResourceOptions,
    ) {
        super(context, { exceptions }, opts);
        const namespace = this.namespace(NAMESPACE, {
            tier: "monitoring",
            backup: none(
                "it keeps nothing in the cluster: where it was in a file lies on the node",
            ),
            podSecurity: "privileged",
            flows: [toApiServer()],
        });
        this.home = namespace;
        const from = { namespace, pods: vectorLabels };
        const way = connect("vector-loki", { from, to: logs.endpoint });
        const access = evidence?.user("vector", namespace);
        const further =
            evidence === undefined
                ? []
                : [
                      ...connect("vector-elasticsearch", { from, to: evidence.endpoint }),
                      ...(access?.ready ?? []),
                      ...evidence.ready,
                  ];
        const mounted =
            access === undefined
                ? []
                : [
                      { name: "user", mountPath: USER_FOLDER, secretName: access.secretName },
                      {
                          name: "authority",
                          mountPath: AUTHORITY_FOLDER,
                          secretName: access.authority,
                      },
                  ];
        const file = vectorFile({ url: logs.url, elasticsearch: evidence?.url, namespaces });
        const configuration = this.object(
            {
                apiVersion: "v1",
                kind: "ConfigMap",
                metadata: { name: CONFIGURATION, namespace: namespace.name },
                data: { "vector.yaml": file },
            },
            { dependsOn: [namespace.object] },
        );
        this.chart(vector.charts.vector, {
            release: RELEASE,
            namespace,
            needs: [configuration, ...way, ...logs.ready, ...further],
            values: {
                role: "Agent",
                existingConfigMaps: [CONFIGURATION],
                dataDir: "/vector-data-dir",
                // The chart would look the ConfigMap up in the cluster.
                rollWorkload: false,
                podAnnotations: {
                    "checksum/config": crypto.createHash("sha256").update(file).digest("hex"),
                },
                // It reads its own lines too: it says each error once in ten seconds at most.
                podLabels: { "vector.dev/exclude": null },
                env: [{ name: "VECTOR_DISABLE_ENV_VAR_INTERPOLATION", value: "true" }],
                containerPorts: [
                    { name: "metrics", containerPort: vectorPorts.metrics, protocol: "TCP" },
                    { name: "api", containerPort: vectorPorts.api, protocol: "TCP" },
                ],
                ...httpProbes("/health", "api"),
                podPriorityClassName: priorities.platform.name,
                tolerations: [{ operator: "Exists" }],
                updateStrategy: { type: "RollingUpdate", rollingUpdate: { maxUnavailable: 1 } },
                podSecurityContext: { seccompProfile: { type: "RuntimeDefault" } },
                securityContext: {
                    runAsUser: 0,
                    allowPrivilegeEscalation: false,
                    readOnlyRootFilesystem: true,
                    capabilities: { drop: ["ALL"], add: ["DAC_READ_SEARCH"] },
                },
                resources: resources("50m", "128Mi", "512Mi"),
                // The chart's own mounts are all of /var/log, /var/lib, /proc and /sys.
                defaultVolumes: [
                    {
                        name: "pods",
                        hostPath: { path: PODS_FOLDER, type: "DirectoryOrCreate" },
                    },
                    // Workers have none.
                    {
                        name: "audit",
                        hostPath: { path: AUDIT_FOLDER, type: "DirectoryOrCreate" },
                    },
                ],
                defaultVolumeMounts: [
                    { name: "pods", mountPath: PODS_FOLDER, readOnly: true },
                    { name: "audit", mountPath: AUDIT_FOLDER, readOnly: true },
                ],
                extraVolumes: mounted.map(({ name, secretName }) => ({
                    name,
                    secret: {
                        secretName,
                        defaultMode: 0o400,
                        // Its own key is nobody's affair here.
                        ...(name === "authority"
                            ? { items: [{ key: "ca.crt", path: "ca.crt" }] }
                            : {}),
                    },
                })),
                extraVolumeMounts: mounted.map(({ name, mountPath }) => ({
                    name,
                    mountPath,
                    readOnly: true,
                })),
                service: { enabled: false },
                serviceHeadless: { enabled: false },
            },
        });
        this.observe(namespace);
    }
}
