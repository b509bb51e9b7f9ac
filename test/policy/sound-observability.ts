/** Dashboards and objectives, in parts that tests replace. */
import { objectivesRule } from "../../components/base/objective-rules";
import { type Inputs, object, platform, type Resource, resource, standardLabels } from "./harness";
import { within } from "./sound-backups";
import { monitor, prometheusParts, rules } from "./sound-monitoring";

const GRAFANA = "grafana.integreatly.org/v1beta1";

/** A panel that Prometheus answers. */
export function panel(expr: string, more: Inputs = {}): Inputs {
    return { title: "Requests", datasource: { type: "prometheus" }, targets: [{ expr }], ...more };
}

export function json(...panels: Inputs[]): string {
    return JSON.stringify({ title: "Web", panels });
}

export function dashboard(spec: Inputs): Resource {
    return within("grafana", GRAFANA, "GrafanaDashboard", "web", { spec });
}

export const shows = (...queries: string[]) =>
    dashboard({ json: json(...queries.map((expr) => panel(expr))) });

/** A dashboard on what a component exposes. */
export const dashboardParts = {
    component: resource("platform:apps:Web", "web", {
        exposes: { web: ["http_requests_total", "http_duration_seconds_bucket"], db: ["db_up"] },
    }),
    rules: rules("web"),
    monitor: monitor("PodMonitor", { podMetricsEndpoints: [{ port: "metrics" }] }),
    grafana: within("grafana", GRAFANA, "Grafana", "grafana", { spec: {} }),
    dashboard: shows('sum(rate(http_requests_total{job="web"}[5m]))'),
};

/** The rules of an objective, as the platform writes them. */
export function promise(
    service: string,
    metric: string,
    change = (text: string) => text,
): Resource {
    const { spec } = objectivesRule(
        { system: service, namespace: "monitoring", repository: undefined },
        [
            {
                name: service,
                percent: 99.9,
                indicator: {
                    events: {
                        errors: `sum(rate(${metric}{code="500"}[$window]))`,
                        total: `sum(rate(${metric}[$window]))`,
                    },
                },
                description: "It answers.",
                alert: "ErrorBudgetBurn",
            },
        ],
    );
    return object({
        apiVersion: "monitoring.coreos.com/v1",
        kind: "PrometheusRule",
        metadata: {
            name: service,
            namespace: "monitoring",
            labels: { ...standardLabels, release: "kps" },
        },
        spec: JSON.parse(change(JSON.stringify(spec))) as Inputs,
    });
}

/** Every critical service with what it promises. */
export const serviceLevelParts = {
    ...prometheusParts,
    platform: platform(),
    component: resource("platform:security:CertManager", "cert-manager", {
        critical: ["Deployment/cert-manager/cert-manager-webhook"],
    }),
    gateway: within("edge", "gateway.networking.k8s.io/v1", "Gateway", "public", {}),
    database: within("apps", "postgresql.cnpg.io/v1", "Cluster", "db", {}),
    ceph: within("rook-ceph", "ceph.rook.io/v1", "CephCluster", "ceph", {}),
    api: promise("api", "apiserver_request_total"),
    dns: promise("dns", "coredns_dns_responses_total"),
    edge: promise("edge", "envoy_cluster_upstream_rq_xx"),
    postgres: promise("postgres", "cnpg_pg_replication_in_recovery"),
    storage: promise("storage", "ceph_pg_active"),
    certificates: promise("cert-manager", "up"),
};
