import type * as pulumi from "@pulumi/pulumi";
import { z } from "zod";
import { none } from "../base/capabilities";
import type { Controller } from "../base/component";
import { connect, type Endpoint } from "../base/connection";
import { define } from "../base/definition";
import type { Exception } from "../base/exceptions";
import { type Flow, toApiServer } from "../base/flows";
import type { Collector, SystemContext } from "../base/foundation";
import { atGateway } from "../base/oidc-client";
import { chart } from "../base/pins";
import type { CustomState } from "../base/state-metrics";
import { System } from "../base/system";
import { day, named, whole } from "../base/values";
import { controlPlanePorts, kubeletPort, nodeExporterPort } from "../base/node-ports";
import { prometheusOperatorCrds } from "../foundation/prometheus-operator-crds";
import type { PublicGateway } from "../gateway/public-gateway";
import type { SignOn } from "../gateway/route";
import { certManager } from "../security/cert-manager";
import type { Storage } from "../storage/ceph-cluster";
import { rookCeph } from "../storage/rook-ceph";
import { monitoringPorts } from "../../operators/prometheus-operator";
import {
    controlPlaneAlerts,
    controlPlaneScrapes,
    kubernetesApiObjectives,
} from "./control-plane-alerts";
import { controlPlaneDashboards } from "./control-plane-dashboards";
import { expiryAlerts } from "./expiry-alerts";
import { expiryDashboards } from "./expiry-dashboards";
import { atMoment, expiryRules, patchStack } from "./kube-prometheus-stack-manifests";
import {
    alertmanagerMembers,
    nodeExporterNamespace,
    prometheusMembers,
    prometheusSize,
    RELEASE,
    sidecarService,
    stackPods,
    stackValues,
} from "./kube-prometheus-stack-values";
import { kubeletDashboards } from "./kubelet-dashboards";
import { machineDashboards } from "./machine-dashboards";
import { monitoringDashboards } from "./monitoring-dashboards";
import type { MetricsArchive } from "./metrics-archive";
import { nodeAlerts, nodeScrapes } from "./node-alerts";
import { nodeDashboards } from "./node-dashboards";
import { prometheusAlerts, prometheusScrapes } from "./prometheus-alerts";
import { prometheusDashboards } from "./prometheus-dashboards";
import { roomDashboards } from "./room-dashboards";
import { openPrometheusPages, pageUrl, prometheusPages } from "./prometheus-pages";
import { volumeAlerts } from "./volume-alerts";
import { workloadAlerts, workloadScrapes } from "./workload-alerts";
import { workloadDashboards } from "./workload-dashboards";

/** Metrics and alerts. */
export const kubePrometheusStack = define({
    name: "kubePrometheusStack",
    layer: "observability",
    purpose: "collects metrics, keeps them, and evaluates alerts",
    origin: "001, 004.4.4: two Prometheus, three Alertmanagers, two channels, a watchdog",
    charts: {
        stack: chart(
            "kube-prometheus-stack",
            "88.5.3",
            "https://prometheus-community.github.io/helm-charts",
        ),
    },
    needs: [prometheusOperatorCrds, certManager, rookCeph],
    settings: {
        retentionDays: whole({ from: 1, to: 400, of: "days" })
            .default(30)
            .describe("how long Prometheus keeps metrics"),
        series: whole({ from: 20, to: 10_000 })
            .optional()
            .describe(
                "thousands of active series to size for, `prometheus_tsdb_head_series`; default: 300, and 100 with one replica",
            ),
        expiries: z
            .array(
                z.strictObject({
                    what: named("what it is, such as API token of Cloudflare").describe(
                        "what it is, as the alert calls it",
                    ),
                    day: day.describe("its last day, `YYYY-MM-DD`"),
                }),
            )
            .default([])
            .describe(
                "tokens and the like whose end no program measures: an alert two weeks before",
            ),
    },
    capabilities: {
        metrics: [...prometheusScrapes, ...nodeScrapes, ...workloadScrapes, ...controlPlaneScrapes],
        alerts: [
            ...prometheusAlerts,
            ...nodeAlerts,
            ...volumeAlerts,
            ...workloadAlerts,
            ...controlPlaneAlerts,
            ...expiryAlerts,
        ],
        dashboards: [
            ...nodeDashboards,
            ...machineDashboards,
            ...workloadDashboards,
            ...roomDashboards,
            ...prometheusDashboards,
            ...controlPlaneDashboards,
            ...kubeletDashboards,
            ...monitoringDashboards,
            ...expiryDashboards,
        ],
        objectives: kubernetesApiObjectives,
        routes: Object.values(prometheusPages),
        signOn: atGateway("their pages have no people of their own and let everybody do the same"),
        backup: none(
            "metrics of the past are history; where Thanos is on, they lie in its bucket too",
        ),
        sizing: { by: "memory and volumes follow the settings `series` and `retentionDays`" },
        flows: "declared",
        retention: [{ what: "metrics", for: "30d" }],
    },
});

