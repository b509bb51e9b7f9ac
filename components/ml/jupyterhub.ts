import type * as pulumi from "@pulumi/pulumi";
import { NOTEBOOK_PORT, notebookPods } from "../../operators/jupyterhub";
import { kept } from "../base/backup-tier";
import { none } from "../base/capabilities";
import { connect, type End } from "../base/connection";
import { define } from "../base/definition";
import { toApiServer } from "../base/flows";
import type { SystemContext } from "../base/foundation";
import type { Namespace } from "../base/namespace";
import { client } from "../base/oidc-client";
import { chart, image } from "../base/pins";
import { GeneratedSecret, signOnAnew, yearly } from "../base/secret";
import { System } from "../base/system";
import { whole } from "../base/values";
import { mlDb } from "../data/ml-db";
import { PostgresDatabase } from "../data/postgres-database";
import type { SharedServer } from "../data/shared-postgres";
import type { PublicGateway } from "../gateway/public-gateway";
import { Route, type SignOn } from "../gateway/route";
import { authelia } from "../identity/authelia";
import { OidcClient } from "../identity/oidc-client";
import type { SignOnProvider } from "../identity/sign-on";
import type { Storage } from "../storage/ceph-cluster";
import { rookCeph } from "../storage/rook-ceph";
import { jupyterhubAlerts, jupyterhubDashboards, jupyterhubScrapes } from "./jupyterhub-alerts";
import { jupyterhubExceptions } from "./jupyterhub-exceptions";
import {
    HUB_PORT,
    HUB_SECRET,
    hubPods,
    hubSecrets,
    JUPYTERHUB,
    NOTEBOOKS,
    notebookChecks,
    proxyPods,
    proxyPorts,
} from "./jupyterhub-names";
import { jupyterhubPatch, notebookRights, notebookSurroundings } from "./jupyterhub-patch";
import { authenticator, jupyterhubClient, jupyterhubPage } from "./jupyterhub-sign-on";
import { AUTHORITY, jupyterhubValues } from "./jupyterhub-values";
import type { Mlflow } from "./mlflow";

/** Notebooks. */
export const jupyterhub = define({
    name: "jupyterhub",
    layer: "ml",
    purpose: "notebooks for many people, each a pod with files of its own",
    origin: "002.4.2: notebooks for many, with templates",
    charts: { jupyterhub: chart("jupyterhub", "4.4.0", "https://hub.jupyter.org/helm-chart/") },
    // Python with what trains models of tables; it has the hub's own release of JupyterHub.
    images: { notebook: image("quay.io/jupyter/scipy-notebook", "2026-07-20") },
    needs: [mlDb, rookCeph, authelia],
    offIn: { dev: "a small site has no room for models" },
    settings: {
        people: whole({ from: 1, to: 200, of: "people" })
            .default(3)
            .describe("how many people may have a notebook; all of them may run at once"),
        home: whole({ from: 1, to: 1024, of: "GiB" })
            .default(5)
            .describe("GiB of files of each of them"),
        memory: whole({ from: 1, to: 64, of: "GiB" })
            .default(2)
            .describe("most memory that a notebook may take, in GiB"),
    },
    capabilities: {
        metrics: jupyterhubScrapes,
        alerts: jupyterhubAlerts,
        dashboards: jupyterhubDashboards,
        routes: [jupyterhubPage],
        signOn: client(jupyterhubClient),
        backup: kept(1, "files of people; who they are is in its database, archived by ml-db"),
        sizing: {
            by: "one hub and one proxy by upstream's design; notebooks follow the setting, and end when nobody used them for an hour",
        },
        flows: "declared",
        retention: [{ what: "notebooks that nobody uses, but not their files", for: "1h" }],
    },
});

/** Arguments of {@link JupyterHub}. */
export interface JupyterHubArgs extends SystemContext<typeof jupyterhub> {
    readonly server: SharedServer;
    readonly storage: Storage;
    readonly gateway: PublicGateway;
    readonly guards: SignOn;
    readonly provider: SignOnProvider;
    /** Where notebooks log to; undefined where nothing tracks. */
    readonly tracking: Pick<Mlflow, "endpoint" | "tracking"> | undefined;
}

/** Most that an answer may take: a notebook talks to its page for as long as that is open. */
const HOURS = 12;

/**
 * JupyterHub: people sign on, the hub starts a pod for each in a namespace of its own, and the proxy
 * leads them there. Notebooks are what strangers wrote: they have a quota, no rights in the cluster,
 * and reach the hub, MLflow and the internet, nobody else and not each other.
 */
export class JupyterHub extends System<typeof jupyterhub> {
    /** Where people find it. */
    readonly url: string;
    /** The notebooks, for whoever lets them in. */
    readonly notebooks: End;

