import type * as pulumi from "@pulumi/pulumi";
import { none } from "../base/capabilities";
import type { Endpoint } from "../base/connection";
import { connect } from "../base/connection";
import { define } from "../base/definition";
import type { Exception } from "../base/exceptions";
import type { SystemContext } from "../base/foundation";
import { chart } from "../base/pins";
import { System } from "../base/system";
import { Bucket } from "../storage/bucket";
import type { Storage } from "../storage/ceph-cluster";
import { rookCeph } from "../storage/rook-ceph";
import { lokiAlerts, lokiScrapes } from "./loki-alerts";
import { lokiDashboards } from "./loki-dashboards";
import { LOG_RETENTION, lokiLabels, lokiPorts, lokiValues } from "./loki-values";

/** Logs. */
export const loki = define({
    name: "loki",
    layer: "observability",
    purpose: "logs of every node, namespace and the API server, in a bucket",
    origin: "001, 004.4.3: logs in one place, on object storage",
    charts: {
        loki: chart("loki", "18.11.0", "https://grafana-community.github.io/helm-charts"),
    },
    needs: [rookCeph],
    capabilities: {
        metrics: lokiScrapes,
        alerts: lokiAlerts,
        spareVolume: {
            job: "loki",
            container: "loki",
            path: "/var/loki",
            because: "another replica has each line that is not in the bucket yet",
        },
        dashboards: lokiDashboards,
        routes: none("Grafana asks it; it has no page of its own"),
        signOn: none("nobody signs on to it"),
        backup: none(
            "logs are told again by nobody, and none is needed to build the platform anew",
        ),
        sizing: { by: "three replicas of each line; what a bucket holds costs no memory" },
        flows: "declared",
        retention: [{ what: "logs", for: LOG_RETENTION }],
    },
});

/** Where logs go, for whoever collects or asks. */
export interface LogStore {
    /** Writing and asking over HTTP, for the network policies. */
    readonly endpoint: Endpoint;
    /** `http://host:port`; there is one tenant. */
    readonly url: string;
    /** What must be there before lines are sent. */
    readonly ready: readonly pulumi.Resource[];
}

/** Arguments of {@link Loki}. */
export interface LokiArgs extends SystemContext<typeof loki> {
    readonly storage: Storage;
}

/** Most that the logs of 30 days may take, in GiB; the store refuses more, and an alert tells. */
const BUCKET = 40;

const exceptions: readonly Exception[] = [
    {
        criterion: "DR-02",
        resource: "StatefulSet/loki/loki",
        reason: "Its volumes hold lines of the last hours on their way into the bucket; a copy of a day ago would bring back what is in the bucket anyway.",
        guard: "each line is on three volumes until it is in the bucket, and no platform is built from logs",
        expires: "2027-11-30",
    },
];

/**
 * Loki as one program in several replicas. Lines are in the memory and on the volume of three of
 * them until they are in the bucket, from which the compactor deletes them after 30 days. It knows
 * no users: the network policies say who may write and ask.
 */
export class Loki extends System<typeof loki> implements LogStore {
    readonly endpoint: Endpoint;
    readonly url: string;

    constructor({ storage, ...context }: LokiArgs, opts: pulumi.ComponentResourceOptions) {
        super(context, { exceptions }, opts);
        const { site } = context;
        // Two would both have to be there for each line; three do without one.
        const replicas = site.replicas("serving") > 1 ? 3 : 1;
        const namespace = this.namespace("loki", {
            tier: "monitoring",
            // Its volumes hold what is on its way into the bucket, three times.
            backup: none("no platform is built from logs, and they are gone after 30 days"),
            flows: [],
        });
        const own = { namespace, pods: lokiLabels };
        const bucket = new Bucket(
            "loki",
            {
                ...context,
                namespace,
                storage,
                clients: [lokiLabels],
                size: BUCKET,
                retention: {
                    deletedBy: `Loki's compactor, after limits_config.retention_period (${LOG_RETENTION})`,
                },
            },
            { parent: this },
        );
        const ring = connect("loki-ring", {
            from: own,
            to: { ...own, ports: [lokiPorts.grpc, lokiPorts.gossip] },
        });
        const { block } = storage.storageClasses;
        this.chart(loki.charts.loki, {
            release: "loki",
            namespace,
            needs: [...bucket.ready, ...storage.ready, ...ring],
            values: lokiValues({ replicas, storageClass: block, bucket }),
        });
        this.budget("loki", { namespace, pods: lokiLabels }, replicas);
        this.observe(namespace);
        this.endpoint = { ...own, ports: [lokiPorts.http] };
        this.url = `http://loki.${namespace.name}.svc:${lokiPorts.http}`;
    }
}
