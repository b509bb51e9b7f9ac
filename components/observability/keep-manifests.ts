/** The objects of Keep 0.54.2, whose chart is a year behind it (keephq/keep: docs/deployment). Pure. */
import { spread } from "../base/availability";
import {
    httpProbes,
    resources,
    restrictedContainer,
    restrictedPod,
    secretVariable,
    variables,
} from "../base/containers";
import type { Manifest } from "../base/object";
import { priorities } from "../base/priority";
import type { DatabaseAccess } from "../data/postgres-database";

/** Name of the namespace and of its database. */
export const KEEP = "keep";
/** Labels of the pods of either part; they are selected by them, so they never change. */
export const keepPods = {
    backend: { "app.kubernetes.io/name": KEEP, "app.kubernetes.io/component": "backend" },
    frontend: { "app.kubernetes.io/name": KEEP, "app.kubernetes.io/component": "frontend" },
} as const;
/** Ports, of the pods and their Services alike. */
export const keepPorts = { backend: 8080, frontend: 3000 } as const;
/** Key of the Secret with which the page signs its sessions. */
export const SESSION_KEY = "NEXTAUTH_SECRET";
/** Where Alertmanager hands alerts in (keep/providers/prometheus_provider). */
export const keepIntake = `http://${KEEP}-backend.${KEEP}.svc:${keepPorts.backend}/alerts/event/prometheus`;

const AUTHORITY = "/etc/database-authority";

type Part = keyof typeof keepPods;

/** What the objects need to know. */
export interface KeepObjects {
    readonly images: Readonly<Record<Part, string>>;
    readonly replicas: number;
    /** Address of the page, as people see it. */
    readonly url: string;
    readonly database: DatabaseAccess;
    /** Secret with {@link SESSION_KEY}. */
    readonly sessions: string;
}

/** What both are told: nothing of the platform leaves it. */
const QUIET = {
    // Whoever gets through the gateway is let in; Keep's own OpenID Connect is in its ee/ folder.
    AUTH_TYPE: "NOAUTH",
    POSTHOG_DISABLED: "true",
    SENTRY_DISABLED: "true",
    FRIGADE_DISABLED: "true",
    // Without the websocket, which has one replica, pages ask again by themselves.
    PUSHER_DISABLED: "true",
} as const;

function service(part: Part): Manifest {
    const port = keepPorts[part];
    return {
        apiVersion: "v1",
        kind: "Service",
        metadata: { name: `${KEEP}-${part}`, namespace: KEEP },
        spec: { selector: keepPods[part], ports: [{ name: "http", port, targetPort: "http" }] },
    };
}

/** Names of both parts inside of the cluster. */
export const keepServices: readonly Manifest[] = [service("backend"), service("frontend")];

function deployment(part: Part, replicas: number, spec: object): Manifest {
    const metadata = { name: `${KEEP}-${part}`, namespace: KEEP };
    const several = replicas > 1;
    return {
        apiVersion: "apps/v1",
        kind: "Deployment",
        metadata,
        spec: {
            replicas,
            selector: { matchLabels: keepPods[part] },
            strategy: {
                type: "RollingUpdate",
                rollingUpdate: { maxUnavailable: several ? 1 : 0, maxSurge: several ? 0 : 1 },
            },
            template: {
                metadata: { labels: keepPods[part] },
                spec: {
                    automountServiceAccountToken: false,
                    enableServiceLinks: false,
                    priorityClassName: priorities.app.name,
                    topologySpreadConstraints: spread(keepPods[part]),
                    ...spec,
                },
            },
        },
    };
}

