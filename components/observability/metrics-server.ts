import type * as pulumi from "@pulumi/pulumi";
import { minimumAvailable, spread } from "../base/availability";
import type { KubernetesObject } from "../base/object";
import { System, type SystemArgs } from "../base/system";
import { charts } from "../versions";

/** Arguments of {@link MetricsServer}. */
export interface MetricsServerArgs extends SystemArgs {
    /** What signs and approves certificates: kubelets' and the API's own. */
    readonly needs: readonly pulumi.Resource[];
}

/** Resource metrics for autoscalers and `kubectl top`, over verified TLS in both directions. */
export class MetricsServer extends System {
    /** The metrics API answers: autoscalers have something to read. */
    readonly ready: readonly KubernetesObject[];

    constructor(
        name: string,
        { context, needs }: MetricsServerArgs,
        opts: pulumi.ComponentResourceOptions,
    ) {
        super("observability", "MetricsServer", name, { context }, opts);
        const replicas = context.settings.replicas("serving");
        const labels = { "app.kubernetes.io/name": "metrics-server" };
        const namespace = this.namespace("metrics-server", {
            tier: "monitoring",
            flows: [
                { name: "api-server-in", from: "api-server", ports: [10250] },
                { name: "api-server-out", to: "api-server", ports: [context.apiServerPort] },
                { name: "kubelets", to: "nodes", ports: [10250] },
            ],
        });
        const chart = this.chart(name, {
            pin: charts.metricsServer,
            release: "metrics-server",
            namespace,
            needs,
            values: {
                replicas,
                args: ["--kubelet-preferred-address-types=InternalIP"],
                // The chart's default skips verification of the API's certificate.
                apiService: { insecureSkipTLSVerify: false },
                tls: { type: "cert-manager" },
                podDisruptionBudget: {
                    enabled: replicas > 1,
                    minAvailable: minimumAvailable(replicas),
                },
                updateStrategy: { type: "RollingUpdate", rollingUpdate: { maxUnavailable: 1 } },
                topologySpreadConstraints: spread(labels),
                resources: {
                    requests: { cpu: "100m", memory: "200Mi" },
                    limits: { memory: "512Mi" },
                },
            },
        });
        this.ready = chart.ready;
        this.registerOutputs({});
    }
}
