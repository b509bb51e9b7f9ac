import type * as pulumi from "@pulumi/pulumi";
import { none } from "../base/capabilities";
import { connect, connectClients } from "../base/connection";
import { define, type Fault } from "../base/definition";
import { toApiServer } from "../base/flows";
import type { SystemContext } from "../base/foundation";
import type { Namespace } from "../base/namespace";
import { client } from "../base/oidc-client";
import { image } from "../base/pins";
import { ConfiguredSecret, GeneratedSecret, yearly } from "../base/secret";
import { System } from "../base/system";
import { whole } from "../base/values";
import { mlDb } from "../data/ml-db";
import { PostgresDatabase } from "../data/postgres-database";
import type { SharedServer } from "../data/shared-postgres";
import { folder, type DeliverySettings, repositoryAddress } from "../delivery-schema";
import type { PublicGateway } from "../gateway/public-gateway";
import { Route, type SignOn } from "../gateway/route";
import { authelia } from "../identity/authelia";
import { OidcClient } from "../identity/oidc-client";
import type { SignOnProvider } from "../identity/sign-on";
import { Bucket } from "../storage/bucket";
import type { Storage } from "../storage/ceph-cluster";
import { rookCeph } from "../storage/rook-ceph";
import { missingHostKey } from "../site-delivery";
import type { SiteConfiguration } from "../site-schema";
import { airflowAlerts, airflowDashboards, airflowScrapes } from "./airflow-alerts";
import { airflowConfiguration } from "./airflow-configuration";
import { AIRFLOW, airflowPods, airflowPorts } from "./airflow-names";
import {
    airflowDeployment,
    airflowMigration,
    airflowRights,
    airflowService,
    servers,
} from "./airflow-objects";
import type { AirflowObjects } from "./airflow-program";
import { airflowFlows, airflowSecret, CREDENTIAL, repositoryCredential } from "./airflow-secrets";
import { airflowClient, airflowPage } from "./airflow-sign-on";
import { taskVariables } from "./airflow-task";
import type { Mlflow } from "./mlflow";

/** Days for which what tasks said is kept. */
const LOG_DAYS = 30;

/** What is missing of the repository with the DAGs. */
function repositoryFaults({ delivery }: SiteConfiguration): Fault[] {
    if (delivery === undefined) {
        return [
            {
                key: "delivery",
                found: "nothing",
                allowed:
                    "the repository with the DAGs, because systems.airflow is on (or turn it off)",
            },
        ];
    }
    return delivery.isPublic ? [] : missingHostKey(delivery);
}

/**
 * Pipelines. The objects are the program's own: upstream's chart makes the tables and the first
 * administrator in hooks, with a password that is known, and its pods are not restricted by itself.
 */
export const airflow = define({
    name: "airflow",
    layer: "ml",
    purpose: "runs pipelines of the repository, each task a pod of its own",
    origin: "002.4.2: orchestration of data pipelines",
    charts: {},
    images: {
        airflow: image("docker.io/apache/airflow", "3.2.2"),
        gitSync: image("registry.k8s.io/git-sync/git-sync", "v4.4.0"),
        statsd: image("quay.io/prometheus/statsd-exporter", "v0.28.0"),
    },
    needs: [mlDb, rookCeph, authelia],
    offIn: { dev: "a small site has no room for models" },
    offWithout: ({ delivery }) =>
        delivery === undefined ? "it needs a repository of yours (delivery)" : undefined,
    settings: {
        folder: folder.default("dags").describe("folder of `delivery.repository` with the DAGs"),
        tasks: whole({ from: 1, to: 100, of: "tasks" })
            .default(4)
            .describe("how many tasks may run at once"),
        memory: whole({ from: 1, to: 64, of: "GiB" })
            .default(1)
            .describe("most memory that a task may take, in GiB"),
    },
    capabilities: {
        metrics: airflowScrapes,
        alerts: airflowAlerts,
        dashboards: airflowDashboards,
        routes: [airflowPage],
        signOn: client(airflowClient),
        backup: {
            by: "barmanCloud",
            what: "its database, with runs, connections and variables: every minute of 30 days; DAGs are in Git, logs of tasks in the bucket alone",
        },
        sizing: { by: "all four parts follow the profile; pods of tasks follow the setting" },
        flows: "declared",
        retention: [{ what: "logs of tasks", for: `${LOG_DAYS}d` }],
    },
    check: (_own, site) => repositoryFaults(site),
});

/** Arguments of {@link Airflow}. */
export interface AirflowArgs extends SystemContext<typeof airflow> {
    readonly server: SharedServer;
    readonly storage: Storage;
    readonly gateway: PublicGateway;
    readonly guards: SignOn;
    readonly provider: SignOnProvider;
    /** Where tasks log to; undefined where nothing tracks. */
    readonly tracking: Pick<Mlflow, "endpoint" | "tracking"> | undefined;
}

/**
 * Airflow: schedulers start a pod for each task, which speaks to the API by a token for its run.
 * Whoever writes DAGs is trusted with Airflow: those who read them know the database, by upstream's
 * design. So tasks are in the same namespace, within its quota.
 */
export class Airflow extends System<typeof airflow> {
    /** Where people find it. */
    readonly url: string;

