/** What parts of Airflow, their ports and their objects are called. Pure. */

/** Namespace, database, and start of the names of all objects. */
export const AIRFLOW = "airflow";

/** What runs all the time, the Job before it, and the pods of tasks. */
export type AirflowPart = "api" | "scheduler" | "processor" | "triggerer" | "migration" | "task";

/** Labels of the pods of a part. */
export function airflowPods(part: AirflowPart): Readonly<Record<string, string>> {
    return { "app.kubernetes.io/name": AIRFLOW, "app.kubernetes.io/component": part };
}

/** Ports: of pages and API, of health of scheduler and repository, of metrics and of their intake. */
export const airflowPorts = {
    api: 8080,
    health: 8974,
    metrics: 9102,
    statsd: 9125,
    repository: 1234,
} as const;

/** ConfigMap with what every part reads, and where they read it. */
export const CONFIGURATION = `${AIRFLOW}-configuration`;
/** Folder of {@link CONFIGURATION}. */
export const CONFIGURATION_FOLDER = "/etc/airflow";
/** ConfigMap with the variables of tasks: other parts mount none of what it names. */
export const TASK_VARIABLES = `${AIRFLOW}-task`;
/** Keys of {@link CONFIGURATION}. */
export const configurationFiles = {
    settings: "airflow.cfg",
    signOn: "airflow_sign_on.py",
    check: "platform_check.py",
    taskPod: "task-pod.yaml",
    metrics: "statsd.yaml",
} as const;

/** Secret with what signs and encrypts. */
export const SECRETS = `${AIRFLOW}-secrets`;
/** Keys of {@link SECRETS}: `fernet` is written as its library wants it. */
export const secretKeys = { fernet: "fernet-key", pages: "pages", tokens: "tokens" } as const;

/** File with the authority of the database's certificate, and of the login's where that is ours. */
export const AUTHORITY = "/etc/authority/ca.crt";
/** Where the repository is checked out: git-sync keeps `repository` a link to the newest commit. */
export const REPOSITORY = { root: "/repository", link: "current" } as const;
/** Folder of the platform's own DAG. */
export const OWN_DAGS = "/opt/platform-dags";

/** Where programs in the cluster reach the API. */
export const airflowApi = `http://${AIRFLOW}.${AIRFLOW}.svc:${airflowPorts.api}`;
