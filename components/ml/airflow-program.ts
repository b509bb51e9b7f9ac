/** Airflow's program, the repository beside it, and what both need in a pod. Pure. */
import {
    httpProbes,
    resources,
    restrictedContainer,
    restrictedPod,
    type SecretVariable,
    secretVariable,
} from "../base/containers";
import { priorities } from "../base/priority";

import {
    airflowPorts,
    AUTHORITY,
    CONFIGURATION,
    CONFIGURATION_FOLDER,
    configurationFiles,
    OWN_DAGS,
    REPOSITORY,
} from "./airflow-names";
import type { DatabaseAccess } from "../data/postgres-database";

/** What the objects need to know. */
export interface AirflowObjects {
    readonly images: {
        readonly airflow: string;
        readonly gitSync: string;
        readonly statsd: string;
    };
    readonly replicas: number;
    /** Host name under which people open it. */
    readonly host: string;
    /** How many tasks may run at once. */
    readonly tasks: number;
    /** Most memory of a task, in GiB. */
    readonly memory: number;
    /** Folder of the repository with the DAGs. */
    readonly folder: string;
    readonly database: DatabaseAccess;
    readonly bucket: {
        readonly bucket: string;
        readonly endpoint: string;
        readonly region: string;
        readonly environment: readonly SecretVariable[];
    };
    readonly repository: {
        readonly url: string;
        readonly revision: string;
        /** Secret and key with what it is read with; undefined where anybody may. */
        readonly credential: { readonly secret: string; readonly key: string } | undefined;
        /** Whether that is a key of ssh, beside which `known_hosts` lies, or a password. */
        readonly isSsh: boolean;
    };
    readonly signOn: {
        readonly client: string;
        readonly secret: string;
        readonly discovery: string;
        readonly userInfo: string;
        readonly groupsClaim: string;
        readonly hasAuthority: boolean;
    };
    /** `MLFLOW_TRACKING_URI` of tasks; undefined where nothing tracks. */
    readonly tracking: string | undefined;
}

/** User of the image, in the group of root (apache/airflow 3.2.2: Dockerfile, AIRFLOW_UID). */
const USER = 50_000;
/** User of git-sync (git-sync v4.4.0: Dockerfile.in). */
const GIT_USER = 65_533;
const CREDENTIALS = "/etc/git-credential";

/** The connection by which logs reach their bucket. */
export const LOG_CONNECTION = "logs";

/** A variable with a plain value. */
export const plain = (name: string, value: string) => ({ name, value });

/** What every pod of Airflow is. */
export const airflowPod = {
    priorityClassName: priorities.app.name,
    enableServiceLinks: false,
    securityContext: restrictedPod(USER, 0),
} as const;

/** Where logs go: the connection that {@link LOG_CONNECTION} names, as a variable. */
export function logConnection({ bucket }: AirflowObjects): Readonly<Record<string, string>> {
    const connection = {
        conn_type: "aws",
        extra: {
            endpoint_url: bucket.endpoint,
            region_name: bucket.region,
            config_kwargs: { s3: { addressing_style: "path" } },
        },
    };
    return { [`AIRFLOW_CONN_${LOG_CONNECTION.toUpperCase()}`]: JSON.stringify(connection) };
}

/** What the image needs, whatever it does. */
export function program({ images }: AirflowObjects) {
    return {
        image: images.airflow,
        securityContext: restrictedContainer,
        env: [
            plain("AIRFLOW_HOME", "/opt/airflow"),
            plain("AIRFLOW_CONFIG", `${CONFIGURATION_FOLDER}/${configurationFiles.settings}`),
            // The entry of the image would ask whether the database is there, in a form of its own.
            plain("CONNECTION_CHECK_MAX_COUNT", "0"),
            plain("PYTHONDONTWRITEBYTECODE", "1"),
        ],
        volumeMounts: [
            { name: "configuration", mountPath: CONFIGURATION_FOLDER, readOnly: true },
            { name: "home", mountPath: "/opt/airflow" },
            { name: "tmp", mountPath: "/tmp" },
        ],
    };
}

