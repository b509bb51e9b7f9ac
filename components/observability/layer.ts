import { connect } from "../base/connection";
import { readsThroughApi } from "../base/namespace-manifests";
import { prometheusOperatorCrds } from "../foundation/prometheus-operator-crds";
import { identityDb } from "../data/identity-db";
import { platformDb } from "../data/platform-db";
import { envoyGateway } from "../gateway/envoy-gateway";
import { authelia } from "../identity/authelia";
import { ollama } from "../apps/ollama";
import { needed, systemsOn, type WithIdentity, type WithObservability } from "../house";
import { certManager } from "../security/cert-manager";
import { kubeletCsrApprover } from "../security/kubelet-csr-approver";
import { kyverno } from "../security/kyverno";
import { rookCeph } from "../storage/rook-ceph";
import { Alloy, alloy } from "./alloy";
import { EckOperator, eckOperator } from "./elasticsearch";
import type { EvidenceStore } from "./evidence-store";
import type { ElasticUser } from "./elasticsearch-users";
import { reportKinds } from "./evidence-reports";
import { Falco, falco } from "./falco";
import { BlackboxExporter, blackboxExporter } from "./blackbox-exporter";
import { Goldilocks, goldilocks } from "./goldilocks";
import { FluentBit, fluentBit } from "./fluent-bit";
import { Fluentd, fluentd } from "./fluentd";
import { Jaeger, jaeger } from "./jaeger";
import { Kibana, kibana } from "./kibana";
import { type LogStore, Loki, loki } from "./loki";
import { GrafanaOperator, grafanaOperator } from "./grafana-operator";
import type { Asked } from "./grafana-sources";
import { AlertRouting, alertRouting } from "./alert-routing";
import { Keep, keep } from "./keep";
import { keepIntake } from "./keep-manifests";
import { Robusta, robusta } from "./robusta";
import { robustaIntake } from "./robusta-values";
import { Kubecost, kubecost } from "./kubecost";
import { KubePrometheusStack, kubePrometheusStack } from "./kube-prometheus-stack";
import { LATE_SAMPLES } from "./kube-prometheus-stack-values";
import { MetricsArchive } from "./metrics-archive";
import { MetricsServer, metricsServer } from "./metrics-server";
import { TrivyOperator, trivyOperator } from "./trivy-operator";
import { OpenCost, openCost, type OpenCostArgs } from "./opencost";
import { OpenTelemetry, openTelemetry } from "./opentelemetry";
import { Tempo, tempo } from "./tempo";
import { traceGateway } from "../base/traces";
import { TraceCollectors } from "./trace-collectors";
import { Thanos, thanos } from "./thanos";
import { Vector, vector } from "./vector";
import { recommendationState } from "./recommendations";
import { VerticalPodAutoscaler, verticalPodAutoscaler } from "./vertical-pod-autoscaler";

/** Where evidence goes; it must know beforehand who will sign on. */
function deployEvidence(house: WithIdentity): EvidenceStore | undefined {
    const on = systemsOn(house);
    const { settings } = house;
    const clients: readonly ElasticUser[] = [
        ...(settings.isOn(vector) ? (["vector"] as const) : []),
        ...(settings.isOn(fluentd) ? (["fluentd"] as const) : []),
        ...(settings.isOn(jaeger) ? (["jaeger"] as const) : []),
        ...(settings.isOn(kibana) ? (["kibana-reader"] as const) : []),
        ...(settings.isOn(grafanaOperator) ? (["grafana-reader"] as const) : []),
    ];
    const reports = [kyverno, trivyOperator]
        .filter((definition) => settings.isOn(definition))
        .map(({ name }) => reportKinds[name]);
    const evidence = on(eckOperator, (context) => {
        const who = eckOperator;
        const { issuers } = needed(house.certificates, { who, what: certManager });
        const storage = needed(house.storage, { who, what: rookCeph });
        return new EckOperator(
            { ...context, storage, authority: issuers.internal, clients, reports },
            house.inside,
        );
    });
    on(kibana, (context) => {
        const store = needed(evidence, { who: kibana, what: eckOperator });
        const { gateway, guards } = house;
        return new Kibana({ ...context, evidence: store, gateway, guards }, house.inside);
    });
    return evidence;
}

