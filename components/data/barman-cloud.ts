import type * as pulumi from "@pulumi/pulumi";
import { spread } from "../base/availability";
import { awaiting, none } from "../base/capabilities";
import { connect } from "../base/connection";
import { patchContainer, resources } from "../base/containers";
import { define } from "../base/definition";
import type { SystemContext } from "../base/foundation";
import type { Manifest } from "../base/object";
import { chart } from "../base/pins";
import { priorities } from "../base/priority";
import { System } from "../base/system";
import { certManager } from "../security/cert-manager";
import {
    barmanCloudAlerts,
    barmanCloudLabels,
    barmanCloudPorts,
    barmanCloudScrapes,
} from "./barman-cloud-alerts";
import { cloudnativePg, type Postgres } from "./cloudnative-pg";

/** Archives of databases: what brings their write-ahead log and base backups away. */
export const barmanCloud = define({
    name: "barmanCloud",
    layer: "data",
    purpose: "archives of PostgreSQL databases: write-ahead log and daily base backups",
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
        dashboards: awaiting("grafanaOperator", "base backups and archiving by database"),
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

/**
 * The chart has neither ports nor a probe for the endpoints that the program serves beside its own
 * (plugin-barman-cloud v0.13.0: internal/cnpgi/operator/manager.go).
 */
function withEndpoints(manifest: Manifest): Manifest {
    const { plugin, health, metrics } = barmanCloudPorts;
    return patchContainer(manifest, "barman-cloud", {
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
            ...context
        }: SystemContext<typeof barmanCloud> & {
            /** The operator finds plugins in its own namespace only. */
            readonly postgres: Postgres;
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
        this.chart(barmanCloud.charts.barmanCloud, {
            release: RELEASE,
            apiGroups: ["barmancloud.cnpg.io"],
            namespace,
            needs: [...flows, ...postgres.ready],
            patch: withEndpoints,
            values: {
                replicaCount: replicas,
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