/** Volumes of {@link program}. */
export const programVolumes = [
    { name: "configuration", configMap: { name: CONFIGURATION } },
    { name: "home", emptyDir: { sizeLimit: "512Mi" } },
    { name: "tmp", emptyDir: { sizeLimit: "256Mi" } },
];

/** Mounts of who reads DAGs. */
export const dagMounts = [
    { name: "repository", mountPath: REPOSITORY.root, readOnly: true },
    { name: "own-dags", mountPath: OWN_DAGS, readOnly: true },
];

/** Volumes of {@link dagMounts} and {@link gitSync}. */
export function dagVolumes({ repository: { credential, isSsh } }: AirflowObjects) {
    const { check } = configurationFiles;
    return [
        { name: "repository", emptyDir: { sizeLimit: "1Gi" } },
        {
            name: "own-dags",
            configMap: { name: CONFIGURATION, items: [{ key: check, path: check }] },
        },
        ...(credential !== undefined && isSsh
            ? [
                  {
                      name: "credential",
                      secret: { secretName: credential.secret, defaultMode: 0o440 },
                  },
              ]
            : []),
    ];
}

/**
 * The repository, checked out once before the program starts, or kept new beside it (git-sync v4.4.0:
 * README.md, docs/ssh.md).
 */
export function gitSync({ images, repository }: AirflowObjects, when: "once" | "always") {
    const { url, revision, credential, isSsh } = repository;
    return {
        name: when === "once" ? "checkout" : "git-sync",
        image: images.gitSync,
        // Its group is that of the volumes, so the program reads what it wrote.
        securityContext: { ...restrictedContainer, runAsUser: GIT_USER, runAsGroup: 0 },
        env: [
            plain("GITSYNC_REPO", url),
            plain("GITSYNC_REF", revision),
            plain("GITSYNC_DEPTH", "1"),
            plain("GITSYNC_ROOT", REPOSITORY.root),
            plain("GITSYNC_LINK", REPOSITORY.link),
            plain("GITSYNC_GROUP_WRITE", "true"),
            plain("GITSYNC_ADD_USER", "false"),
            plain("HOME", "/tmp"),
            ...(when === "once"
                ? [plain("GITSYNC_ONE_TIME", "true"), plain("GITSYNC_MAX_FAILURES", "3")]
                : [
                      plain("GITSYNC_PERIOD", "60s"),
                      plain("GITSYNC_MAX_FAILURES", "-1"),
                      plain("GITSYNC_HTTP_BIND", `:${airflowPorts.repository}`),
                  ]),
            ...(credential === undefined
                ? []
                : isSsh
                  ? [
                        plain("GITSYNC_SSH_KEY_FILE", `${CREDENTIALS}/${credential.key}`),
                        plain("GITSYNC_SSH_KNOWN_HOSTS_FILE", `${CREDENTIALS}/known_hosts`),
                    ]
                  : [
                        plain("GITSYNC_USERNAME", "git"),
                        secretVariable("GITSYNC_PASSWORD", credential.secret, credential.key),
                    ]),
        ],
        // It answers from its first commit on.
        ...(when === "once"
            ? {}
            : {
                  ports: [{ name: "repository", containerPort: airflowPorts.repository }],
                  ...httpProbes("/", "repository"),
              }),
        resources: resources("5m", "32Mi", "256Mi"),
        volumeMounts: [
            { name: "repository", mountPath: REPOSITORY.root },
            { name: "tmp", mountPath: "/tmp" },
            ...(credential !== undefined && isSsh
                ? [{ name: "credential", mountPath: CREDENTIALS, readOnly: true }]
                : []),
        ],
    };
}

/** Variables of who talks to the database: libpq and asyncpg read the same ones. */
export function databaseVariables({ database }: AirflowObjects) {
    return [
        plain(
            "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN",
            `postgresql+psycopg2://${database.host}:${database.port}/${database.database}`,
        ),
        secretVariable("PGUSER", database.credentials, "username"),
        secretVariable("PGPASSWORD", database.credentials, "password"),
        plain("PGSSLMODE", "verify-full"),
        plain("PGSSLROOTCERT", AUTHORITY),
    ];
}
