import { connect } from "../base/connection";
import { readsThroughApi } from "../base/namespace";
import { prometheusOperatorCrds } from "../foundation/prometheus-operator-crds";
import { identityDb } from "../data/identity-db";
import { needed, systemsOn, type WithIdentity } from "../house";
import { certManager } from "../security/cert-manager";
import { kubeletCsrApprover } from "../security/kubelet-csr-approver";
import { rookCeph } from "../storage/rook-ceph";
import { Alloy, alloy } from "./alloy";
import { Falco, falco } from "./falco";
import { BlackboxExporter, blackboxExporter } from "./blackbox-exporter";
import { type LogStore, Loki, loki } from "./loki";
import { GrafanaOperator, grafanaOperator } from "./grafana-operator";
import { AlertRouting, alertRouting } from "./alert-routing";
import { KubePrometheusStack, kubePrometheusStack } from "./kube-prometheus-stack";
import { MetricsArchive } from "./metrics-archive";
import { MetricsServer, metricsServer } from "./metrics-server";
import { TrivyOperator, trivyOperator } from "./trivy-operator";
import { OpenTelemetry, openTelemetry } from "./opentelemetry";
import { Tempo, tempo } from "./tempo";
import { traceGateway } from "../base/traces";
import { TraceCollectors } from "./trace-collectors";
import { Thanos, thanos } from "./thanos";
import { Vector, vector } from "./vector";

/** Where logs go, and who brings them: each namespace is read once. */
function deployLogs(house: WithIdentity): LogStore | undefined {
    const on = systemsOn(house);
    const { inside } = house;
    const logs = on(loki, (context) => {
        const storage = needed(house.storage, { who: loki, what: rookCeph });
        return new Loki({ ...context, storage }, inside);
    });
    const tenants = on(alloy, (context) => {
        const store = needed(logs, { who: alloy, what: loki });
        return new Alloy({ ...context, logs: store }, inside);
    });
    on(vector, (context) => {
        const store = needed(logs, { who: vector, what: loki });
        const others = Object.entries(readsThroughApi).map(
            ([label, value]) => `${label}!=${value}`,
        );
        const namespaces = tenants === undefined ? undefined : others.join(",");
        return new Vector({ ...context, logs: store, namespaces }, inside);
    });
    return logs;
}

/** What keeps traces, and who brings them. */
function deployTraces(house: WithIdentity): Tempo | undefined {
    const on = systemsOn(house);
    const { inside, gateway } = house;
    const operator = on(openTelemetry, (context) => {
        const who = openTelemetry;
        const { manager, issuers } = needed(house.certificates, { who, what: certManager });
        return new OpenTelemetry(
            { ...context, certificates: [...manager.ready, ...issuers.ready] },
            inside,
        );
    });
    const store = on(tempo, (context) => {
        const storage = needed(house.storage, { who: tempo, what: rookCeph });
        return new Tempo({ ...context, storage }, inside);
    });
    on(openTelemetry, (context) => {
        if (operator === undefined || store === undefined) {
            return;
        }
        const collectors = new TraceCollectors(
            "trace-collectors",
            { ...context, operator, store },
            inside,
        );
        if (gateway !== undefined) {
            connect("gateway-traces", { from: gateway.proxies, to: collectors.endpoint });
        }
        for (const [name, from] of Object.entries(house.traced)) {
            const { namespace, pods } = collectors.endpoint;
            connect(name, { from, to: { namespace, pods, ports: [traceGateway.ports.http] } });
        }
    });
    return store;
}

/** What collects from everybody else. */
export function deployObservability(house: WithIdentity): WithIdentity {
    const on = systemsOn(house);
    const { inside } = house;
    on(metricsServer, (context) => {
        const who = metricsServer;
        const kubelets = needed(house.kubeletCertificates, { who, what: kubeletCsrApprover });
        const { manager } = needed(house.certificates, { who, what: certManager });
        const certificates = [...kubelets.ready, ...manager.ready];
        return new MetricsServer({ ...context, certificates }, inside);
    });
    const logs = deployLogs(house);
    on(trivyOperator, (context) => {
        const storage = needed(house.storage, { who: trivyOperator, what: rookCeph });
        return new TrivyOperator({ ...context, storage }, inside);
    });
    const traces = deployTraces(house);
    const archive = on(thanos, (context) => {
        const collector = needed(house.collector, { who: thanos, what: prometheusOperatorCrds });
        const storage = needed(house.storage, { who: thanos, what: rookCeph });
        const { thanos: image } = thanos.images;
        return new MetricsArchive(
            "metrics-archive",
            { ...context, collector, storage, image },
            inside,
        );
    });
    const monitoring = on(kubePrometheusStack, (context) => {
        const who = kubePrometheusStack;
        const { manager } = needed(house.certificates, { who, what: certManager });
        return new KubePrometheusStack(
            {
                ...context,
                collector: needed(house.collector, { who, what: prometheusOperatorCrds }),
                certificates: manager.ready,
                storage: needed(house.storage, { who, what: rookCeph }),
                verifiedKubelets: house.kubeletCertificates !== undefined,
                talosconfigExpiry: house.talosconfigExpiry,
                archive,
                gateway: house.gateway,
                guards: house.guards,
            },
            inside,
        );
    });
    const allMetrics = on(thanos, (context) => {
        const who = thanos;
        return new Thanos(
            {
                ...context,
                collector: needed(house.collector, { who, what: prometheusOperatorCrds }),
                archive: needed(archive, { who, what: thanos }),
                prometheus: needed(monitoring, { who, what: kubePrometheusStack }),
            },
            inside,
        );
    });
    on(falco, (context) => {
        const { alertmanager, alertmanagerMembers } = needed(monitoring, {
            who: falco,
            what: kubePrometheusStack,
        });
        const alerts = { endpoint: alertmanager, members: alertmanagerMembers };
        return new Falco({ ...context, alerts, logs }, inside);
    });
    const dashboards = on(grafanaOperator, (context) => {
        const who = grafanaOperator;
        return new GrafanaOperator(
            {
                ...context,
                server: needed(house.platformDatabases, { who, what: identityDb }),
                logs,
                traces,
                allMetrics,
                monitoring: needed(monitoring, { who, what: kubePrometheusStack }),
                definitions: house.settings.definitions(),
                gateway: house.gateway,
                guards: house.guards,
                provider: house.signOnProvider,
            },
            inside,
        );
    });
    // After every route of the platform.
    on(blackboxExporter, (context) => {
        const who = blackboxExporter;
        const { gateway, tunnel, directory } = house;
        return new BlackboxExporter(
            {
                ...context,
                collector: needed(house.collector, { who, what: prometheusOperatorCrds }),
                issuers: needed(house.certificates, { who, what: certManager }).issuers,
                gateway,
                tunnel,
                directory,
            },
            inside,
        );
    });
    // Last: it routes the alerts of all the others.
    on(alertRouting, (context) => {
        const collector = needed(house.collector, {
            who: alertRouting,
            what: prometheusOperatorCrds,
        });
        return new AlertRouting({ ...context, collector }, inside);
    });
    const url = dashboards?.url;
    return { ...house, urls: { ...house.urls, ...(url === undefined ? {} : { grafana: url }) } };
}
