import type * as pulumi from "@pulumi/pulumi";
import { spread } from "../base/availability";
import { none } from "../base/capabilities";
import { connect } from "../base/connection";
import { patchPod, resources, restrictedContainer } from "../base/containers";
import { define } from "../base/definition";
import { toApiServer } from "../base/flows";
import type { SystemContext } from "../base/foundation";
import { chart } from "../base/pins";
import { priorities } from "../base/priority";
import { System } from "../base/system";
import { alloyAlerts, alloyLabels, alloyScrapes } from "./alloy-alerts";
import { alloyDashboards } from "./alloy-dashboards";
import { ALLOY_PORT, alloyConfiguration, tenantLogs } from "./alloy-config";
import { type LogStore, loki } from "./loki";
import { LOG_RETENTION } from "./loki-values";

/** What collects logs through the API. */
export const alloy = define({
    name: "alloy",
    layer: "observability",
    purpose: "collects events of Kubernetes and the logs of tenants, through the API",
    origin: "004.4.3: logs of each virtual cluster with its name",
    charts: { alloy: chart("alloy", "1.11.1", "https://grafana.github.io/helm-charts") },
    needs: [loki],
    offIn: { dev: "Vector reads the files of every namespace; only events would be added" },
    capabilities: {
        metrics: alloyScrapes,
        alerts: alloyAlerts,
        dashboards: alloyDashboards,
        routes: none("its page is for whoever debugs it, by kubectl port-forward"),
        signOn: none("nobody signs on to it"),
        backup: none("where it was in each log is read from the logs' own times"),
        sizing: { by: "replicas follow the profile; they share the pods among them" },
        flows: "declared",
        retention: [{ what: "events and lines, in Loki", for: LOG_RETENTION }],
    },
});

const NAMESPACE = "alloy";

/** The user of the image (alloy v1.18.1: Dockerfile). */
const USER = 473;

const watch = (apiGroups: string[], resourceNames: string[]) => ({
    apiGroups,
    resources: resourceNames,
    verbs: ["get", "list", "watch"],
});

/** Arguments of {@link Alloy}. */
export interface AlloyArgs extends SystemContext<typeof alloy> {
    readonly logs: LogStore;
}

/**
 * Grafana Alloy, for what has no file that one may read: events of Kubernetes, and the pods of
 * tenants, whose nodes are not theirs. Its replicas are a cluster in which each reads its share.
 */
export class Alloy extends System<typeof alloy> {
    constructor({ logs, ...context }: AlloyArgs, opts: pulumi.ComponentResourceOptions) {
        super(context, {}, opts);
        const replicas = context.site.replicas("serving");
        const namespace = this.namespace(NAMESPACE, {
            tier: "monitoring",
            backup: none("it keeps nothing: events and lines go to Loki"),
            flows: [toApiServer()],
        });
        const own = { namespace, pods: alloyLabels };
        const ways = [
            ...connect("alloy-loki", { from: own, to: logs.endpoint }),
            ...connect("alloy-cluster", { from: own, to: { ...own, ports: [ALLOY_PORT] } }),
        ];
        this.chart(alloy.charts.alloy, {
            release: "alloy",
            namespace,
            needs: [...ways, ...logs.ready],
            apiGroups: ["monitoring.grafana.com"],
            patch: (manifest) =>
                patchPod(manifest, {
                    priorityClassName: priorities.platform.name,
                    securityContext: { fsGroup: USER, seccompProfile: { type: "RuntimeDefault" } },
                }),
            values: {
                alloy: {
                    configMap: { content: alloyConfiguration(logs.url) },
                    clustering: { enabled: true },
                    enableReporting: false,
                    storagePath: "/var/lib/alloy",
                    mounts: { extra: [{ name: "positions", mountPath: "/var/lib/alloy" }] },
                    securityContext: { ...restrictedContainer, runAsUser: USER, runAsGroup: USER },
                    timeoutSeconds: 5,
                    livenessProbe: {
                        httpGet: { path: "/-/healthy", port: ALLOY_PORT, scheme: "HTTP" },
                        initialDelaySeconds: 30,
                        periodSeconds: 30,
                        timeoutSeconds: 5,
                    },
                    resources: resources("40m", "160Mi", "512Mi"),
                },
                // A new configuration comes with new pods.
                configReloader: { enabled: false },
                rbac: {
                    rules: [
                        watch([""], ["pods", "pods/log", "events"]),
                        watch(["monitoring.grafana.com"], ["podlogs"]),
                    ],
                    clusterRules: [watch([""], ["namespaces"])],
                },
                controller: {
                    type: "deployment",
                    replicas,
                    updateStrategy: {
                        type: "RollingUpdate",
                        rollingUpdate: { maxUnavailable: 1, maxSurge: 0 },
                    },
                    topologySpreadConstraints: spread(alloyLabels),
                    volumes: { extra: [{ name: "positions", emptyDir: { sizeLimit: "256Mi" } }] },
                    podAnnotations: {},
                },
            },
        });
        this.budget("alloy", own, replicas);
        const definition = this.definitions.get("monitoring.grafana.com/PodLogs");
        this.object(tenantLogs(namespace.name), {
            dependsOn: [namespace.object, ...(definition === undefined ? [] : [definition])],
        });
        this.observe(namespace);
    }
}
