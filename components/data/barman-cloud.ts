import type * as pulumi from "@pulumi/pulumi";
import { spread } from "../base/availability";
import { none } from "../base/capabilities";
import { connect } from "../base/connection";
import { patchContainer, resources } from "../base/containers";
import { define } from "../base/definition";
import type { SystemContext } from "../base/foundation";
import type { Manifest } from "../base/object";
import { chart } from "../base/pins";
import { priorities } from "../base/priority";
import { System } from "../base/system";
import { certManager } from "../security/cert-manager";
import { internalCertificate } from "../security/internal-certificate";
import {
    barmanCloudAlerts,
    barmanCloudLabels,
    barmanCloudPorts,
    barmanCloudScrapes,
} from "./barman-cloud-alerts";
import { barmanCloudDashboards } from "./barman-cloud-dashboards";
import { cloudnativePg, type Postgres } from "./cloudnative-pg";

/** Archives of databases: what brings their write-ahead log and base backups away. */
export const barmanCloud = define({
    name: "barmanCloud",
    layer: "data",
    purpose: "archives of PostgreSQL databases: write-ahead log and daily base backups",
    origin: "001: archives of the databases",
    charts: {
        barmanCloud: chart(
            "plugin-barman-cloud",
            "0.7.0",
            "https://cloudnative-pg.github.io/charts",
        ),
    },
    needs: [cloudnativePg, certManager],
    capabilities: {
        metrics: barmanCloudScrapes,
        alerts: barmanCloudAlerts,
        dashboards: barmanCloudDashboards,
        routes: none("it has no page"),
        signOn: none("nobody signs on to it"),
        backup: none("it is what makes backups, and keeps nothing itself"),
        sizing: {
            by: "a sidecar in each instance of a database does the work; the plugin only makes these",
        },
        flows: "declared",
        retention: [{ what: "base backups and write-ahead log of each database", for: "30d" }],
    },
});

/** What archives databases, for whoever has one. */
export interface DatabaseArchiver {
    /** What must run before a database may name it: the plugin, and the kind of its stores. */
    readonly ready: readonly pulumi.Resource[];
}

const RELEASE = "plugin-barman-cloud";

/** Service of the plugin, and Secrets by which it and the operator know each other, as the chart has them. */
const names = {
    service: "barman-cloud",
    server: "barman-cloud-server-tls",
    client: "barman-cloud-client-tls",
} as const;

/**
 * The chart has neither ports nor a probe for the endpoints that the program serves beside its own
 * (plugin-barman-cloud v0.13.0: internal/cnpgi/operator/manager.go).
 */
function withEndpoints(manifest: Manifest): Manifest {
    if (manifest.kind !== "Deployment") {
        return manifest;
    }
    const { plugin, health, metrics } = barmanCloudPorts;
    const patched = patchContainer(manifest, "barman-cloud", {
        ports: [
            { name: "plugin", containerPort: plugin },
            { name: "health", containerPort: health },
            { name: "metrics", containerPort: metrics },
        ],
        livenessProbe: {
            httpGet: { path: "/healthz", port: health },
            periodSeconds: 20,
            failureThreshold: 6,
        },
    });
    return {
        ...patched,
        spec: {
            ...(patched.spec as object),
            // The chart stops all before it starts one, because with an election no other gets ready.
            strategy: { type: "RollingUpdate", rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } },
        },
    };
}

/**
 * The Barman plugin of CloudNativePG, beside its operator, which asks it for every cluster that names
 * it: how its pods get the sidecar that archives. While no plugin answers, the operator leaves such
 * clusters alone and promotes no standby, so there are two.
 */
export class BarmanCloud extends System<typeof barmanCloud> implements DatabaseArchiver {
    constructor(
        {
            postgres,
            authority,
            ...context
        }: SystemContext<typeof barmanCloud> & {
            /** The operator finds plugins in its own namespace only. */
            readonly postgres: Postgres;
            /** Signs the certificates of plugin and operator. */
            readonly authority: pulumi.Resource;
        },
        opts: pulumi.ComponentResourceOptions,
    ) {
        super(context, {}, opts);
        const replicas = context.site.replicas("serving");
        const { operator } = postgres;
        const { namespace } = operator;
        const plugin = { namespace, pods: barmanCloudLabels };
        const flows = connect("barman-cloud-operator", {
            from: operator,
            to: { ...plugin, ports: [barmanCloudPorts.plugin] },
        });
        const certificates = (["server", "client"] as const).map((end) =>
            this.object(
                internalCertificate({
                    name: names[end],
                    namespace: namespace.name,
                    names: end === "server" ? [names.service] : [names.client],
                    usage: `${end} auth`,
                }),
                { dependsOn: [namespace.object, authority] },
            ),
        );
        this.chart(barmanCloud.charts.barmanCloud, {
            release: RELEASE,
            apiGroups: ["barmancloud.cnpg.io"],
            namespace,
            needs: [...flows, ...certificates, ...postgres.ready],
            patch: withEndpoints,
            values: {
                replicaCount: replicas,
                // Both ends read theirs anew at each connection (cnpg-i-machinery v0.4.2: http/server.go).
                certificate: {
                    createIssuer: false,
                    createServerCertificate: false,
                    createClientCertificate: false,
                },
                // The last of several words counts. Only a leader would serve the operator, and every
                // other replica would never be ready (plugin-barman-cloud#620). All serve without an
                // election: what they write are roles that follow from the same objects, each with a
                // retry where two meet (internal/cnpgi/operator/rbac/ensure.go).
                additionalArgs: [
                    "--leader-elect=false",
                    "--log-level=info",
                    `--metrics-bind-address=:${barmanCloudPorts.metrics}`,
                    "--metrics-secure=false",
                ],
                priorityClassName: priorities.platform.name,
                resources: resources("25m", "64Mi", "256Mi"),
                topologySpreadConstraints: spread(barmanCloudLabels),
            },
        });
        this.budget("plugin-barman-cloud", plugin, replicas);
        this.observe(namespace);
    }
}
