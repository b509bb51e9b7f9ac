import type * as pulumi from "@pulumi/pulumi";
import { podDisruptionBudget, spread } from "../base/availability";
import { patchContainer, patchPod } from "../base/containers";
import type { Exception } from "../base/exceptions";
import type { Flow } from "../base/flows";
import type { KubernetesObject, Manifest } from "../base/object";
import { priorities } from "../base/priority";
import { GeneratedSecret } from "../base/secret";
import { type PlatformContext, System, type SystemArgs } from "../base/system";
import { PostgresCluster, postgresClientFlow, postgresFlows } from "../data/postgres-cluster";
import { Redis } from "../data/redis";
import { redisClientFlow, redisFlows } from "../data/redis-flows";
import { charts } from "../versions";
import { mainStartupProbe, n8nValues, shutdownSeconds } from "./n8n-values";

/** Arguments of {@link N8n}. */
export interface N8nArgs extends SystemArgs {
    /** What its pods need before they start: the PriorityClasses, the network. */
    readonly needs: readonly pulumi.Resource[];
    /** The PostgreSQL operator with its webhooks. */
    readonly postgres: readonly pulumi.Resource[];
    /** The Redis operator. */
    readonly redis: readonly pulumi.Resource[];
    /** StorageClass of the volumes, and what must exist before it serves. */
    readonly storage: { readonly className: string; readonly ready: readonly pulumi.Resource[] };
}

const DATABASE = "n8n-db";
const QUEUE = "n8n-redis";
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

function flows({ settings, apiServerPort }: PlatformContext): Flow[] {
    return [
        ...postgresFlows(DATABASE, apiServerPort),
        ...redisFlows(QUEUE, settings.replicas("critical")),
        postgresClientFlow(DATABASE, INSTANCE),
        redisClientFlow(QUEUE, INSTANCE),
        // The services that workflows call.
        { name: "internet", pods: INSTANCE, to: "internet", ports: [443] },
    ];
}

/**
 * n8n, the workflow automation, in queue mode with its own database and queue. Nothing in its pods
 * needs a volume: workflows, credentials and files are in the database.
 */
export class N8n extends System {
    /** Public host name of the editor and the webhooks. */
    readonly host: string;
    /** Services behind the host: webhook paths go to the second, everything else to the first. */
    readonly services = { main: "n8n", webhook: "n8n-webhook", port: 5678 } as const;
    /** The processes. */
    readonly ready: readonly KubernetesObject[];

    constructor(
        name: string,
        { context, needs, postgres, redis, storage }: N8nArgs,
        opts: pulumi.ComponentResourceOptions,
    ) {
        super("apps", "N8n", name, { context, exceptions }, opts);
        const { settings } = context;
        const { workers, webhookProcessors, databaseSize } = settings.systems.n8n;
        const serving = settings.replicas("serving");
        this.host = `n8n.${settings.domain}`;
        const namespace = this.namespace("n8n", { tier: "app", flows: flows(context) });
        const encryption = new GeneratedSecret(
            "n8n-encryption",
            { namespace, generate: { N8N_ENCRYPTION_KEY: { length: 48 } } },
            // Without it every stored credential is unreadable.
            { parent: this, protect: settings.protect },
        );
        const database = new PostgresCluster(
            DATABASE,
            {
                context,
                namespace,
                needs: [...needs, ...postgres, ...storage.ready],
                database: "n8n",
                storageClass: storage.className,
                size: databaseSize,
            },
            { parent: this },
        );
        const queue = new Redis(
            QUEUE,
            {
                context,
                namespace,
                needs: [...needs, ...redis, ...storage.ready],
                storageClass: storage.className,
                size: 2,
            },
            { parent: this },
        );
        const counts = {
            "n8n-worker": workers ?? serving,
            "n8n-webhook": webhookProcessors ?? serving,
        };
        const chart = this.chart(name, {
            pin: charts.n8n,
            release: "n8n",
            namespace,
            needs: [...needs, encryption.object, ...database.ready, ...queue.ready],
            values: n8nValues({
                host: this.host,
                workers: counts["n8n-worker"],
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
            patch: hardened,
        });
        for (const [process, count] of Object.entries(counts)) {
            podDisruptionBudget(process, namespace.name, labelsOf(process), count).forEach(
                (manifest) => this.object(manifest, { dependsOn: [namespace.object] }),
            );
        }
        this.ready = chart.ready;
        this.registerOutputs({ host: this.host });
    }
}
