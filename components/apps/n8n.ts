import type * as pulumi from "@pulumi/pulumi";
import { spread } from "../base/availability";
import { type GuardedPage, none } from "../base/capabilities";
import { patchContainer, patchPod } from "../base/containers";
import type { End } from "../base/connection";
import { define } from "../base/definition";
import type { Exception } from "../base/exceptions";
import type { SystemContext } from "../base/foundation";
import type { Namespace } from "../base/namespace";
import type { Manifest } from "../base/object";
import { atGateway } from "../base/oidc-client";
import { chart, image } from "../base/pins";
import { priorities } from "../base/priority";
import { GeneratedSecret } from "../base/secret";
import { System } from "../base/system";
import { whole } from "../base/values";
import { archiveFaults, archiveSettings } from "../data/archive-settings";
import type { DatabaseArchiver } from "../data/barman-cloud";
import { cloudnativePg, type Postgres } from "../data/cloudnative-pg";
import { PostgresCluster } from "../data/postgres-cluster";
import { Redis } from "../data/redis";
import { redisOperator, type RedisOffer } from "../data/redis-operator";
import type { PublicGateway } from "../gateway/public-gateway";
import { Route, type SignOn } from "../gateway/route";
import type { Scaler } from "../scaling/keda";
import type { Storage } from "../storage/ceph-cluster";
import { rookCeph } from "../storage/rook-ceph";
import { n8nAlerts, n8nObjectives, n8nScrapes } from "./n8n-alerts";
import { n8nDashboards } from "./n8n-dashboards";
import { scaleWorkers, unnumbered, WORKER } from "./n8n-scaling";
import { mainStartupProbe, n8nValues, shutdownSeconds } from "./n8n-values";

/** Whoever writes workflows; they hold credentials of other systems. */
const editorPage: GuardedPage = {
    what: "the editor of workflows",
    host: "n8n",
    guard: "second factor",
    groups: ["platform-admin", "app-developer"],
};

/** Workflow automation. */
export const n8n = define({
    name: "n8n",
    layer: "apps",
    purpose: "workflow automation in queue mode",
    origin: "001: automation of workflows, with workers and webhooks of their own",
    charts: { n8n: chart("n8n", "1.24.32", "https://community-charts.github.io/helm-charts") },
    images: { n8n: image("docker.n8n.io/n8nio/n8n", "2.35.7") },
    needs: [cloudnativePg, redisOperator, rookCeph],
    settings: {
        workers: whole({ from: 1, to: 100 })
            .optional()
            .describe("queue workers at least; default: the profile's serving replicas"),
        workersAtMost: whole({ from: 1, to: 100 })
            .optional()
            .describe(
                "workers while many executions wait, where `keda` is on; default: twice as many as at least",
            ),
        webhookProcessors: whole({ from: 1, to: 100 })
            .optional()
            .describe("webhook processors; default: the profile's serving replicas"),
        databaseSize: whole({ from: 1, to: 16_384, of: "GiB" })
            .default(10)
            .describe("GiB of each database volume"),
        databaseArchive: archiveSettings.describe("the archive of its database"),
    },
    check: ({ databaseArchive, workers, workersAtMost }) => [
        ...archiveFaults("systems.n8n.databaseArchive", databaseArchive),
        ...(workers !== undefined && workersAtMost !== undefined && workersAtMost < workers
            ? [
                  {
                      key: "systems.n8n.workersAtMost",
                      found: String(workersAtMost),
                      allowed: `${workers} or more, the number in systems.n8n.workers`,
                  },
              ]
            : []),
    ],
    capabilities: {
        metrics: n8nScrapes,
        alerts: n8nAlerts,
        objectives: n8nObjectives,
        dashboards: n8nDashboards,
        routes: [{ what: "production webhooks, for programs", guard: "public" }, editorPage],
        signOn: atGateway("n8n has accounts of its own; its sign-on needs an Enterprise licence"),
        backup: {
            by: "barmanCloud",
            what: "its database, with workflows, credentials and files: every minute of 30 days",
        },
        sizing: {
            by: "workers follow the length of the queue where KEDA is on, all else the profile",
        },
        flows: "declared",
        retention: none("executions are pruned by n8n after 14 days, its default"),
    },
});