/** Arguments of {@link KubePrometheusStack}. */
export interface KubePrometheusStackArgs extends SystemContext<typeof kubePrometheusStack> {
    /** Whose namespace it lives in. */
    readonly collector: Collector;
    /** Signs the certificate of the webhooks. */
    readonly certificates: readonly pulumi.Resource[];
    readonly storage: Pick<Storage, "storageClasses" | "ready">;
    /** Custom resources of which series are made too. */
    readonly states: readonly CustomState[];
    /** The certificates of kubelets can be verified. */
    readonly verifiedKubelets: boolean;
    /** When the certificate of the talosconfig ends, as an ISO date; undefined without Talos. */
    readonly talosconfigExpiry: pulumi.Output<string | undefined> | undefined;
    /** Where metrics are kept for more than a year; undefined when they are not. */
    readonly archive: MetricsArchive | undefined;
    /** Hours after which samples of edge sites may still arrive; undefined when there are none. */
    readonly lateSamples: number | undefined;
    /** Where the pages attach; undefined when nothing is reached from outside. */
    readonly gateway: PublicGateway | undefined;
    /** Guards the pages; undefined when nobody signs people on at the gateway. */
    readonly guards: SignOn | undefined;
}

const exceptions: readonly Exception[] = [
    {
        criterion: "SEC-03",
        resource: `DaemonSet/${nodeExporterNamespace}/${RELEASE}-prometheus-node-exporter`,
        reason:
            "It counts what passes the network cards of its node and how full its file systems are, " +
            "which takes the network and the files of the node.",
        guard:
            "no user, no capability, no right in the API; every file is read-only; nobody but the " +
            "platform may create pods in node-exporter",
        expires: "2027-05-31",
    },
];

const controllers: readonly Controller[] = [
    {
        resource: `Deployment/monitoring/${RELEASE}-operator`,
        reason:
            "The operator has no leader election; Prometheus, Alertmanager and what they have been " +
            "told go on without it.",
    },
];

/**
 * Prometheus and Alertmanager by their operator, what they know of nodes and objects, and alerts on
 * the cluster itself. Each server scrapes everything by itself, so that one may go; alerts of both
 * reach every member of Alertmanager, which sends each once.
 */
export class KubePrometheusStack extends System<typeof kubePrometheusStack> {
    /** Where metrics are asked for. */
    readonly prometheus: Endpoint;
    readonly prometheusUrl: string;
    /** The same for each server: each has its own copy. */
    readonly prometheusMembers: readonly string[];
    /** The Service of Thanos' sidecars for SRV records of DNS; nobody has it without an archive. */
    readonly sidecars: string;
    /** Where alerts are handed in. */
    readonly alertmanager: Endpoint;
    readonly alertmanagerUrl: string;
    /** The same for each member: they share silences and messages, not alerts. */
    readonly alertmanagerMembers: readonly string[];

