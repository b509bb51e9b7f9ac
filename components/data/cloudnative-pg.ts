import type * as pulumi from "@pulumi/pulumi";
import { podDisruptionBudget, spread } from "../base/availability";
import type { KubernetesObject } from "../base/object";
import { priorities } from "../base/priority";
import { System, type SystemArgs } from "../base/system";
import { charts } from "../versions";

/** Arguments of {@link CloudNativePg}. */
export interface CloudNativePgArgs extends SystemArgs {
    /** What pods of the operator need before they start: the PriorityClasses, the network. */
    readonly needs: readonly pulumi.Resource[];
}

/** Namespace of the operator; clusters let it in. */
export const cloudNativePgNamespace = "cnpg-system";

/** Port on which each instance reports to the operator (cloudnative-pg v1.30.0:pkg/management/url). */
export const postgresStatusPort = 8000;

/** The operator of PostgreSQL clusters, for all namespaces. */
export class CloudNativePg extends System {
    /** What must answer before a cluster can be created: the operator and its webhooks. */
    readonly ready: readonly KubernetesObject[];
    /** The CRDs by `<group>/<Kind>`. */
    readonly definitions: ReadonlyMap<string, KubernetesObject>;

    constructor(
        name: string,
        { context, needs }: CloudNativePgArgs,
        opts: pulumi.ComponentResourceOptions,
    ) {
        super("data", "CloudNativePg", name, { context }, opts);
        const replicas = context.settings.replicas("serving");
        const labels = {
            "app.kubernetes.io/name": "cloudnative-pg",
            "app.kubernetes.io/instance": "cloudnative-pg",
        };
        const namespace = this.namespace(cloudNativePgNamespace, {
            tier: "platform",
            flows: [
                { name: "webhooks", from: "api-server", ports: [9443] },
                { name: "api-server-out", to: "api-server", ports: [context.apiServerPort] },
                { name: "instances", to: "cluster", ports: [postgresStatusPort] },
            ],
        });
        const chart = this.chart(name, {
            pin: charts.cloudnativePg,
            release: "cloudnative-pg",
            namespace,
            needs,
            values: {
                replicaCount: replicas,
                crds: { create: true },
                config: { clusterWide: true },
                priorityClassName: priorities.platform.name,
                resources: {
                    requests: { cpu: "100m", memory: "192Mi" },
                    limits: { memory: "512Mi" },
                },
                // With two replicas the default would take the only standby away first.
                updateStrategy: {
                    type: "RollingUpdate",
                    rollingUpdate: { maxUnavailable: 0, maxSurge: 1 },
                },
                topologySpreadConstraints: spread(labels),
                monitoring: { podMonitorEnabled: false, grafanaDashboard: { create: false } },
            },
        });
        podDisruptionBudget("cloudnative-pg", namespace.name, labels, replicas).forEach(
            (manifest) => this.object(manifest, { dependsOn: [namespace.object] }),
        );
        this.ready = chart.ready;
        this.definitions = chart.definitions;
        this.registerOutputs({});
    }
}
