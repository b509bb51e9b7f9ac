import type * as pulumi from "@pulumi/pulumi";
import * as yaml from "js-yaml";
import type { AlertRoom } from "../base/alert-room";
import { kept } from "../base/backup-tier";
import { none } from "../base/capabilities";
import { define } from "../base/definition";
import type { SystemContext } from "../base/foundation";
import { client } from "../base/oidc-client";
import { chart, image } from "../base/pins";
import { yearly } from "../base/secret";
import { System } from "../base/system";
import { dnsName, whole } from "../base/values";
import { appsDb } from "../data/apps-db";
import { PostgresDatabase } from "../data/postgres-database";
import type { SharedServer } from "../data/shared-postgres";
import type { PublicGateway } from "../gateway/public-gateway";
import { authelia } from "../identity/authelia";
import { OidcClient } from "../identity/oidc-client";
import type { SignOnProvider } from "../identity/sign-on";
import { certManager } from "../security/cert-manager";
import type { Storage } from "../storage/ceph-cluster";
import { rookCeph } from "../storage/rook-ceph";
import { matrixAlerts, matrixObjectives, matrixScrapes } from "./matrix-alerts";
import { bridgeConfiguration, synapseConfiguration } from "./matrix-configuration";
import { matrixDashboards } from "./matrix-dashboards";
import { matrixExceptions } from "./matrix-exceptions";
import { matrixChecks, matrixFlows } from "./matrix-flows";
import {
    MATRIX,
    matrixHosts,
    matrixPods,
    matrixPorts,
    matrixProcess,
    matrixWorkers,
} from "./matrix-names";
import { roomFiles, roomJob } from "./matrix-room";
import { matrixRoutes } from "./matrix-routes";
import { MatrixSecrets, matrixSecrets } from "./matrix-secrets";
import { matrixClient, matrixPages, signOnConfiguration } from "./matrix-sign-on";
import {
    databaseAuthorityFile,
    matrixHooks,
    matrixPatch,
    matrixValues,
    mountedSecret,
    signOnSecret,
} from "./matrix-values";

/** Words between people, and alerts among them. */
export const matrix = define({
    name: "matrix",
    layer: "apps",
    purpose: "rooms in which people write to each other, and one in which alerts are told",
    origin: "004.4.4: alerts in a room, beside another channel",
    charts: {
        matrixStack: chart("matrix-stack", "26.8.1", "oci://ghcr.io/element-hq/ess-helm"),
    },
    images: {
        // The chart names whatever is newest of a line.
        haproxy: image("docker.io/library/haproxy", "3.2.24-alpine"),
        redis: image("docker.io/library/redis", "7.4.11-alpine"),
        // For the Job that makes the room; the same as the chart's.
        synapse: image("oci.element.io/synapse", "v1.159.0"),
    },
    needs: [appsDb, rookCeph, authelia, certManager],
    offIn: { dev: "nobody writes there, and its pods take memory that a small site has not" },
    settings: {
        serverName: dnsName
            .optional()
            .describe(
                "what comes after the colon in `@somebody:example.org`, for ever: another one is another server without people and rooms; default: `matrix` below the site's domain. For another name, serve what `https://matrix.<domain>/.well-known/matrix/` answers at that name too",
            ),
        mediaSize: whole({ from: 1, to: 65_536, of: "GiB" })
            .default(10)
            .describe("GiB of pictures and files that people send each other"),
    },
    capabilities: {
        metrics: matrixScrapes,
        alerts: matrixAlerts,
        objectives: matrixObjectives,
        dashboards: matrixDashboards,
        routes: [...matrixPages],
        signOn: client(matrixClient),
        backup: kept(0, "pictures and files; words and people are in apps-db"),
        sizing: { by: "what people wait for follows the profile; the main process is one" },
        flows: "declared",
        retention: none("what people wrote is kept until they take it back"),
    },
});

/** With what the authentication service asks the login. */
const CLIENT = "matrix-client";

/** Arguments of {@link Matrix}. */
export interface MatrixArgs extends SystemContext<typeof matrix> {
    readonly server: SharedServer;
    readonly storage: Storage;
    readonly gateway: PublicGateway;
    readonly provider: SignOnProvider;
    /** Signs the certificates whose keys it uses, and that of the login where nobody else does. */
    readonly authority: pulumi.Resource;
    /** Address of Grafana, for links in alerts; undefined where there is none. */
    readonly grafana: string | undefined;
}

/**
 * Synapse with its authentication service, Element, and a bridge that tells alerts in a room. Only
 * people of this site are in it: nothing leaves to other servers, and nobody comes from them.
 */
