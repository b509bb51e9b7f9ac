import type * as pulumi from "@pulumi/pulumi";
import { minimumAvailable, spread } from "../base/availability";
import { none } from "../base/capabilities";
import { define } from "../base/definition";
import { toApiServer } from "../base/flows";
import type { SystemContext } from "../base/foundation";
import { kubeletPort } from "../base/node-ports";
import { chart } from "../base/pins";
import { System } from "../base/system";
import { certManager } from "../security/cert-manager";
import { kubeletCsrApprover } from "../security/kubelet-csr-approver";
import { metricsServerAlerts, metricsServerScrapes } from "./metrics-server-alerts";
import { metricsServerDashboards } from "./metrics-server-dashboards";

/** The resource metrics API. */
export const metricsServer = define({
    name: "metricsServer",
    layer: "observability",
    purpose: "resource metrics for autoscalers and `kubectl top`",
    origin: "002.3.3: figures for autoscaling",
    charts: {
        metricsServer: chart(
            "metrics-server",
            "3.13.1",
            "https://kubernetes-sigs.github.io/metrics-server/",
        ),
    },
    needs: [kubeletCsrApprover, certManager],
    capabilities: {
        metrics: metricsServerScrapes,
        alerts: metricsServerAlerts,
        dashboards: metricsServerDashboards,
        routes: none("it has no page"),
        signOn: none("nobody signs on to it"),
        backup: none("it keeps the last minute in memory"),
        sizing: none("its requests suffice for a hundred nodes"),
        flows: "declared",
        retention: none("it keeps the last minute in memory"),
    },
});

/** Arguments of {@link MetricsServer}. */
export interface MetricsServerArgs extends SystemContext<typeof metricsServer> {
    /** What signs and approves certificates: kubelets' and the API's own. */
    readonly certificates: readonly pulumi.Resource[];
}

/** Resource metrics for autoscalers and `kubectl top`, over verified TLS in both directions. */
export class MetricsServer extends System<typeof metricsServer> {
    constructor(
        { certificates, ...context }: MetricsServerArgs,
        opts: pulumi.ComponentResourceOptions,
    ) {
        super(context, {}, opts);
        const replicas = context.site.replicas("serving");
        const labels = { "app.kubernetes.io/name": "metrics-server" };
        const namespace = this.namespace("metrics-server", {
            tier: "monitoring",
            backup: none("it keeps nothing: metrics are measured anew each minute"),
            flows: [
                { name: "api-server-in", from: "api-server", ports: [10250] },
                toApiServer(),
                { name: "kubelets", to: "nodes", ports: [kubeletPort] },
            ],
        });
        this.chart(metricsServer.charts.metricsServer, {
            release: "metrics-server",
            namespace,
            needs: certificates,
            values: {
                replicas,
                args: ["--kubelet-preferred-address-types=InternalIP"],
                // The chart's default skips verification of the API's certificate.
                apiService: { insecureSkipTLSVerify: false },
                tls: { type: "cert-manager" },
                // Its own, at the port of its API.
                metrics: { enabled: true },
                podDisruptionBudget: {
                    enabled: replicas > 1,
                    minAvailable: minimumAvailable(replicas),
                    // A pod that never becomes ready must not block a drain for ever.
                    unhealthyPodEvictionPolicy: "AlwaysAllow",
                },
                updateStrategy: { type: "RollingUpdate", rollingUpdate: { maxUnavailable: 1 } },
                topologySpreadConstraints: spread(labels),
                resources: {
                    requests: { cpu: "100m", memory: "200Mi" },
                    limits: { memory: "512Mi" },
                },
            },
        });
        this.observe(namespace);
    }
}