    constructor(args: KubePrometheusStackArgs, opts: pulumi.ComponentResourceOptions) {
        const { certificates, storage, verifiedKubelets, talosconfigExpiry, archive, ...rest } =
            args;
        const { states, lateSamples, gateway, guards, ...context } = rest;
        super(context, { exceptions, controllers }, opts);
        const { site, settings, collector } = context;
        const { retentionDays, series, expiries } = settings;
        const { namespace } = collector;
        // What people silenced, and who was told. Metrics are history, which nobody restores.
        context.backups.proveVolumes(namespace.name, [
            { claims: stackPods.alertmanager, files: [{ path: "alertmanager-db/nflog" }] },
        ]);
        const replicas = site.replicas("serving");
        const several = replicas > 1;
        const nodes = this.namespace(nodeExporterNamespace, {
            tier: "monitoring",
            podSecurity: "privileged",
            backup: none("the exporter keeps nothing"),
            flows: [],
        });
        this.prometheus = { namespace, pods: collector.pods, ports: [monitoringPorts.prometheus] };
        this.alertmanager = {
            namespace,
            pods: stackPods.alertmanager,
            ports: [monitoringPorts.alertmanager],
        };
        this.prometheusUrl = `http://${RELEASE}-prometheus.${namespace.name}.svc:9090`;
        this.prometheusMembers = prometheusMembers(namespace.name, replicas);
        this.sidecars = `_grpc._tcp.${sidecarService}.${namespace.name}.svc.cluster.local`;
        this.alertmanagerUrl = `http://${RELEASE}-alertmanager.${namespace.name}.svc:9093`;
        const members = several ? 3 : 1;
        this.alertmanagerMembers = alertmanagerMembers(namespace.name, members);
        this.declareFlows(collector);
        const installed = this.chart(kubePrometheusStack.charts.stack, {
            release: RELEASE,
            namespace,
            needs: [
                ...collector.definitions.values(),
                ...certificates,
                ...storage.ready,
                ...(archive?.ready ?? []),
                ...nodes.guardrails,
            ],
            patch: patchStack,
            objectOptions: ({ metadata }) =>
                metadata.namespace === nodes.name ? { dependsOn: [nodes.object] } : undefined,
            values: stackValues({
                replicas,
                states,
                members,
                storageClass: storage.storageClasses.block,
                size: prometheusSize(series ?? (several ? 300 : 100), retentionDays),
                retentionDays,
                cluster: site.cluster.name,
                controlPlanes: site.controlPlanes.map(({ address }) => address),
                verifiedKubelets,
                archive,
                lateSamples,
                ...(gateway && guards
                    ? {
                          prometheusUrl: pageUrl("prometheus", site),
                          alertmanagerUrl: pageUrl("alertmanager", site),
                      }
                    : {}),
            }),
        });
        this.waitFor(...installed.ready);
        if (gateway !== undefined && guards !== undefined) {
            const served = {
                prometheus: { to: this.prometheus, port: 9090 },
                alertmanager: { to: this.alertmanager, port: 9093 },
            };
            openPrometheusPages({ site, gateway, guards, served }, { parent: this });
        }
        const talos = talosconfigExpiry?.apply(atMoment);
        const ends = expiryRules(namespace.name, expiries, talos);
        if (ends !== undefined) {
            const definition = collector.definitions.get("monitoring.coreos.com/PrometheusRule");
            this.object(ends, {
                dependsOn: [namespace.object, ...(definition === undefined ? [] : [definition])],
            });
        }
        this.observe(namespace);
    }

    /** What no monitor of a system declares: the parts among themselves, and the cluster's own. */
    private declareFlows({ namespace, pods }: Collector): void {
        const { operator, webhook, stateMetrics } = stackPods;
        const scraped = Object.values(controlPlanePorts);
        const flows: readonly Flow[] = [
            toApiServer(pods, "prometheus-to-api-server"),
            toApiServer(operator, "operator-to-api-server"),
            toApiServer(stateMetrics, "state-metrics-to-api-server"),
            { name: "rules-from-api-server", pods: webhook, from: "api-server", ports: [10_250] },
            { name: "node-metrics", pods, to: "nodes", ports: [kubeletPort, nodeExporterPort] },
            { name: "control-plane-metrics", pods, to: "nodes", ports: scraped },
        ];
        flows.forEach((flow) => namespace.allow(flow));
        connect("state-metrics", {
            from: { namespace, pods },
            to: { namespace, pods: stateMetrics, ports: [8080, 8081] },
        });
        connect("alerts-to-alertmanager", { from: { namespace, pods }, to: this.alertmanager });
        const mesh = monitoringPorts.alertmanagerMesh;
        connect("alertmanager-members", {
            from: this.alertmanager,
            to: { ...this.alertmanager, ports: [mesh, { port: mesh, protocol: "UDP" }] },
        });
    }
}
