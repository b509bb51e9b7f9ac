import { createRequire } from "node:module";
import type * as pulumi from "@pulumi/pulumi";
import { grafanaLabels, grafanaPorts } from "../../operators/grafana-operator";
import { spread } from "../base/availability";
import { awaiting, none } from "../base/capabilities";
import { connect, type Endpoint } from "../base/connection";
import { patchContainer, patchPod, resources } from "../base/containers";
import { type AnyDefinition, define } from "../base/definition";
import { toApiServer } from "../base/flows";
import type { SystemContext } from "../base/foundation";
import type { Namespace } from "../base/namespace";
import type { Manifest } from "../base/object";
import { chart, image } from "../base/pins";
import { priorities } from "../base/priority";
import { GeneratedSecret, type Rotation } from "../base/secret";
import { System } from "../base/system";
import { identityDb } from "../data/identity-db";
import { PostgresDatabase } from "../data/postgres-database";
import type { SharedServer } from "../data/shared-postgres";
import {
    type DataSource,
    dataSource,
    grafana,
    grafanaDashboard,
    metricsSource,
    withoutWildcards,
} from "./grafana-objects";
import {
    GRAFANA,
    grafanaOperatorAlerts,
    grafanaOperatorPods,
    grafanaOperatorScrapes,
} from "./grafana-operator-alerts";
import { grafanaOperatorDashboards } from "./grafana-operator-dashboards";
import { kubePrometheusStack } from "./kube-prometheus-stack";
import { allDashboards } from "./overviews";

/** Dashboards. */
export const grafanaOperator = define({
    name: "grafanaOperator",
    layer: "observability",
    purpose: "Grafana with the dashboards of every system, the state of everything first",
    charts: {
        grafanaOperator: chart("grafana-operator", "5.24.0", "oci://ghcr.io/grafana/helm-charts"),
    },
    images: { grafana: image("docker.io/grafana/grafana", "13.1.3") },
    // Where platformDb is on, that holds its database.
    needs: [kubePrometheusStack, identityDb],
    capabilities: {
        metrics: grafanaOperatorScrapes,
        alerts: grafanaOperatorAlerts,
        dashboards: grafanaOperatorDashboards,
        routes: awaiting("authelia", "the page with all dashboards, behind the second factor"),
        signOn: awaiting("authelia", "a client of its own, with roles by groups"),
        backup: none("dashboards follow from the program, people from the directory"),
        sizing: { by: "replicas follow the profile; one serves dozens of people" },
        flows: "declared",
        retention: none("it keeps no metrics, and dashboards follow from the program"),
    },
});

/** Arguments of {@link GrafanaOperator}. */
export interface GrafanaOperatorArgs extends SystemContext<typeof grafanaOperator> {
    /** The cluster that holds its database. */
    readonly server: SharedServer;
    /** What collects metrics and sends alerts. */
    readonly monitoring: {
        readonly prometheus: Endpoint;
        readonly prometheusUrl: string;
        readonly alertmanager: Endpoint;
        readonly alertmanagerUrl: string;
        readonly ready: readonly pulumi.Resource[];
    };
    /** The systems that are on, which bring their dashboards. */
    readonly definitions: readonly AnyDefinition[];
}

const rotation: Rotation = { owner: "platform-admin", days: 365 };
const CRDS = "grafana.integreatly.org";

/** Builds the JSON of dashboards; its library is loaded only where there are any. */
function loadModel(): typeof import("./dashboard-model") {
    return createRequire(__filename)("./dashboard-model") as typeof import("./dashboard-model");
}

/** What the chart has no values for: spreading, and a probe that is patient. */
function patch(manifest: Manifest): Manifest {
    if (manifest.kind === "Role") {
        return withoutWildcards(manifest);
    }
    return manifest.kind === "Deployment"
        ? patchPod(
              patchContainer(manifest, "grafana-operator", {
                  livenessProbe: { failureThreshold: 6 },
              }),
              { topologySpreadConstraints: spread(grafanaOperatorPods) },
          )
        : manifest;
}

/**
 * Grafana by its operator: servers that share a database, the data sources that are there, and the
 * dashboards that the systems say of themselves. Whatever is changed in the page is changed back.
 */
