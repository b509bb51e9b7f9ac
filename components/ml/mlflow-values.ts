/** Values of the chart mlflow. Pure. */
import { spread } from "../base/availability";
import type { ChartValues } from "../base/chart-renderer";
import {
    changeContainer,
    patchPod,
    resources,
    restrictedContainer,
    restrictedPod,
    secretVariable,
    variables,
} from "../base/containers";
import type { HookDecision } from "../base/hooks";
import { isRecord, listOf, type Manifest, objectKey } from "../base/object";
import type { ImagePin } from "../base/pins";
import { priorities } from "../base/priority";
import { serviceNames } from "../security/internal-certificate";
import type { DatabaseAccess } from "../data/postgres-database";

/** Labels of the pods by the chart's helpers (release and chart are both called mlflow). */
export const mlflowPods = {
    "app.kubernetes.io/name": "mlflow",
    "app.kubernetes.io/instance": "mlflow",
} as const;

/** Port of the server (chart mlflow 1.11.5: `service.containerPort`). */
export const MLFLOW_PORT = 5000;

/** Port of the Service (chart mlflow 1.11.5: `service.port`). */
export const MLFLOW_SERVICE_PORT = 80;

/** Secret with the key of sessions; the chart has no value for another name. */
export const FLASK_SECRET = "mlflow-flask-server-secret-key";

/** The chart's own Secret, which would be empty: what is secret comes from others. */
const EMPTY_SECRET = "mlflow-env-secret";

/** The chart would make a new key of sessions with each rendering. */
export const mlflowHooks: readonly HookDecision[] = [
    {
        object: `Secret/mlflow/${FLASK_SECRET}`,
        decision: "drop",
        reason: "the program makes the key once",
    },
];

/** Processes of one server; each takes some 250 MiB. */
const WORKERS = 2;

/** Where the authority of the database's server is. */
const AUTHORITY = "/etc/postgresql";

/** What the values need to know. */
export interface MlflowValuesArgs {
    readonly image: ImagePin;
    readonly replicas: number;
    /** Host name that people use; undefined where they cannot. */
    readonly host: string | undefined;
    /** The database; `credentials` has the password, `authority` the `ca.crt` of its server. */
    readonly database: DatabaseAccess;
    /** Where files of runs and models lie. */
    readonly bucket: {
        readonly bucket: string;
        readonly endpoint: string;
        readonly region: string;
        readonly accessKey: {
            readonly secretName: string;
            readonly id: string;
            readonly secret: string;
        };
    };
}

/** How libpq, of which the driver is built, judges the server. */
const verified = { PGSSLMODE: "verify-full", PGSSLROOTCERT: `${AUTHORITY}/ca.crt` };

const needed = resources("75m", "640Mi", "1536Mi");

const authorityMount = { name: "authority", mountPath: AUTHORITY, readOnly: true };

/**
 * Brings the tables up to the release before the server starts: the server refuses older ones. The
 * chart's own way to do so knows no TLS. Two pods that begin at once on an empty database may meet;
 * the second finds the tables at its next try.
 */
function migration({ image, database }: MlflowValuesArgs) {
    const plain = {
        PGHOST: database.host,
        PGPORT: String(database.port),
        PGDATABASE: database.database,
        ...verified,
        HOME: "/tmp",
    };
    return {
        name: "migrate",
        image: `${image.repository}:${image.tag}`,
        command: ["mlflow", "db", "upgrade", "postgresql+psycopg2://"],
        env: [
            ...variables(plain),
            secretVariable("PGUSER", database.credentials, "username"),
            secretVariable("PGPASSWORD", database.credentials, "password"),
        ],
        resources: needed,
        securityContext: restrictedContainer,
        volumeMounts: [{ name: "tmp", mountPath: "/tmp" }, authorityMount],
    };
}

/**
 * Values for a server that keeps nothing itself: runs and the registry are in the database, files in
 * the bucket, which only the server reaches. Whoever logs a model needs no key of the bucket.
 */