/** Arguments of {@link N8n}. */
export interface N8nArgs extends SystemContext<typeof n8n> {
    readonly postgres: Postgres;
    readonly redis: RedisOffer;
    readonly storage: Storage;
    /** Scales its workers; undefined where they have the number that the settings say. */
    readonly scaler: Scaler | undefined;
    /** Archives its database; undefined where nothing does. */
    readonly archiver: DatabaseArchiver | undefined;
    /** Where its routes attach; undefined when nothing is reached from outside. */
    readonly gateway: PublicGateway | undefined;
    /** Who signs people on before the editor; without it the editor has no name. */
    readonly guards: SignOn | undefined;
}

/** Port of every process and of its Service (chart n8n 1.24.32: `service.port`). */
const PORT = 5678;

const INSTANCE = { "app.kubernetes.io/instance": "n8n" };

/** Labels of a process by the chart's helpers; the main process has no component in its selector. */
const labelsOf = (process: string) => ({
    ...INSTANCE,
    "app.kubernetes.io/name": process,
    ...(process === "n8n" ? {} : { "app.kubernetes.io/component": process.replace("n8n-", "") }),
});

const exceptions: readonly Exception[] = [
    {
        criterion: "HA-04",
        resource: "Deployment/n8n/n8n",
        reason: "More than one main process of n8n needs an Enterprise licence (multi-main).",
        guard:
            "It leaves a dead node after 30 s; webhook processors and workers, two or more each, " +
            "go on receiving and executing meanwhile.",
        expires: "2027-05-31",
    },
];

/** What the chart has no values for. */
function hardened(manifest: Manifest): Manifest {
    if (manifest.kind !== "Deployment") {
        return manifest;
    }
    const process = manifest.metadata.name ?? "";
    const patched = patchPod(manifest, {
        automountServiceAccountToken: false,
        // Kubernetes kills after 30 s, which would cut the executions off.
        terminationGracePeriodSeconds: shutdownSeconds + 15,
        priorityClassName: priorities.app.name,
        topologySpreadConstraints: spread(labelsOf(process)),
    });
    if (process !== "n8n") {
        return patched;
    }
    const main = patchContainer(patched, "n8n-main", { startupProbe: mainStartupProbe });
    // Two main processes at once would fire every timer twice.
    return { ...main, spec: { ...(main.spec as object), strategy: { type: "Recreate" } } };
}

/**
 * n8n, the workflow automation, in queue mode with its own database and queue. Nothing in its pods
 * needs a volume: workflows, credentials and files are in the database.
 */
export class N8n extends System<typeof n8n> {
    /** Public host name of the editor and the webhooks. */
    readonly host: string;
    /** The processes that execute workflows: they call what workflows name. */
    readonly processes: End;