export class GrafanaOperator extends System<typeof grafanaOperator> {
    constructor(
        { server, monitoring, definitions, ...context }: GrafanaOperatorArgs,
        opts: pulumi.ComponentResourceOptions,
    ) {
        super(context, {}, opts);
        const { site } = context;
        const inside = { parent: this };
        const replicas = site.replicas("serving");
        const namespace = this.namespace(GRAFANA, {
            tier: "platform",
            flows: [toApiServer(grafanaOperatorPods)],
        });
        const pods = grafanaLabels(GRAFANA);
        const own = { namespace, pods };
        connect("grafana-operator-to-grafana", {
            from: { namespace, pods: grafanaOperatorPods },
            to: { ...own, ports: [grafanaPorts.http] },
        });
        const database = new PostgresDatabase(
            "grafana-database",
            { ...context, server, namespace, clients: [pods], database: GRAFANA, rotation },
            inside,
        );
        const administrator = new GeneratedSecret(
            "grafana-administrator",
            {
                namespace,
                plain: { user: "admin" },
                generate: { password: { length: 32 }, "secret-key": { length: 48 } },
                // With a new key data sources have to be told their passwords again, which have none.
                rotation,
            },
            { ...inside, protect: site.protect },
        );
        this.installOperator(namespace, replicas);
        const sources = this.sources(monitoring);
        const ways = sources.flatMap(({ name, at }) =>
            connect(`grafana-to-${name.toLowerCase()}`, { from: own, to: at }),
        );
        const servers = this.object(
            grafana({
                namespace: namespace.name,
                image: grafanaOperator.images.grafana,
                replicas,
                url: `https://grafana.${site.domain}`,
                database,
                administrator: administrator.secretName,
            }),
            {
                dependsOn: [
                    ...this.ready,
                    ...this.crd("Grafana"),
                    ...database.ready,
                    administrator.object,
                    ...namespace.guardrails,
                    ...ways,
                    ...context.pods,
                ],
            },
        );
        this.budget(GRAFANA, own, replicas);
        for (const { at: _, ...source } of sources) {
            this.object(dataSource(namespace.name, source), { dependsOn: [servers] });
        }
        const { dashboardModel } = loadModel();
        for (const dashboard of allDashboards(definitions)) {
            const model = dashboardModel(dashboard);
            this.object(grafanaDashboard(namespace.name, dashboard.name, model), {
                dependsOn: [servers],
            });
        }
        this.waitFor(servers);
        this.observe(namespace);
    }

    private crd(kind: string): pulumi.Resource[] {
        const definition = this.definitions.get(`${CRDS}/${kind}`);
        return definition === undefined ? [] : [definition];
    }

    /** It looks at nothing outside of its namespace. */
    private installOperator(namespace: Namespace, replicas: number): void {
        this.chart(grafanaOperator.charts.grafanaOperator, {
            release: "grafana-operator",
            namespace,
            apiGroups: [CRDS],
            patch,
            values: {
                replicas,
                namespaceScope: true,
                rbac: { useClusterRole: false },
                // Rendered as templates, which an upgrade applies too.
                crds: { immutable: false },
                priorityClassName: priorities.platform.name,
                podSecurityContext: {
                    runAsNonRoot: true,
                    seccompProfile: { type: "RuntimeDefault" },
                },
                resources: resources("25m", "128Mi", "512Mi"),
            },
        });
        this.budget("grafana-operator", { namespace, pods: grafanaOperatorPods }, replicas);
    }

    /** The data sources of what is on, with where they are reached. */
    private sources({
        prometheus,
        prometheusUrl,
        alertmanager,
        alertmanagerUrl,
    }: GrafanaOperatorArgs["monitoring"]): (DataSource & { readonly at: Endpoint })[] {
        return [
            {
                ...metricsSource,
                name: "Prometheus",
                url: prometheusUrl,
                isDefault: true,
                at: prometheus,
                options: { httpMethod: "POST", prometheusType: "Prometheus", timeInterval: "30s" },
            },
            {
                uid: "alertmanager",
                name: "Alertmanager",
                type: "alertmanager",
                url: alertmanagerUrl,
                at: alertmanager,
                options: { implementation: "prometheus", handleGrafanaManagedAlerts: false },
            },
        ];
    }
}
