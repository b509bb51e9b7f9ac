import type * as pulumi from "@pulumi/pulumi";
import { type GuardedPage, none } from "../base/capabilities";
import type { Endpoint } from "../base/connection";
import { define } from "../base/definition";
import type { SystemContext } from "../base/foundation";
import { atGateway } from "../base/oidc-client";
import { chart, image } from "../base/pins";
import { GeneratedSecret, signOnAnew, yearly } from "../base/secret";
import { System } from "../base/system";
import { whole } from "../base/values";
import { mlDb } from "../data/ml-db";
import { PostgresDatabase } from "../data/postgres-database";
import type { SharedServer } from "../data/shared-postgres";
import type { PublicGateway } from "../gateway/public-gateway";
import { Route, type SignOn } from "../gateway/route";
import { Bucket } from "../storage/bucket";
import type { Storage } from "../storage/ceph-cluster";
import { rookCeph } from "../storage/rook-ceph";
import { mlflowAlerts, mlflowObjectives, mlflowScrapes } from "./mlflow-alerts";
import { mlflowDashboards } from "./mlflow-dashboards";
import {
    FLASK_SECRET,
    MLFLOW_PORT,
    MLFLOW_SERVICE_PORT,
    mlflowHooks,
    mlflowPatch,
    mlflowPods,
    mlflowValues,
} from "./mlflow-values";

const mlflowPage: GuardedPage = {
    what: "MLflow: experiments, their runs, and the registry of models",
    host: "mlflow",
    guard: "sign-on",
    groups: ["platform-admin", "app-developer"],
};

/** Experiments and models. */
export const mlflow = define({
    name: "mlflow",
    layer: "ml",
    purpose: "tracks experiments and registers models",
    origin: "002.4.2: tracking of experiments, a registry of models",
    charts: { mlflow: chart("mlflow", "1.11.5", "https://community-charts.github.io/helm-charts") },
    // The variant with drivers for databases and buckets (mlflow: docker/README.md).
    images: { mlflow: image("ghcr.io/mlflow/mlflow", "v3.15.1-full") },
    needs: [mlDb, rookCeph],
    offIn: { dev: "a small site has no room for models" },
    settings: {
        artifacts: whole({ from: 1, to: 65_536, of: "GiB" })
            .default(10)
            .describe("most that files of runs and models may take, in GiB"),
    },
    capabilities: {
        metrics: mlflowScrapes,
        alerts: mlflowAlerts,
        objectives: mlflowObjectives,
        dashboards: mlflowDashboards,
        routes: [mlflowPage],
        signOn: atGateway(
            "MLflow knows nobody: whoever is let in sees and changes every experiment and model",
        ),
        backup: {
            by: "barmanCloud",
            what: "its database, with runs and the registry: every minute of 30 days; files of models lie in the bucket alone",
        },
        sizing: { by: "replicas follow the profile, the bucket its setting" },
        flows: "declared",
        retention: none("runs and models are kept until somebody deletes them"),
    },
});

/** Arguments of {@link Mlflow}. */
export interface MlflowArgs extends SystemContext<typeof mlflow> {
    readonly server: SharedServer;
    readonly storage: Storage;
    readonly gateway: PublicGateway | undefined;
    readonly guards: SignOn | undefined;
}

/** MLflow's server: what people open, and what notebooks and pipelines log to. */
export class Mlflow extends System<typeof mlflow> {
    /** Where people find it; undefined where they cannot. */
    readonly url: string | undefined;
    /** Where programs log to. */
    readonly endpoint: Endpoint;
    /** The same as an address: `MLFLOW_TRACKING_URI`. */
    readonly tracking: string;

    constructor(
        { server, storage, gateway, guards, ...context }: MlflowArgs,
        opts: pulumi.ComponentResourceOptions,
    ) {
        super(context, {}, opts);
        const { site, settings } = context;
        const replicas = site.replicas("serving");
        const inside = { parent: this };
        const isRouted = gateway !== undefined && guards !== undefined;
        const host = isRouted ? `${mlflowPage.host}.${site.domain}` : undefined;
        const namespace = this.namespace("mlflow", {
            tier: "app",
            backup: none("runs and the registry are in ml-db, files in a bucket"),
            routed: isRouted,
            flows: [],
        });
        const clients = [mlflowPods];
        this.endpoint = { namespace, pods: mlflowPods, ports: [MLFLOW_PORT] };
        this.tracking = `http://mlflow.${namespace.name}.svc`;
        const sessions = new GeneratedSecret(
            "mlflow-sessions",
            {
                namespace,
                secretName: FLASK_SECRET,
                generate: { MLFLOW_FLASK_SERVER_SECRET_KEY: { length: 48 } },
                rotation: yearly,
                renewal: signOnAnew,
            },
            inside,
        );
        const database = new PostgresDatabase(
            "mlflow-database",
            {
                ...context,
                server,
                namespace,
                clients,
                database: "mlflow",
                // Both are there from the first start on.
                restoreCheck: [
                    { table: "alembic_version", rows: 1 },
                    { table: "experiments", rows: 1 },
                ],
                rotation: yearly,
            },
            inside,
        );
        const bucket = new Bucket(
            "mlflow-artifacts",
            {
                ...context,
                namespace,
                storage,
                clients,
                size: settings.artifacts,
                retention: {
                    deletedBy:
                        "people, who delete runs and models; `mlflow gc` then takes their files away",
                },
            },
            inside,
        );
        this.chart(mlflow.charts.mlflow, {
            release: "mlflow",
            namespace,
            needs: [sessions.object, ...database.ready, ...bucket.ready],
            hooks: mlflowHooks,
            patch: (manifest) => mlflowPatch(manifest, host),
            values: mlflowValues({ image: mlflow.images.mlflow, replicas, host, database, bucket }),
        });
        this.budget("mlflow", { namespace, pods: mlflowPods }, replicas);
        this.observe(namespace);
        if (gateway !== undefined && guards !== undefined && host !== undefined) {
            this.url = new Route(
                "mlflow-page",
                {
                    site,
                    gateway,
                    host,
                    paths: ["/"],
                    guard: { signOn: guards, page: mlflowPage },
                    service: "mlflow",
                    port: MLFLOW_SERVICE_PORT,
                    to: this.endpoint,
                },
                inside,
            ).url;
        }
        this.registerOutputs({ url: this.url });
    }
}