    constructor(args: N8nArgs, opts: pulumi.ComponentResourceOptions) {
        super(args, { exceptions }, opts);
        const { site } = args;
        const { workers, webhookProcessors, databaseSize, databaseArchive } = args.settings;
        const serving = site.replicas("serving");
        const inside = { parent: this };
        this.host = `n8n.${site.domain}`;
        const namespace = this.namespace("n8n", {
            tier: "app",
            backup: 0,
            routed: args.gateway !== undefined,
            // The services that workflows call.
            flows: [{ name: "internet", pods: INSTANCE, to: "internet", ports: [443] }],
        });
        this.processes = { namespace, pods: INSTANCE };
        const encryption = new GeneratedSecret(
            "n8n-encryption",
            {
                namespace,
                // n8n has no way to write its credentials anew with another key.
                rotation: { owner: "platform-admin", days: 3650 },
                escrow: "credentials that workflows of n8n use, in its database and its backups",
                renewal: {
                    how: "by hand",
                    why: "n8n cannot write the credentials that it stores anew with another key",
                    runbook: "docs/runbooks/rotate-secrets.md",
                },
                generate: { N8N_ENCRYPTION_KEY: { length: 48 } },
            },
            // Without it every stored credential is unreadable.
            { ...inside, protect: site.protect },
        );
        const clients = [INSTANCE];
        const database = new PostgresCluster(
            "n8n-db",
            {
                ...args,
                namespace,
                clients,
                database: "n8n",
                size: databaseSize,
                archive: databaseArchive,
                restoreCheck: [
                    { table: "migrations", rows: 1 },
                    { table: "settings", rows: 1 },
                ],
            },
            inside,
        );
        const queue = new Redis(
            "n8n-redis",
            { ...args, namespace, clients, size: 2, memory: "512Mi" },
            inside,
        );
        const counts = {
            [WORKER]: workers ?? serving,
            "n8n-webhook": webhookProcessors ?? serving,
        };
        const { scaler } = args;
        const chart = this.chart(n8n.charts.n8n, {
            release: "n8n",
            namespace,
            needs: [encryption.object, ...database.ready, ...queue.ready],
            values: n8nValues({
                image: n8n.images.n8n,
                host: this.host,
                workers: counts[WORKER],
                webhookProcessors: counts["n8n-webhook"],
                database: {
                    host: database.host,
                    port: database.port,
                    name: database.database,
                    credentials: database.credentials,
                    authority: database.authority,
                },
                redis: queue,
                encryptionKey: encryption.secretName,
            }),
            patch: (manifest) =>
                scaler === undefined ? hardened(manifest) : unnumbered(hardened(manifest)),
        });
        if (scaler !== undefined) {
            const { workersAtMost } = args.settings;
            scaleWorkers(
                { site, scaler, namespace, atLeast: counts[WORKER], workersAtMost, queue },
                chart.ready,
                inside,
            );
        }
        for (const [process, count] of Object.entries(counts)) {
            this.budget(process, { namespace, pods: labelsOf(process) }, count);
        }
        if (args.gateway !== undefined) {
            this.routes({ ...args, gateway: args.gateway }, namespace);
        }
        this.observe(namespace);
        this.registerOutputs({ host: this.host });
    }

    /** Webhooks for everybody, and the editor for people who signed on. */
    private routes(
        { site, gateway, guards }: N8nArgs & { readonly gateway: PublicGateway },
        namespace: Namespace,
    ): void {
        const inside = { parent: this };
        const shared = { site, gateway, host: this.host, port: PORT };
        const to = (process: string) => ({ namespace, pods: labelsOf(process), ports: [PORT] });
        // n8n takes bodies up to 16 MiB (`N8N_PAYLOAD_SIZE_MAX`), and a workflow may answer only when
        // it is done.
        const limits = { requestSize: 16, timeout: 300 };
        new Route(
            "n8n-webhooks",
            {
                ...shared,
                // Calls of active workflows and answers to those that wait; test calls end in the
                // editor, which nobody opens without signing on.
                paths: ["/webhook", "/webhook-waiting"],
                service: "n8n-webhook",
                to: to("n8n-webhook"),
                guard: { open: "HTTPRoute/n8n/n8n-webhooks" },
                limits,
                // What it says of a webhook that no workflow has; the gateway's own has no body.
                answer: { path: "/webhook/none", statuses: [404], body: "not registered" },
            },
            inside,
        );
        if (guards !== undefined) {
            new Route(
                "n8n-editor",
                {
                    ...shared,
                    paths: ["/"],
                    service: "n8n",
                    to: to("n8n"),
                    guard: { signOn: guards, page: editorPage },
                    limits,
                },
                inside,
            );
        }
    }
}