/** Where logs go, and who brings them: each namespace is read once. */
function deployLogs(
    house: WithIdentity,
    evidence: EvidenceStore | undefined,
): LogStore | undefined {
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
    const collector = on(vector, (context) => {
        const store = needed(logs, { who: vector, what: loki });
        const others = Object.entries(readsThroughApi).map(
            ([label, value]) => `${label}!=${value}`,
        );
        const namespaces = tenants === undefined ? undefined : others.join(",");
        return new Vector({ ...context, logs: store, evidence, namespaces }, inside);
    });
    const aggregator = on(fluentd, (context) => {
        const who = fluentd;
        const storage = needed(house.storage, { who, what: rookCeph });
        const store = needed(evidence, { who, what: eckOperator });
        return new Fluentd(
            { ...context, storage, evidence: store, logs: needed(logs, { who, what: loki }) },
            inside,
        );
    });
    on(fluentBit, (context) => {
        const who = fluentBit;
        const { home: namespace } = needed(collector, { who, what: vector });
        return new FluentBit(
            {
                ...context,
                namespace,
                aggregator: needed(aggregator, { who, what: fluentd }),
                logs: needed(logs, { who, what: loki }),
            },
            inside,
        );
    });
    return logs;
}

/** What keeps traces, and who brings them. */
function deployTraces(
    house: WithIdentity,
    evidence: EvidenceStore | undefined,
): Pick<Asked, "traces" | "searchedTraces"> {
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
    const searched = on(jaeger, (context) => {
        const who = jaeger;
        const { gateway, guards } = house;
        return new Jaeger(
            {
                ...context,
                operator: needed(operator, { who, what: openTelemetry }),
                evidence: needed(evidence, { who, what: eckOperator }),
                gateway,
                guards,
            },
            inside,
        );
    });
    on(openTelemetry, (context) => {
        const [first, ...others] = [store, searched].filter((one) => one !== undefined);
        if (operator === undefined || first === undefined) {
            return;
        }
        const collectors = new TraceCollectors(
            "trace-collectors",
            { ...context, operator, stores: [first, ...others] },
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
    return { traces: store, searchedTraces: searched?.queries };
}

/** What recommends requests, and who asks for that. */
function deployRecommendations(house: WithIdentity): void {
    const on = systemsOn(house);
    const { inside, gateway, guards } = house;
    const recommender = on(
        verticalPodAutoscaler,
        (context) => new VerticalPodAutoscaler(context, inside),
    );
    on(goldilocks, (context) => {
        const who = goldilocks;
        return new Goldilocks(
            {
                ...context,
                recommender: needed(recommender, { who, what: verticalPodAutoscaler }),
                gateway,
                guards,
            },
            inside,
        );
    });
}

/**
 * What says what namespaces cost.
 *
 * @param monitoring Prometheus; undefined when it is off
 * @param allMetrics where metrics of the past are asked for too; undefined when nobody keeps them
 */
function deployCosts(
    house: WithIdentity,
    monitoring: KubePrometheusStack | undefined,
    allMetrics: OpenCostArgs["metrics"] | undefined,
): void {
    const on = systemsOn(house);
    const { inside, gateway, guards } = house;
    const openCosts = on(openCost, (context) => {
        const who = openCost;
        const { prometheus, prometheusUrl, ready } = needed(monitoring, {
            who,
            what: kubePrometheusStack,
        });
        return new OpenCost(
            {
                ...context,
                collector: needed(house.collector, { who, what: prometheusOperatorCrds }),
                metrics: allMetrics ?? { endpoint: prometheus, url: prometheusUrl, ready },
                gateway,
                guards,
            },
            inside,
        );
    });
    on(kubecost, (context) => {
        const who = kubecost;
        return new Kubecost(
            {
                ...context,
                storage: needed(house.storage, { who, what: rookCeph }),
                kubelets: needed(house.kubeletCertificates, { who, what: kubeletCsrApprover })
                    .ready,
                prices: openCosts?.prices,
                gateway,
                guards,
            },
            inside,
        );
    });
}

/** What collects from everybody else. */
export function deployObservability(house: WithIdentity): WithObservability {
    const on = systemsOn(house);
    const { inside } = house;
    on(metricsServer, (context) => {
        const who = metricsServer;
        const kubelets = needed(house.kubeletCertificates, { who, what: kubeletCsrApprover });
        const { manager } = needed(house.certificates, { who, what: certManager });
        const certificates = [...kubelets.ready, ...manager.ready];
        return new MetricsServer({ ...context, certificates }, inside);
    });
    deployRecommendations(house);
    const evidence = deployEvidence(house);
    const logs = deployLogs(house, evidence);
    on(trivyOperator, (context) => {
        const storage = needed(house.storage, { who: trivyOperator, what: rookCeph });
        return new TrivyOperator({ ...context, storage, clients: house.imageScans }, inside);
    });
    const traces = deployTraces(house, evidence);
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
                states: [
                    ...(house.settings.isOn(verticalPodAutoscaler) ? [recommendationState] : []),
                    ...(house.states ?? []),
                ],
                verifiedKubelets: house.kubeletCertificates !== undefined,
                talosconfigExpiry: house.talosconfigExpiry,
                archive,
                lateSamples: house.settings.site.edge === undefined ? undefined : LATE_SAMPLES,
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
    deployCosts(house, monitoring, allMetrics);
    on(falco, (context) => {
        const { alertmanager, alertmanagerMembers } = needed(monitoring, {
            who: falco,
            what: kubePrometheusStack,
        });
        const alerts = { endpoint: alertmanager, members: alertmanagerMembers };
        // It writes events into its log too: whoever reads that takes them there.
        const direct = house.settings.isOn(vector) ? undefined : logs;
        return new Falco({ ...context, alerts, logs: direct }, inside);
    });
    const dashboards = on(grafanaOperator, (context) => {
        const who = grafanaOperator;
        return new GrafanaOperator(
            {
                ...context,
                server: needed(house.platformDatabases, { who, what: identityDb }),
                asked: {
                    ...traces,
                    logs,
                    allMetrics,
                    monitoring: needed(monitoring, { who, what: kubePrometheusStack }),
                },
                evidence,
                definitions: house.settings.definitions(),
                gateway: house.gateway,
                guards: house.guards,
                provider: house.signOnProvider,
            },
            inside,
        );
    });
    const incidents = on(keep, (context) => {
        const who = keep;
        return new Keep(
            {
                ...context,
                server: needed(house.platformDatabases, { who, what: platformDb }),
                alertmanager: needed(monitoring, { who, what: kubePrometheusStack }).alertmanager,
                gateway: needed(house.gateway, { who, what: envoyGateway }),
                guards: needed(house.guards, { who, what: authelia }),
            },
            inside,
        );
    });
    on(robusta, (context) => {
        const who = robusta;
        return new Robusta(
            {
                ...context,
                monitoring: needed(monitoring, { who, what: kubePrometheusStack }),
                model: needed(house.languageModel, { who, what: ollama }),
            },
            inside,
        );
    });
    const metrics = monitoring && {
        endpoint: monitoring.prometheus,
        members: monitoring.prometheusMembers,
    };
    const urls = { grafana: dashboards?.url, keep: incidents?.url };
    return {
        ...house,
        metrics,
        logs,
        alertPrograms: (
            [
                [keep, keepIntake],
                [robusta, robustaIntake],
            ] as const
        ).flatMap(([definition, url]) =>
            house.settings.isOn(definition) ? [{ name: definition.name, url }] : [],
        ),
        urls: {
            ...house.urls,
            ...Object.fromEntries(
                Object.entries(urls).flatMap(([name, url]) =>
                    url === undefined ? [] : [[name, url]],
                ),
            ),
        },
    };
}

/** What asks every route and routes every alert: it comes after whoever has some. */
export function deployWatching(house: WithObservability): WithObservability {
    const on = systemsOn(house);
    const { inside } = house;
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
        const { alertRoom: room, alertPrograms: programs } = house;
        return new AlertRouting({ ...context, collector, room, programs }, inside);
    });
    return house;
}
