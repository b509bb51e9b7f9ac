import type * as pulumi from "@pulumi/pulumi";
import { kept } from "../base/backup-tier";
import { none } from "../base/capabilities";
import { connect, type End } from "../base/connection";
import { define } from "../base/definition";
import type { Exception } from "../base/exceptions";
import { type Flow, toApiServer } from "../base/flows";
import type { SystemContext } from "../base/foundation";
import { isRecord, type Manifest } from "../base/object";
import { chart } from "../base/pins";
import { boltHeader } from "../base/restore-check";
import { GeneratedSecret, yearly } from "../base/secret";
import { System } from "../base/system";
import type { Storage } from "../storage/ceph-cluster";
import { rookCeph } from "../storage/rook-ceph";
import {
    trivyOperatorAlerts,
    trivyOperatorPods,
    trivyOperatorScrapes,
} from "./trivy-operator-alerts";
import { trivyOperatorDashboards } from "./trivy-operator-dashboards";
import {
    scanPods,
    SERVER_PORT,
    serverPods,
    trivySecrets,
    trivyValues,
} from "./trivy-operator-values";

/** What looks for known vulnerabilities. */
export const trivyOperator = define({
    name: "trivyOperator",
    layer: "observability",
    purpose: "looks for known vulnerabilities and secrets in every image that runs",
    origin: "000.5, 004.1.2: every namespace scanned, critical findings as alerts",
    charts: {
        trivyOperator: chart(
            "trivy-operator",
            "0.34.0",
            "https://aquasecurity.github.io/helm-charts/",
        ),
    },
    needs: [rookCeph],
    offIn: {
        dev: "it loads every image a second time each day; Renovate proposes newer ones there too",
    },
    capabilities: {
        metrics: trivyOperatorScrapes,
        alerts: trivyOperatorAlerts,
        dashboards: trivyOperatorDashboards,
        routes: none("it has no page: reports are objects of the API"),
        signOn: none("nobody signs on to it"),
        backup: kept(2, "the database of vulnerabilities, which saves its download"),
        sizing: {
            by: "two scans at a time, whatever runs; the database of the server is the same",
        },
        flows: "declared",
        retention: [{ what: "reports of scans, as objects of the API", for: "24h" }],
    },
});

const NAME = "trivy-operator";

const exceptions: readonly Exception[] = [
    {
        criterion: "HA-04",
        resource: `Deployment/${NAME}/${NAME}`,
        reason:
            "The operator keeps in memory which reports end when, and the chart replaces its only pod " +
            "before the next one starts: a second one would wait for a lease and do nothing.",
        guard:
            "reports stay while it is gone, and it leaves a dead node after half a minute; " +
            "TrivyOperatorDown tells",
        expires: "2027-05-31",
    },
    {
        criterion: "HA-04",
        resource: `StatefulSet/${NAME}/trivy-server`,
        reason:
            "The server keeps its database on a volume that one node mounts at a time, and a second " +
            "one would load the same from the internet.",
        guard: "scans that find no server are tried again; reports stay for a day; TrivyReportsMissing tells",
        expires: "2027-05-31",
    },
];

/** Checks of objects are built in; the bundle of newer ones would be loaded by a tag that moves. */
function withoutBundle(manifest: Manifest): Manifest {
    return manifest.kind === "ConfigMap" && isRecord(manifest.data)
        ? {
              ...manifest,
              data: Object.fromEntries(
                  Object.entries(manifest.data).filter(
                      ([key]) => key !== "policies.bundle.oci.ref",
                  ),
              ),
          }
        : manifest;
}

/** The ways out: registries and the databases of vulnerabilities, whose addresses change. */
const flows: readonly Flow[] = [
    toApiServer(trivyOperatorPods),
    { name: "databases", pods: serverPods, to: "internet", ports: [443] },
    { name: "registries", pods: scanPods, to: "internet", ports: [443] },
];

/** Arguments of {@link TrivyOperator}. */
export interface TrivyOperatorArgs extends SystemContext<typeof trivyOperator> {
    readonly storage: Pick<Storage, "storageClasses" | "ready">;
    /** Others that ask the server about images. */
    readonly clients: End | undefined;
}

/**
 * Scans the image of each container of each workload once a day, in Jobs of its own namespace, with
 * a server that keeps the database of vulnerabilities. What it finds are objects beside the workload,
 * and numbers for alerts.
 */
export class TrivyOperator extends System<typeof trivyOperator> {
    constructor(
        { storage, clients, ...context }: TrivyOperatorArgs,
        opts: pulumi.ComponentResourceOptions,
    ) {
        super(context, { exceptions }, opts);
        const namespace = this.namespace(NAME, {
            tier: "platform",
            backup: 2,
            restoreCheck: [
                {
                    claims: serverPods,
                    files: [
                        { path: "**/trivy.db", begins: boltHeader },
                        { path: "**/metadata.json", begins: "7b" },
                    ],
                },
            ],
            // Two Jobs with a container for each of the largest pod.
            quota: { "limits.memory": "20Gi" },
            flows,
        });
        const server = { namespace, pods: serverPods, ports: [SERVER_PORT] };
        const ways = [
            // It asks whether the server is there before it starts a scan.
            ...connect("trivy-operator-server", {
                from: { namespace, pods: trivyOperatorPods },
                to: server,
            }),
            ...connect("trivy-scans-server", { from: { namespace, pods: scanPods }, to: server }),
            ...(clients === undefined
                ? []
                : connect("trivy-builds", { from: clients, to: server })),
        ];
        // Both must be there and hold nothing: every image is public, and the network says who
        // reaches the server.
        const secrets = [trivySecrets.operator, trivySecrets.scanner].map(
            (secretName) =>
                new GeneratedSecret(
                    secretName === NAME ? `${NAME}-settings` : secretName,
                    { namespace, secretName, generate: {}, rotation: yearly },
                    { parent: this },
                ).object,
        );
        this.chart(trivyOperator.charts.trivyOperator, {
            release: NAME,
            namespace,
            apiGroups: ["aquasecurity.github.io"],
            patch: withoutBundle,
            needs: [...secrets, ...storage.ready, ...ways],
            values: trivyValues(storage.storageClasses.block),
        });
        this.observe(namespace);
    }
}