    constructor(args: AirflowArgs, opts: pulumi.ComponentResourceOptions) {
        const { server, storage, gateway, guards, provider, tracking, ...context } = args;
        super(context, {}, opts);
        const { site, settings } = context;
        const { delivery } = site;
        if (delivery === undefined) {
            throw new Error(
                "airflow is built without a repository: the settings refuse such a stack",
            );
        }
        const inside = { parent: this };
        const replicas = site.replicas("serving");
        const host = `${airflowPage.host}.${site.domain}`;
        const namespace = this.place(delivery, settings);
        const api = { namespace, pods: airflowPods("api"), ports: [airflowPorts.api] };
        const ways = this.ways(namespace, tracking);
        const secrets = new GeneratedSecret("airflow-secrets", airflowSecret(namespace), inside);
        const credential = repositoryCredential(namespace, site, delivery);
        const repository =
            credential && new ConfiguredSecret("airflow-repository", credential, inside);
        const database = new PostgresDatabase(
            "airflow-database",
            {
                ...{ ...context, server, namespace, database: AIRFLOW },
                clients: [...servers, "migration" as const].map(airflowPods),
                // Both are there from the migration on.
                restoreCheck: [
                    { table: "alembic_version", rows: 1 },
                    { table: "slot_pool", rows: 1 },
                ],
                rotation: yearly,
            },
            inside,
        );
        const bucket = new Bucket(
            "airflow-logs",
            {
                ...{ ...context, namespace, storage, size: 5, retention: { days: LOG_DAYS } },
                clients: [...servers, "task" as const].map(airflowPods),
            },
            inside,
        );
        const signOn = new OidcClient(
            "airflow-client",
            {
                ...{ site, client: airflowClient, provider, namespace },
                ...{ pods: api.pods, rotation: yearly },
            },
            inside,
        );
        const of: AirflowObjects = {
            images: {
                airflow: airflow.images.airflow.reference,
                gitSync: airflow.images.gitSync.reference,
                statsd: airflow.images.statsd.reference,
            },
            ...{ replicas, host, ...settings, database, bucket },
            repository: {
                url: delivery.repository,
                revision: delivery.revision,
                credential: repository && { secret: repository.secretName, key: CREDENTIAL },
                isSsh: repositoryAddress(delivery.repository)?.scheme === "ssh",
            },
            signOn: {
                client: airflowClient.id,
                secret: signOn.secretName,
                discovery: provider.endpoints.discovery,
                userInfo: provider.endpoints.userInfo,
                groupsClaim: provider.groupsClaim,
                hasAuthority: provider.authority !== undefined,
            },
            tracking: tracking?.tracking,
        };
        const first = { dependsOn: [namespace.object] };
        const needs = [
            ...[...namespace.guardrails, ...context.pods, ...database.ready, ...bucket.ready],
            ...[...signOn.ready, ...ways, secrets.object],
            ...(repository === undefined ? [] : [repository.object]),
            ...[
                airflowConfiguration(of),
                taskVariables(of),
                airflowService,
                ...airflowRights(),
            ].map((manifest) => this.object(manifest, first)),
        ];
        const migration = this.object(airflowMigration(of), { dependsOn: needs });
        for (const part of servers) {
            const pods = airflowPods(part);
            this.waitFor(
                this.object(airflowDeployment(of, part), { dependsOn: [...needs, migration] }),
            );
            this.budget(`${AIRFLOW}-${part}`, { namespace, pods }, replicas);
        }
        this.observe(namespace);
        this.url = new Route(
            AIRFLOW,
            {
                ...{ site, gateway, host, paths: ["/"], to: api },
                guard: { signOn: guards, page: airflowPage },
                ...{ service: AIRFLOW, port: airflowPorts.api },
                limits: { requestsPerSecond: 100 },
            },
            inside,
        ).url;
        this.registerOutputs({ url: this.url });
    }

    /** The namespace, with room for its parts, one more of each during an update, and tasks. */
    private place(
        delivery: DeliverySettings,
        { tasks, memory }: AirflowArgs["settings"],
    ): Namespace {
        return this.namespace(AIRFLOW, {
            tier: "app",
            backup: none("everything is in ml-db, in a bucket or in Git"),
            routed: true,
            quota: {
                pods: `${16 + tasks * 2}`,
                "requests.cpu": `${Math.ceil(2 + tasks * 0.15)}`,
                "requests.memory": `${8 + tasks}Gi`,
                "limits.memory": `${24 + tasks * (memory + 1)}Gi`,
            },
            flows: [
                toApiServer(airflowPods("scheduler"), "scheduler-to-api-server"),
                toApiServer(airflowPods("api"), "api-to-api-server"),
                ...airflowFlows(delivery),
            ],
        });
    }

    /** From tasks to the API, and to what tracks them. */
    private ways(
        namespace: Namespace,
        tracking: AirflowArgs["tracking"],
    ): readonly pulumi.Resource[] {
        const tasks = { namespace, pods: airflowPods("task") };
        return [
            ...connectClients("airflow-api", {
                clients: [tasks.pods],
                to: { namespace, pods: airflowPods("api"), ports: [airflowPorts.api] },
            }),
            ...(tracking === undefined
                ? []
                : connect("airflow-mlflow", { from: tasks, to: tracking.endpoint })),
        ];
    }
}
