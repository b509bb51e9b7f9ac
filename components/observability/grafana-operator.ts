import { createRequire } from "node:module";
import type * as pulumi from "@pulumi/pulumi";
import { grafanaLabels, grafanaPorts, grafanaService } from "../../operators/grafana-operator";
import { spread } from "../base/availability";
import { none } from "../base/capabilities";
import { connect } from "../base/connection";
import { patchContainer, patchPod, resources } from "../base/containers";
import { type AnyDefinition, define } from "../base/definition";
import { toApiServer } from "../base/flows";
import type { SystemContext } from "../base/foundation";
import type { Namespace } from "../base/namespace";
import type { Manifest } from "../base/object";
import { client } from "../base/oidc-client";
import { chart, image } from "../base/pins";
import { priorities } from "../base/priority";
import { GeneratedSecret, yearly } from "../base/secret";
import { System } from "../base/system";
import { identityDb } from "../data/identity-db";
import { PostgresDatabase } from "../data/postgres-database";
import type { SharedServer } from "../data/shared-postgres";
import type { PublicGateway } from "../gateway/public-gateway";
import { Route, type SignOn } from "../gateway/route";
import { OidcClient } from "../identity/oidc-client";
import type { SignOnProvider } from "../identity/sign-on";
import type { EvidenceStore } from "./evidence-store";
import { dataSource, grafana, grafanaDashboard, withoutWildcards } from "./grafana-objects";
import {
    GRAFANA,
    grafanaOperatorAlerts,
    grafanaOperatorPods,
    grafanaOperatorScrapes,
} from "./grafana-operator-alerts";
import { grafanaOperatorDashboards } from "./grafana-operator-dashboards";
import { grafanaClient, grafanaPage } from "./grafana-sign-on";
import { type Asked, dataSources } from "./grafana-sources";
import { kubePrometheusStack } from "./kube-prometheus-stack";
import { allDashboards } from "./overviews";
import { tenantDashboard } from "./tenant-dashboards";

/** Dashboards. */
export const grafanaOperator = define({
    name: "grafanaOperator",
    layer: "observability",
    purpose: "Grafana with the dashboards of every system, the state of everything first",
    origin: "000, 001: more than sixty dashboards as resources",
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
        routes: [grafanaPage],
        signOn: client(grafanaClient),
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
    /** What it asks, besides the evidence. */
    readonly asked: Omit<Asked, "evidence">;
    /** What keeps evidence; undefined when nothing does. */
    readonly evidence: Pick<EvidenceStore, "endpoint" | "url" | "user"> | undefined;
    /** Where its page attaches; undefined when nothing is reached from outside. */
    readonly gateway: PublicGateway | undefined;
    /** Guards the page; undefined when nobody signs people on at the gateway. */
    readonly guards: SignOn | undefined;
    /** Signs people on; undefined when nobody does, and only the administrator gets in. */
    readonly provider: SignOnProvider | undefined;
    /** The systems that are on, which bring their dashboards. */
    readonly definitions: readonly AnyDefinition[];
}

const rotation = yearly;
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
    /** Where people open it; undefined where it has no route. */
    readonly url: string | undefined;

    constructor(
        {
            server,
            asked,
            evidence,
            definitions,
            gateway,
            guards,
            provider,
            ...context
        }: GrafanaOperatorArgs,
        opts: pulumi.ComponentResourceOptions,
    ) {
        super(context, {}, opts);
        const { site } = context;
        const inside = { parent: this };
        const replicas = site.replicas("serving");
        const namespace = this.namespace(GRAFANA, {
            tier: "platform",
            backup: none("what people see follows from the program, and people from the directory"),
            routed: gateway !== undefined && guards !== undefined,
            flows: [toApiServer(grafanaOperatorPods)],
        });
        const pods = grafanaLabels(GRAFANA);
        const own = { namespace, pods };
        const host = `${grafanaPage.host}.${site.domain}`;
        connect("grafana-operator-to-grafana", {
            from: { namespace, pods: grafanaOperatorPods },
            to: { ...own, ports: [grafanaPorts.http] },
        });
        const database = new PostgresDatabase(
            "grafana-database",
            {
                ...context,
                server,
                namespace,
                clients: [pods],
                database: GRAFANA,
                restoreCheck: [
                    { table: "migration_log", rows: 1 },
                    { table: "org", rows: 1 },
                ],
                rotation,
            },
            inside,
        );
        const administrator = new GeneratedSecret(
            "grafana-administrator",
            {
                namespace,
                plain: { user: "admin" },
                generate: { password: { length: 32 }, "secret-key": { length: 48 } },
                renewal: {
                    how: "by hand",
                    why: "Grafana reads the password when its database is empty, and its operator uses it from then on",
                    runbook: "docs/runbooks/rotate-secrets.md",
                },
                // With a new key the data source with a password has to be made anew: its operator
                // tells it only what has changed.
                rotation,
            },
            { ...inside, protect: site.protect },
        );
        this.installOperator(namespace, replicas);
        const signOn =
            provider &&
            new OidcClient(
                "grafana-client",
                { ...context, client: grafanaClient, provider, namespace, pods, rotation },
                inside,
            );
        const access = evidence?.user("grafana-reader", namespace);
        const sources = dataSources({
            ...asked,
            evidence: evidence &&
                access && { endpoint: evidence.endpoint, url: evidence.url, access },
        });
        const ways = sources.flatMap(({ name, at }) =>
            connect(`grafana-to-${name.toLowerCase()}`, { from: own, to: at }),
        );
        const servers = this.object(
            grafana({
                namespace: namespace.name,
                image: grafanaOperator.images.grafana,
                replicas,
                url: `https://${host}`,
                database,
                administrator: administrator.secretName,
                ...(provider && signOn ? { signOn: { provider, secret: signOn.secretName } } : {}),
            }),
            {
                dependsOn: [
                    ...this.ready,
                    ...this.definition(`${CRDS}/Grafana`),
                    ...database.ready,
                    ...(signOn?.ready ?? []),
                    administrator.object,
                    ...namespace.guardrails,
                    ...ways,
                    ...context.pods,
                ],
            },
        );
        this.budget(GRAFANA, own, replicas);
        for (const source of sources) {
            this.object(dataSource(namespace.name, source), {
                dependsOn: [servers, ...(source.access === undefined ? [] : (access?.ready ?? []))],
            });
        }
        const { dashboardModel } = loadModel();
        const ofTenants = site.tenants.map(tenantDashboard);
        for (const dashboard of [...allDashboards(definitions), ...ofTenants]) {
            const model = dashboardModel(dashboard);
            this.object(grafanaDashboard(namespace.name, dashboard.name, model), {
                dependsOn: [servers],
            });
        }
        if (gateway !== undefined && guards !== undefined) {
            const guard = { signOn: guards, page: grafanaPage };
            const to = { ...own, ports: [grafanaPorts.http] };
            const service = { service: grafanaService(GRAFANA), port: grafanaPorts.http };
            const route = { site, gateway, host, paths: ["/"], guard, to, ...service };
            this.url = new Route(GRAFANA, route, inside).url;
        }
        this.waitFor(servers);
        this.observe(namespace);
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
}
