import type * as pulumi from "@pulumi/pulumi";
import { kept } from "../base/backup-tier";
import { none } from "../base/capabilities";
import type { Endpoint } from "../base/connection";
import { define } from "../base/definition";
import type { Exception } from "../base/exceptions";
import type { SystemContext } from "../base/foundation";
import { isRecord, type Manifest } from "../base/object";
import { chart } from "../base/pins";
import { System } from "../base/system";
import { Bucket } from "../storage/bucket";
import type { Storage } from "../storage/ceph-cluster";
import { rookCeph } from "../storage/rook-ceph";
import { openTelemetry } from "./opentelemetry";
import { tempoAlerts, tempoScrapes } from "./tempo-alerts";
import { tempoDashboards } from "./tempo-dashboards";
import { tempoPods, tempoPorts, tempoValues, TRACE_RETENTION } from "./tempo-values";
import type { TraceStore } from "./trace-collectors";

/** Traces. */
export const tempo = define({
    name: "tempo",
    layer: "observability",
    purpose: "traces of the last seven days, in a bucket",
    origin: "001, 004.4.1: traces in Grafana",
    charts: {
        tempo: chart("tempo", "2.2.4", "https://grafana-community.github.io/helm-charts"),
    },
    needs: [rookCeph, openTelemetry],
    offIn: { dev: "one request at a time is found in the logs" },
    capabilities: {
        metrics: tempoScrapes,
        alerts: tempoAlerts,
        dashboards: tempoDashboards,
        routes: none("Grafana asks it; it has no page of its own"),
        signOn: none("nobody signs on to it"),
        backup: kept(2, "what is on its way into the bucket"),
        sizing: none("one program; what a bucket holds costs no memory"),
        flows: "declared",
        retention: [{ what: "traces", for: TRACE_RETENTION }],
    },
});

const exceptions: readonly Exception[] = [
    {
        criterion: "HA-04",
        resource: "StatefulSet/tempo/tempo",
        reason:
            "Tempo is highly available only as many programs with Kafka between them, which is more " +
            "than all traces of the platform are worth; its chart for one program knows one replica.",
        guard:
            "the samplers keep spans and try again for five minutes, the volume moves with the pod, " +
            "and no request waits for a trace",
        expires: "2027-05-31",
    },
];

/** The chart names a Service that it does not have. */
function patch(manifest: Manifest): Manifest {
    const { kind, spec } = manifest;
    return kind === "StatefulSet" && isRecord(spec)
        ? { ...manifest, spec: { ...spec, serviceName: "tempo" } }
        : manifest;
}

/** Arguments of {@link Tempo}. */
export interface TempoArgs extends SystemContext<typeof tempo> {
    readonly storage: Storage;
}

/** Most that the traces of seven days may take, in GiB; the store refuses more, and an alert tells. */
const BUCKET = 15;

/** Tempo as one program. It knows no users: the network policies say who may write and ask. */
export class Tempo extends System<typeof tempo> implements TraceStore {
    readonly receiver: Endpoint;
    readonly target: string;
    /** Where traces are asked for. */
    readonly endpoint: Endpoint;
    readonly url: string;

    constructor({ storage, ...context }: TempoArgs, opts: pulumi.ComponentResourceOptions) {
        super(context, { exceptions }, opts);
        const namespace = this.namespace("tempo", {
            tier: "monitoring",
            backup: 2,
            // What is not in the bucket yet, if anything.
            restoreCheck: [{ claims: tempoPods, files: [{ path: "**/*", bytes: 0 }] }],
            flows: [],
        });
        const own = { namespace, pods: tempoPods };
        const bucket = new Bucket(
            "tempo",
            {
                ...context,
                namespace,
                storage,
                clients: [tempoPods],
                size: BUCKET,
                retention: {
                    deletedBy: `Tempo's compactor, after compactor.compaction.block_retention (${TRACE_RETENTION})`,
                },
            },
            { parent: this },
        );
        this.chart(tempo.charts.tempo, {
            release: "tempo",
            namespace,
            needs: [...bucket.ready, ...storage.ready],
            patch,
            values: tempoValues({ storageClass: storage.storageClasses.block, bucket }),
        });
        this.observe(namespace);
        const host = `tempo.${namespace.name}.svc`;
        this.receiver = { ...own, ports: [tempoPorts.otlp] };
        this.target = `${host}:${tempoPorts.otlp}`;
        this.endpoint = { ...own, ports: [tempoPorts.http] };
        this.url = `http://${host}:${tempoPorts.http}`;
    }
}
