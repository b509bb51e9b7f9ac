import type * as pulumi from "@pulumi/pulumi";
import { none } from "../base/capabilities";
import type { Controller } from "../base/component";
import { connect, type Endpoint } from "../base/connection";
import { define } from "../base/definition";
import type { Collector, SystemContext } from "../base/foundation";
import { isRecord, type Manifest, objectKey } from "../base/object";
import { chart, image } from "../base/pins";
import { System } from "../base/system";
import { rookCeph } from "../storage/rook-ceph";
import { kubePrometheusStack } from "./kube-prometheus-stack";
import { stackPods } from "./kube-prometheus-stack-values";
import type { MetricsArchive } from "./metrics-archive";
import { thanosAlerts, thanosScrapes } from "./thanos-alerts";
import { thanosDashboards } from "./thanos-dashboards";
import { metricsRetention, thanosPods, thanosPorts, thanosValues } from "./thanos-values";

/** Metrics of more than a year. */
export const thanos = define({
    name: "thanos",
    layer: "observability",
    purpose: "metrics of more than a year in a bucket, and one view over all servers of Prometheus",
    origin: "004.4.2: months of metrics without seams",
    charts: {
        thanos: chart("thanos", "0.38.0", "https://thanos-community.github.io/helm-charts"),
    },
    images: { thanos: image("quay.io/thanos/thanos", "v0.42.4") },
    needs: [kubePrometheusStack, rookCeph],
    offIn: { dev: "a cluster to try things on is not there for a year" },
    capabilities: {
        metrics: thanosScrapes,
        alerts: thanosAlerts,
        dashboards: thanosDashboards,
        routes: none("Grafana asks it; its own page asks nobody who he is"),
        signOn: none("nobody signs on to it"),
        backup: none("metrics of the past are history; none is needed to build the platform anew"),
        sizing: { by: "replicas follow the profile; what a bucket holds costs no memory" },
        flows: "declared",
        retention: [
            { what: "metrics in the bucket", for: metricsRetention.raw },
            { what: "means of 5 minutes", for: metricsRetention.fiveMinutes },
            { what: "means of 1 hour", for: metricsRetention.hour },
        ],
    },
});

/** Whoever reads its metrics goes to the pod: nobody asks the compactor through a Service. */
function patch(manifest: Manifest): Manifest | undefined {
    const { spec } = manifest;
    switch (objectKey(manifest)) {
        case "Service/monitoring/thanos-compactor":
            return undefined;
        case "StatefulSet/monitoring/thanos-compactor":
            return {
                ...manifest,
                spec: { ...(isRecord(spec) ? spec : {}), serviceName: undefined },
            };
        default:
            return manifest;
    }
}

/** Arguments of {@link Thanos}. */
export interface ThanosArgs extends SystemContext<typeof thanos> {
    readonly collector: Collector;
    readonly archive: MetricsArchive;
    readonly prometheus: {
        /** Service of the sidecars for SRV records. */
        readonly sidecars: string;
        readonly ready: readonly pulumi.Resource[];
    };
}

const controllers: readonly Controller[] = [
    {
        resource: "StatefulSet/monitoring/thanos-compactor",
        reason:
            "Two would compact the same blocks at once and destroy them (thanos v0.42.4: " +
            "docs/components/compact.md). Nothing waits for it: uploads and questions go on.",
    },
];

/**
 * Thanos in the namespace of Prometheus: whoever asks it gets what the servers hold and, of older
 * times, what lies in the bucket, each sample once.
 */
export class Thanos extends System<typeof thanos> {
    /** Where metrics are asked for. */
    readonly endpoint: Endpoint;
    readonly url: string;

    constructor(
        { collector, archive, prometheus, ...context }: ThanosArgs,
        opts: pulumi.ComponentResourceOptions,
    ) {
        super({ ...context, collector }, { controllers }, opts);
        const { namespace } = collector;
        const replicas = context.site.replicas("serving");
        const { query, frontend, store } = thanosPods;
        const ways = [
            ...connect("thanos-query-to-sidecars", {
                from: { namespace, pods: query },
                to: { namespace, pods: stackPods.prometheus, ports: [thanosPorts.grpc] },
            }),
            ...connect("thanos-query-to-store", {
                from: { namespace, pods: query },
                to: { namespace, pods: store, ports: [thanosPorts.grpc] },
            }),
            ...connect("thanos-frontend-to-query", {
                from: { namespace, pods: frontend },
                to: { namespace, pods: query, ports: [thanosPorts.query] },
            }),
        ];
        this.chart(thanos.charts.thanos, {
            release: "thanos",
            namespace,
            needs: [...archive.ready, ...prometheus.ready, ...ways],
            patch,
            values: thanosValues({
                image: thanos.images.thanos,
                replicas,
                storageClass: archive.storageClass,
                store: archive.store,
                environment: archive.environment,
                sidecars: prometheus.sidecars,
            }),
        });
        this.budget("thanos-query", { namespace, pods: query }, replicas);
        this.budget("thanos-query-frontend", { namespace, pods: frontend }, replicas);
        this.budget("thanos-storegateway", { namespace, pods: store }, replicas);
        this.observe(namespace);
        this.endpoint = { namespace, pods: frontend, ports: [thanosPorts.query] };
        this.url = `http://thanos-query-frontend.${namespace.name}.svc:${thanosPorts.query}`;
    }
}
