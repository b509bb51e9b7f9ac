import type * as pulumi from "@pulumi/pulumi";
import { type GuardedPage, none } from "../base/capabilities";
import { connect, type Endpoint } from "../base/connection";
import { define } from "../base/definition";
import type { SystemContext } from "../base/foundation";
import { atGateway } from "../base/oidc-client";
import { image } from "../base/pins";
import { GeneratedSecret, signOnAnew, yearly } from "../base/secret";
import { System } from "../base/system";
import { platformDb } from "../data/platform-db";
import { PostgresDatabase } from "../data/postgres-database";
import type { SharedServer } from "../data/shared-postgres";
import { authelia } from "../identity/authelia";
import type { PublicGateway } from "../gateway/public-gateway";
import { Route, type SignOn } from "../gateway/route";
import { keepAlerts, keepDashboards, keepScrapes } from "./keep-alerts";
import {
    KEEP,
    keepBackend,
    keepFrontend,
    keepPods,
    keepPorts,
    keepServices,
    SESSION_KEY,
} from "./keep-manifests";
import { kubePrometheusStack } from "./kube-prometheus-stack";

const keepPage: GuardedPage = {
    what: "Keep: alerts as incidents, with what belongs together",
    host: "keep",
    guard: "second factor",
    groups: ["platform-admin"],
};

/** Alerts in one place. */
export const keep = define({
    name: "keep",
    layer: "observability",
    purpose: "correlates alerts, and keeps incidents in one place",
    origin: "001: correlation, and incidents in one place",
    charts: {},
    images: {
        backend: image("us-central1-docker.pkg.dev/keephq/keep/keep-api", "0.54.2"),
        frontend: image("us-central1-docker.pkg.dev/keephq/keep/keep-ui", "0.54.2"),
    },
    needs: [kubePrometheusStack, platformDb, authelia],
    offIn: {
        dev: "few alerts need no correlation",
        staging: "few alerts need no correlation",
    },
    capabilities: {
        metrics: keepScrapes,
        alerts: keepAlerts,
        dashboards: keepDashboards,
        routes: [keepPage],
        signOn: atGateway(
            "its own OpenID Connect is in the part of it that is not free; whoever is let in sees and closes everything",
        ),
        backup: {
            by: "barmanCloud",
            what: "its database, with alerts and incidents: every minute of 30 days",
        },
        sizing: { by: "replicas follow the profile; one takes some hundred alerts a minute" },
        flows: "declared",
        retention: none("incidents are kept until somebody deletes them"),
    },
});

/** Arguments of {@link Keep}. */
export interface KeepArgs extends SystemContext<typeof keep> {
    readonly server: SharedServer;
    /** Who hands alerts in. */
    readonly alertmanager: Endpoint;
    readonly gateway: PublicGateway;
    readonly guards: SignOn;
}

/**
 * Keep, which is told of every alert beside people and makes incidents of them. It only reads: no
 * workflow of it runs, and it is asked by nobody but its own page.
 */
export class Keep extends System<typeof keep> {
    /** Where people find it. */
    readonly url: string;

    constructor(
        { server, alertmanager, gateway, guards, ...context }: KeepArgs,
        opts: pulumi.ComponentResourceOptions,
    ) {
        super(context, {}, opts);
        const { site, pods } = context;
        const inside = { parent: this };
        const replicas = site.replicas("serving");
        const host = `${keepPage.host}.${site.domain}`;
        const namespace = this.namespace(KEEP, {
            tier: "app",
            backup: none("alerts and incidents are in platform-db"),
            routed: true,
            flows: [],
        });
        const backend = { namespace, pods: keepPods.backend, ports: [keepPorts.backend] };
        const frontend = { namespace, pods: keepPods.frontend, ports: [keepPorts.frontend] };
        const ways = [
            ...connect("alerts-to-keep", { from: alertmanager, to: backend }),
            ...connect("keep-page-asks", { from: frontend, to: backend }),
        ];
        const sessions = new GeneratedSecret(
            "keep-sessions",
            {
                namespace,
                generate: { [SESSION_KEY]: { length: 48 } },
                rotation: yearly,
                renewal: signOnAnew,
            },
            inside,
        );
        const database = new PostgresDatabase(
            "keep-database",
            {
                ...context,
                server,
                namespace,
                clients: [keepPods.backend],
                database: KEEP,
                // Both are there from the first start on (keep/api/models/db).
                restoreCheck: [
                    { table: "alembic_version", rows: 1 },
                    { table: "tenant", rows: 1 },
                ],
                rotation: yearly,
            },
            inside,
        );
        const objects = {
            images: {
                backend: keep.images.backend.reference,
                frontend: keep.images.frontend.reference,
            },
            ...{ replicas, url: `https://${host}`, database, sessions: sessions.secretName },
        };
        const before = [...namespace.guardrails, ...pods, ...ways];
        for (const service of keepServices) {
            this.object(service, { dependsOn: [namespace.object] });
        }
        this.waitFor(
            this.object(keepBackend(objects), { dependsOn: [...before, ...database.ready] }),
            this.object(keepFrontend(objects), { dependsOn: [...before, sessions.object] }),
        );
        this.budget(`${KEEP}-backend`, backend, replicas);
        this.budget(`${KEEP}-frontend`, frontend, replicas);
        this.observe(namespace);
        this.url = new Route(
            "keep-page",
            {
                ...{ site, gateway, host, paths: ["/"] },
                guard: { signOn: guards, page: keepPage },
                service: `${KEEP}-frontend`,
                port: keepPorts.frontend,
                to: frontend,
            },
            inside,
        ).url;
    }
}
