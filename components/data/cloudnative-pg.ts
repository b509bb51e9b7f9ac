import type * as pulumi from "@pulumi/pulumi";
import { spread } from "../base/availability";
import { none } from "../base/capabilities";
import type { End } from "../base/connection";
import { patchContainer } from "../base/containers";
import { define } from "../base/definition";
import { toApiServer } from "../base/flows";
import type { SystemContext } from "../base/foundation";
import type { Manifest } from "../base/object";
import { chart, image } from "../base/pins";
import { priorities } from "../base/priority";
import { System } from "../base/system";
import { cloudNativePgAlerts, cloudNativePgScrapes } from "./cloudnative-pg-alerts";
import { postgresAlerts, postgresObjectives } from "./postgres-alerts";
import { postgresDashboards } from "./postgres-dashboards";
import { postgresDetailDashboards } from "./postgres-detail-dashboards";

/** PostgreSQL: the operator of every cluster. */
export const cloudnativePg = define({
    name: "cloudnativePg",
    layer: "data",
    purpose: "PostgreSQL clusters for whoever needs a database",
    origin: "001: highly available PostgreSQL with backups to a point in time",
    charts: {
        cloudnativePg: chart("cloudnative-pg", "0.29.0", "https://cloudnative-pg.github.io/charts"),
    },
    // PostgreSQL of CloudNativePG 1.30.
    images: { postgres: image("ghcr.io/cloudnative-pg/postgresql", "18.4-system-trixie") },
    capabilities: {
        metrics: cloudNativePgScrapes,
        alerts: [...cloudNativePgAlerts, ...postgresAlerts],
        objectives: postgresObjectives,
        dashboards: [...postgresDashboards, ...postgresDetailDashboards],
        routes: none("it has no page"),
        signOn: none("nobody signs on to it"),
        backup: { by: "barmanCloud", what: "every cluster archives itself" },
        sizing: { by: "instances follow the profile, requests are those of their consumer" },
        flows: "declared",
        retention: none("databases are kept until they are deleted"),
    },
});

/** PostgreSQL, for whoever needs a cluster. */
export interface Postgres {
    /** Pods of the operator, which looks after every instance. */
    readonly operator: End;
    /** What must answer before a cluster can be created: the operator and its webhooks. */
    readonly ready: readonly pulumi.Resource[];
}

/**
 * All three probes of the chart ask the same, and no value says for how long: an operator whose
 * webhooks are slow gets no requests for a while before it is started anew.
 */
function withPatience(manifest: Manifest): Manifest {
    return patchContainer(manifest, "manager", { livenessProbe: { failureThreshold: 6 } });
}

/** The operator of PostgreSQL clusters, for all namespaces. */
export class CloudnativePg extends System<typeof cloudnativePg> implements Postgres {
    readonly operator: End;

    constructor(
        context: SystemContext<typeof cloudnativePg>,
        opts: pulumi.ComponentResourceOptions,
    ) {
        super(context, {}, opts);
        const replicas = context.site.replicas("serving");
        const labels = {
            "app.kubernetes.io/name": "cloudnative-pg",
            "app.kubernetes.io/instance": "cloudnative-pg",
        };
        const namespace = this.namespace("cnpg-system", {
            tier: "platform",
            backup: none("the operator keeps nothing, and databases are elsewhere"),
            flows: [{ name: "webhooks", from: "api-server", ports: [9443] }, toApiServer()],
        });
        this.operator = { namespace, pods: labels, account: "cloudnative-pg" };
        this.chart(cloudnativePg.charts.cloudnativePg, {
            release: "cloudnative-pg",
            apiGroups: ["postgresql.cnpg.io"],
            namespace,
            patch: withPatience,
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
        this.budget("cloudnative-pg", this.operator, replicas);
        this.observe(namespace);
    }
}
