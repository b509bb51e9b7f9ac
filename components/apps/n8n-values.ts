/** Values of the chart n8n. Pure. */
import { leavesDeadNode } from "../base/availability";
import type { ChartValue, ChartValues } from "../base/chart-renderer";
import { resources, secretVariable, variables } from "../base/containers";
import type { ImagePin } from "../base/pins";

/** What the values need to know. */
export interface N8nValuesArgs {
    /** n8n itself; the chart's appVersion. */
    readonly image: ImagePin;
    /** Public host name of the editor and the webhooks. */
    readonly host: string;
    readonly workers: number;
    readonly webhookProcessors: number;
    /** The database; `credentials` has the password, `authority` the `ca.crt` of its server. */
    readonly database: {
        readonly host: string;
        readonly port: number;
        readonly name: string;
        readonly credentials: string;
        readonly authority: string;
    };
    /** The queue; `credentials` has the password. */
    readonly redis: { readonly host: string; readonly port: number; readonly credentials: string };
    /** Secret with the key `N8N_ENCRYPTION_KEY`. */
    readonly encryptionKey: string;
}

/** Executions that one worker does at the same time. */
export const WORKER_CONCURRENCY = 10;

/** Seconds in which a process finishes its running executions after SIGTERM. */
export const shutdownSeconds = 60;

const health = (path: string) => ({ httpGet: { path, port: "http" }, timeoutSeconds: 5 });

/**
 * Probes of every process: workers and webhook processors serve the same paths as the main
 * process. The chart's own startup probe only looks for a process called n8n; `null` removes it.
 */
const probes = {
    // Migrations of the database run before the first answer.
    startupProbe: {
        ...health("/healthz"),
        exec: null,
        initialDelaySeconds: 5,
        periodSeconds: 5,
        failureThreshold: 60,
    },
    livenessProbe: { ...health("/healthz"), periodSeconds: 15, failureThreshold: 4 },
    readinessProbe: { ...health("/healthz/readiness"), periodSeconds: 10 },
};

/** The startup probe of the main process, for which the chart has no value. */
export const mainStartupProbe = {
    ...health("/healthz"),
    initialDelaySeconds: 5,
    periodSeconds: 5,
    failureThreshold: 60,
};

function environment({ host, database }: N8nValuesArgs): ChartValue {
    const values = {
        N8N_HOST: host,
        N8N_PROTOCOL: "https",
        // One proxy, the gateway, stands before n8n and sets X-Forwarded-For.
        N8N_PROXY_HOPS: "1",
        N8N_METRICS: "true",
        N8N_METRICS_INCLUDE_QUEUE_METRICS: "true",
        // The chart gives it only to main and workers, but webhooks receive files too. Of the modes
        // that every process can read, `database` is the one without a licence
        // (n8n:packages/core/src/binary-data/binary-data.config.ts; `filesystem` is local).
        N8N_DEFAULT_BINARY_DATA_MODE: "database",
        DB_POSTGRESDB_SSL_ENABLED: "true",
        DB_POSTGRESDB_SSL_REJECT_UNAUTHORIZED: "true",
    };
    return [
        ...variables(values),
        // The certificate itself: the chart's own value would be a path, but without the suffix `_FILE`
        // n8n takes the variable for the certificate.
        secretVariable("DB_POSTGRESDB_SSL_CA", database.authority, "ca.crt"),
    ];
}

/**
 * Values for queue mode: one main process with the editor and the timers, workers that execute,
 * webhook processors that receive.
 */
export function n8nValues(args: N8nValuesArgs): ChartValues {
    const { database, redis } = args;
    const url = `https://${args.host}`;
    const common = { extraEnv: environment(args), pdb: { enabled: false } };
    return {
        image: { repository: args.image.repository, tag: args.image.tag },
        strategy: { type: "RollingUpdate", rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
        // n8n never talks to the Kubernetes API.
        serviceAccount: { create: true, automount: false },
        timezone: "UTC",
        gracefulShutdownTimeout: shutdownSeconds,
        log: { level: "info", format: "json" },
        db: { type: "postgresdb", postgresdb: { poolSize: 4 } },
        externalPostgresql: {
            host: database.host,
            port: database.port,
            database: database.name,
            username: database.name,
            existingSecret: database.credentials,
            existingSecretPasswordKey: "password",
        },
        externalRedis: {
            host: redis.host,
            port: redis.port,
            existingSecret: redis.credentials,
            existingPasswordKey: "password",
        },
        existingEncryptionKeySecret: args.encryptionKey,
        main: {
            ...common,
            // A second one needs an Enterprise licence.
            count: 1,
            editorBaseUrl: url,
            resources: resources("200m", "512Mi", "1Gi"),
            livenessProbe: probes.livenessProbe,
            readinessProbe: probes.readinessProbe,
        },
        worker: {
            ...common,
            ...probes,
            mode: "queue",
            count: args.workers,
            concurrency: WORKER_CONCURRENCY,
            resources: resources("200m", "512Mi", "1536Mi"),
        },
        webhook: {
            ...common,
            ...probes,
            mode: "queue",
            count: args.webhookProcessors,
            url,
            resources: resources("100m", "384Mi", "768Mi"),
            // One more Deployment, for clients of the Model Context Protocol.
            mcp: { enabled: false },
        },
        // The runner is a child process that gets its token from its parent.
        taskRunners: { mode: "internal" },
        diagnostics: { enabled: false },
        versionNotifications: { enabled: false },
        serviceMonitor: { enabled: false },
        // From a dead node the single main process comes back within a minute, not after five.
        tolerations: leavesDeadNode,
    };
}