    constructor(
        { server, storage, gateway, guards, provider, tracking, ...context }: JupyterHubArgs,
        opts: pulumi.ComponentResourceOptions,
    ) {
        super(context, { exceptions: jupyterhubExceptions }, opts);
        const { site, settings } = context;
        const inside = { parent: this };
        const host = `${jupyterhubPage.host}.${site.domain}`;
        const namespace = this.namespace(JUPYTERHUB, {
            tier: "app",
            backup: none("who has a notebook is in ml-db, files are with the notebooks"),
            routed: true,
            flows: [toApiServer(hubPods)],
        });
        const users = this.users(settings);
        const ways = this.ways(namespace, users, tracking);
        const secrets = new GeneratedSecret(
            "jupyterhub-secrets",
            {
                namespace,
                secretName: HUB_SECRET,
                generate: {
                    [hubSecrets.cookies]: { bytes: 32 },
                    [hubSecrets.state]: { bytes: 32 },
                    [hubSecrets.proxy]: { length: 48 },
                },
                rotation: yearly,
                renewal: signOnAnew,
            },
            inside,
        );
        const database = new PostgresDatabase(
            "jupyterhub-database",
            {
                ...context,
                ...{ server, namespace, clients: [hubPods], database: "jupyterhub" },
                // Both are there from the first start on.
                restoreCheck: [
                    { table: "alembic_version", rows: 1 },
                    { table: "roles", rows: 1 },
                ],
                rotation: yearly,
            },
            inside,
        );
        const signOn = new OidcClient(
            "jupyterhub-client",
            {
                ...{ site, client: jupyterhubClient, provider, namespace },
                ...{ pods: hubPods, rotation: yearly },
            },
            inside,
        );
        const trusted = provider.authority === undefined ? undefined : AUTHORITY;
        this.chart(jupyterhub.charts.jupyterhub, {
            release: JUPYTERHUB,
            namespace,
            needs: [
                ...[secrets.object, ...database.ready, ...signOn.ready, ...ways],
                ...[...users.guardrails, ...storage.ready],
                ...[...notebookRights(), notebookSurroundings(tracking?.tracking)].map((manifest) =>
                    this.object(manifest, { dependsOn: [users.object] }),
                ),
            ],
            patch: jupyterhubPatch,
            values: jupyterhubValues({
                notebook: jupyterhub.images.notebook,
                ...settings,
                storageClass: storage.storageClasses.block,
                authenticator: authenticator(provider, host, trusted),
                client: signOn.secretName,
                database,
            }),
        });
        this.observe(namespace);
        this.notebooks = { namespace: users, pods: notebookPods };
        this.url = new Route(
            JUPYTERHUB,
            {
                ...{ site, gateway, host, paths: ["/"] },
                guard: { signOn: guards, page: jupyterhubPage },
                ...{ service: "proxy-public", port: 80 },
                to: { namespace, pods: proxyPods, ports: [proxyPorts.page] },
                // A page of JupyterLab has some hundred parts, and uploads are parts of files.
                limits: { requestsPerSecond: 200, requestSize: 100, timeout: HOURS * 3600 },
            },
            inside,
        ).url;
        this.registerOutputs({ url: this.url });
    }

    /** Where notebooks are: so many as people may have one, each with its files. */
    private users({ people, home, memory }: JupyterHubArgs["settings"]): Namespace {
        return this.namespace(NOTEBOOKS, {
            // A tenant's quota is the share of one.
            tier: "app",
            backup: 1,
            restoreCheck: notebookChecks,
            // A fifth of each stays free.
            quota: {
                pods: `${people + Math.ceil(people / 4)}`,
                persistentvolumeclaims: `${people + Math.ceil(people / 4)}`,
                "requests.storage": `${Math.ceil(people * home * 1.25)}Gi`,
                "requests.cpu": `${Math.ceil(people * 0.125)}`,
                "requests.memory": `${Math.ceil(people * 0.3125)}Gi`,
                "limits.cpu": `${Math.ceil(people * 2.5)}`,
                "limits.memory": `${Math.ceil(people * memory * 1.25)}Gi`,
            },
            flows: [{ name: "internet", pods: notebookPods, to: "internet", ports: [443] }],
        });
    }

    /** Between hub, proxy and notebooks, and from these to what tracks them. */
    private ways(
        namespace: Namespace,
        users: Namespace,
        tracking: JupyterHubArgs["tracking"],
    ): readonly pulumi.Resource[] {
        const hub = { namespace, pods: hubPods, ports: [HUB_PORT] };
        const proxy = { namespace, pods: proxyPods };
        const notebooks = { namespace: users, pods: notebookPods, ports: [NOTEBOOK_PORT] };
        return [
            ...connect("hub-proxy", { from: hub, to: { ...proxy, ports: [proxyPorts.ways] } }),
            ...connect("proxy-hub", { from: proxy, to: hub }),
            ...connect("hub-notebooks", { from: hub, to: notebooks }),
            ...connect("proxy-notebooks", { from: proxy, to: notebooks }),
            ...connect("notebooks-hub", { from: notebooks, to: hub }),
            ...(tracking === undefined
                ? []
                : connect("notebooks-mlflow", { from: notebooks, to: tracking.endpoint })),
        ];
    }
}