export class Matrix extends System<typeof matrix> {
    /** Where people find it. */
    readonly url: string;
    /** Where alerts may be told. */
    readonly room: AlertRoom;

    constructor(
        { server, storage, gateway, provider, authority, grafana, ...context }: MatrixArgs,
        opts: pulumi.ComponentResourceOptions,
    ) {
        super(context, { exceptions: matrixExceptions }, opts);
        const { site, settings } = context;
        const inside = { parent: this };
        const replicas = site.replicas("serving");
        const serverName = settings.serverName ?? `${matrixHosts.server}.${site.domain}`;
        const namespace = this.namespace(MATRIX, {
            tier: "app",
            backup: 0,
            restoreCheck: matrixChecks,
            routed: true,
            quota: { pods: "40" },
            // Telephones are woken by servers of their makers.
            flows: [{ name: "push", pods: matrixPods.main, to: "internet", ports: [443] }],
        });
        const configurations = {
            synapse: yaml.dump(synapseConfiguration(databaseAuthorityFile)),
            bridge: yaml.dump(bridgeConfiguration(serverName)),
            account: yaml.dump(
                signOnConfiguration(provider, {
                    secretFile: mountedSecret(CLIENT, signOnSecret.client),
                    authorityFile: databaseAuthorityFile,
                }),
            ),
        };
        const secrets = new MatrixSecrets(
            "matrix-secrets",
            { site, namespace, serverName, authority, configurations },
            inside,
        );
        const synapse = new PostgresDatabase(
            "matrix-synapse-database",
            {
                ...{ ...context, server, namespace, clients: [matrixPods.synapse] },
                database: "synapse",
                // Synapse starts on no other (docs/postgres.md).
                locale: "C",
                // The bridge and its room are there from the first start on.
                restoreCheck: [
                    { table: "users", rows: 1 },
                    { table: "rooms", rows: 1 },
                    { table: "events", rows: 1 },
                ],
                rotation: yearly,
            },
            inside,
        );
        const account = new PostgresDatabase(
            "matrix-account-database",
            {
                ...{ ...context, server, namespace, clients: [matrixPods.account] },
                database: "mas",
                restoreCheck: [
                    { table: "_sqlx_migrations", rows: 1 },
                    { table: "upstream_oauth_providers", rows: 1 },
                ],
                rotation: yearly,
            },
            inside,
        );
        const signOn = new OidcClient(
            CLIENT,
            {
                ...{ site, client: matrixClient, provider, namespace },
                ...{ pods: matrixPods.account, key: signOnSecret.client, rotation: yearly },
                plain: { [signOnSecret.key]: configurations.account },
            },
            inside,
        );
        const chart = this.chart(matrix.charts.matrixStack, {
            release: MATRIX,
            namespace,
            needs: [
                ...matrixFlows(namespace),
                ...[...secrets.ready, ...synapse.ready, ...account.ready, ...signOn.ready],
                ...storage.ready,
            ],
            hooks: matrixHooks,
            patch: matrixPatch,
            values: matrixValues({
                ...{ domain: site.domain, serverName, replicas, configurations },
                images: matrix.images,
                databases: { synapse, account },
                signOn: signOn.secretName,
                // It comes with the database's, by the same authority.
                loginAuthority: provider.authority === undefined ? undefined : account.authority,
                media: { size: settings.mediaSize, storageClass: storage.storageClasses.block },
            }),
        });
        for (const part of ["proxy", "account", "web"] as const) {
            this.budget(`matrix-${part}`, { namespace, pods: matrixPods[part] }, replicas);
        }
        for (const worker of matrixWorkers) {
            this.budget(`matrix-${worker}`, { namespace, pods: matrixProcess(worker) }, replicas);
        }
        const files = this.object(roomFiles(grafana), { dependsOn: [namespace.object] });
        const room = this.object(
            roomJob({
                image: matrix.images.synapse.reference,
                serverName,
                secret: matrixSecrets.bridge,
                revision: namespace.secrets.revisionOf(namespace.name, matrixSecrets.bridge),
                files: roomFiles(grafana),
            }),
            { dependsOn: [...namespace.guardrails, ...chart.ready, files] },
        );
        this.waitFor(room);
        this.url = matrixRoutes({ site, gateway, namespace }, inside);
        this.room = {
            endpoint: { namespace, pods: matrixPods.bridge, ports: [matrixPorts.hooks] },
            url: secrets.hook,
        };
        this.observe(namespace);
    }
}