/** Takes alerts, correlates them and keeps incidents in the database. */
export function keepBackend({ images, replicas, database }: KeepObjects): Manifest {
    const { host, port, credentials, authority } = database;
    return deployment("backend", replicas, {
        securityContext: restrictedPod(1000),
        containers: [
            {
                name: "backend",
                image: images.backend,
                imagePullPolicy: "IfNotPresent",
                // The image's own, with half as many workers.
                args: [
                    "gunicorn",
                    "keep.api.api:get_app",
                    ...["--bind", `0.0.0.0:${keepPorts.backend}`],
                    ...["--workers", "2", "-k", "uvicorn.workers.UvicornWorker"],
                    ...["-c", "/venv/lib/python3.13/site-packages/keep/api/config.py"],
                    "--preload",
                ],
                env: [
                    ...variables({
                        ...QUIET,
                        PORT: String(keepPorts.backend),
                        HOME: "/tmp",
                        PROMETHEUS_MULTIPROC_DIR: "/tmp/prometheus",
                        KEEP_NO_AUTH_METRICS: "true",
                        USE_NGROK: "false",
                        // Read-only: no workflows are run, and nothing is fetched from elsewhere.
                        SCHEDULER: "false",
                        CONSUMER: "false",
                        SECRET_MANAGER_TYPE: "DB",
                        LOG_FORMAT: "open_telemetry",
                    }),
                    secretVariable("DATABASE_USERNAME", credentials, "username"),
                    secretVariable("DATABASE_PASSWORD", credentials, "password"),
                    {
                        name: "DATABASE_CONNECTION_STRING",
                        // The password is of letters and digits alone.
                        value:
                            `postgresql+psycopg2://$(DATABASE_USERNAME):$(DATABASE_PASSWORD)@${host}:${port}/` +
                            `${database.database}?sslmode=verify-full&sslrootcert=${AUTHORITY}/ca.crt`,
                    },
                ],
                ports: [{ name: "http", containerPort: keepPorts.backend }],
                // It changes the tables first.
                startupProbe: {
                    httpGet: { path: "/healthcheck", port: "http" },
                    periodSeconds: 10,
                    timeoutSeconds: 5,
                    failureThreshold: 60,
                },
                ...httpProbes("/healthcheck", "http"),
                resources: resources("75m", "448Mi", "1Gi"),
                securityContext: restrictedContainer,
                volumeMounts: [
                    { name: "tmp", mountPath: "/tmp" },
                    { name: "authority", mountPath: AUTHORITY, readOnly: true },
                ],
            },
        ],
        volumes: [
            { name: "tmp", emptyDir: { sizeLimit: "512Mi" } },
            {
                name: "authority",
                secret: { secretName: authority, items: [{ key: "ca.crt", path: "ca.crt" }] },
            },
        ],
    });
}

/** The page, which asks the backend on behalf of whoever opens it. */
export function keepFrontend({ images, replicas, url, sessions }: KeepObjects): Manifest {
    return deployment("frontend", replicas, {
        // The user `nextjs` of the image.
        securityContext: restrictedPod(1001),
        containers: [
            {
                name: "frontend",
                image: images.frontend,
                imagePullPolicy: "IfNotPresent",
                env: [
                    ...variables({
                        ...QUIET,
                        API_URL: `http://${KEEP}-backend.${KEEP}.svc:${keepPorts.backend}`,
                        NEXTAUTH_URL: url,
                        AUTH_TRUST_HOST: "true",
                        NEXT_TELEMETRY_DISABLED: "1",
                        HOSTNAME: "0.0.0.0",
                        PORT: String(keepPorts.frontend),
                    }),
                    secretVariable(SESSION_KEY, sessions, SESSION_KEY),
                ],
                ports: [{ name: "http", containerPort: keepPorts.frontend }],
                ...httpProbes("/api/healthcheck", "http"),
                resources: resources("30m", "160Mi", "512Mi"),
                securityContext: restrictedContainer,
                volumeMounts: [
                    { name: "tmp", mountPath: "/tmp" },
                    { name: "cache", mountPath: "/app/.next/cache" },
                ],
            },
        ],
        volumes: [
            { name: "tmp", emptyDir: { sizeLimit: "64Mi" } },
            { name: "cache", emptyDir: { sizeLimit: "256Mi" } },
        ],
    });
}