export function mlflowValues(args: MlflowValuesArgs): ChartValues {
    const { image, replicas, host, database, bucket } = args;
    return {
        image: { repository: image.repository, tag: image.tag },
        replicaCount: replicas,
        strategy: { type: "RollingUpdate", rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
        serviceAccount: { create: true, automount: false },
        podSecurityContext: restrictedPod(1001),
        securityContext: restrictedContainer,
        service: { containerPort: MLFLOW_PORT, port: MLFLOW_SERVICE_PORT },
        backendStore: {
            postgres: {
                enabled: true,
                host: database.host,
                port: database.port,
                database: database.database,
                driver: "psycopg2",
            },
            existingDatabaseSecret: { name: database.credentials },
        },
        initContainers: [migration(args)],
        artifactRoot: {
            proxiedArtifactStorage: true,
            s3: {
                enabled: true,
                bucket: bucket.bucket,
                existingSecret: {
                    name: bucket.accessKey.secretName,
                    keyOfAccessKeyId: bucket.accessKey.id,
                    keyOfSecretAccessKey: bucket.accessKey.secret,
                },
            },
        },
        extraEnvVars: {
            ...verified,
            MLFLOW_S3_ENDPOINT_URL: bucket.endpoint,
            AWS_DEFAULT_REGION: bucket.region,
            HOME: "/tmp",
            // Seven more processes of 200 MiB for judges of language models, with a queue that each
            // server has for itself.
            MLFLOW_SERVER_ENABLE_JOB_EXECUTION: "false",
        },
        extraArgs: { workers: String(WORKERS), exposePrometheus: "/tmp/metrics" },
        corsAllowedOrigins: host === undefined ? [] : [`https://${host}`],
        resources: needed,
        extraVolumes: [
            {
                name: "authority",
                secret: {
                    secretName: database.authority,
                    items: [{ key: "ca.crt", path: "ca.crt" }],
                },
            },
        ],
        extraVolumeMounts: [authorityMount],
        livenessProbe: { periodSeconds: 30, timeoutSeconds: 5, failureThreshold: 4 },
        readinessProbe: { periodSeconds: 10, timeoutSeconds: 5, failureThreshold: 3 },
        priorityClassName: priorities.app.name,
        serviceMonitor: { enabled: false },
        telemetry: { enabled: false },
    };
}

/**
 * It answers only to names that it knows, so that no page of another site can ask it under a name
 * that was bent to its address (mlflow v3.15.1: mlflow/server/fastapi_security.py). Prometheus asks
 * the pod by its address, `mlflow gc` in the pod by `localhost`.
 */
function knownNames(host: string | undefined): readonly Readonly<Record<string, unknown>>[] {
    const names = [...serviceNames("mlflow", "mlflow"), ...(host === undefined ? [] : [host])];
    return [
        { name: "POD_IP", valueFrom: { fieldRef: { fieldPath: "status.podIP" } } },
        {
            name: "MLFLOW_SERVER_ALLOWED_HOSTS",
            value: [...names, `$(POD_IP):${MLFLOW_PORT}`, `localhost:${MLFLOW_PORT}`].join(","),
        },
    ];
}

const isEmptySecret = (source: unknown) =>
    isRecord(source) && isRecord(source.secretRef) && source.secretRef.name === EMPTY_SECRET;

/**
 * What the chart has no values for.
 *
 * @param host name that people use; undefined where they cannot
 */
export function mlflowPatch(manifest: Manifest, host: string | undefined): Manifest | undefined {
    if (objectKey(manifest) === `Secret/mlflow/${EMPTY_SECRET}`) {
        return undefined;
    }
    const pod = patchPod(manifest, {
        automountServiceAccountToken: false,
        topologySpreadConstraints: spread(mlflowPods),
    });
    return changeContainer(pod, "mlflow", (container) => ({
        ...container,
        env: [...listOf(container.env), ...knownNames(host)],
        envFrom: listOf(container.envFrom).filter((source) => !isEmptySecret(source)),
    }));
}
