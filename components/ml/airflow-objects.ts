/** Airflow's parts as objects. Pure. */
import { spread } from "../base/availability";
import { resources, restrictedContainer, secretVariable, variables } from "../base/containers";
import { contentDigest } from "../base/content-digest";
import type { Manifest } from "../base/object";
import { airflowConfiguration } from "./airflow-configuration";
import {
    AIRFLOW,
    type AirflowPart,
    airflowPods,
    airflowPorts,
    AUTHORITY,
    CONFIGURATION_FOLDER,
    configurationFiles,
    SECRETS,
    secretKeys,
} from "./airflow-names";
import {
    type AirflowObjects,
    airflowPod,
    dagMounts,
    dagVolumes,
    databaseVariables,
    gitSync,
    logConnection,
    plain,
    program,
    programVolumes,
} from "./airflow-program";

/** The parts that run all the time. */
export const servers = ["api", "scheduler", "processor", "triggerer"] as const;
type Server = (typeof servers)[number];

/** Accounts of those that talk to the API of the cluster. */
export const accounts = {
    scheduler: `${AIRFLOW}-scheduler`,
    api: `${AIRFLOW}-api`,
} as const;

const COMMANDS: Readonly<Record<Server | "migration", readonly string[]>> = {
    // The gateway says who asked, and that it was over TLS.
    api: ["api-server", "--proxy-headers"],
    scheduler: ["scheduler"],
    processor: ["dag-processor"],
    triggerer: ["triggerer"],
    migration: ["db", "migrate"],
};

const SIZES: Readonly<Record<Server | "migration", ReturnType<typeof resources>>> = {
    api: resources("75m", "576Mi", "1536Mi"),
    scheduler: resources("75m", "448Mi", "1Gi"),
    processor: resources("50m", "320Mi", "1Gi"),
    triggerer: resources("40m", "320Mi", "1Gi"),
    migration: resources("100m", "320Mi", "1Gi"),
};

/** Whether the job of this pod has told the database of itself a moment ago. */
const alive = (job: string) => ({
    exec: { command: ["airflow", "jobs", "check", "--job-type", job, "--local"] },
});
const PROBES: Readonly<Record<Server, Readonly<Record<string, unknown>>>> = {
    // It answers without the database, so that pods are not killed with it.
    api: { httpGet: { path: "/api/v2/version", port: "api" } },
    scheduler: { httpGet: { path: "/health", port: "health" } },
    processor: alive("DagProcessorJob"),
    triggerer: alive("TriggererJob"),
};

/** A command is a program that starts anew: it costs some seconds of a core. */
function probes(server: Server) {
    const probe = PROBES[server];
    const [often, patience] = "exec" in probe ? [60, 45] : [15, 10];
    return {
        startupProbe: {
            ...probe,
            periodSeconds: 15,
            timeoutSeconds: patience,
            failureThreshold: 24,
        },
        readinessProbe: {
            ...probe,
            periodSeconds: often,
            timeoutSeconds: patience,
            failureThreshold: 3,
        },
        livenessProbe: {
            ...probe,
            periodSeconds: often * 2,
            timeoutSeconds: patience,
            failureThreshold: 4,
        },
    };
}

/** How the pages send people to the login. */
function signOnVariables({ signOn }: AirflowObjects) {
    return [
        plain("SIGN_ON_CLIENT", signOn.client),
        secretVariable("SIGN_ON_SECRET", signOn.secret, "client-secret"),
        plain("SIGN_ON_DISCOVERY", signOn.discovery),
        plain("SIGN_ON_USER_INFO", signOn.userInfo),
        plain("SIGN_ON_GROUPS_CLAIM", signOn.groupsClaim),
        ...(signOn.hasAuthority ? [plain("REQUESTS_CA_BUNDLE", AUTHORITY)] : []),
        // What it counts, schedulers tell too.
        plain("AIRFLOW__METRICS__STATSD_ON", "False"),
        // The pod is reached through the gateway alone, as network policies have it.
        plain("FORWARDED_ALLOW_IPS", "*"),
    ];
}

/** A part that knows the database and the keys. */
function part(of: AirflowObjects, name: Server | "migration") {
    const base = program(of);
    return {
        name,
        ...base,
        args: ["airflow", ...COMMANDS[name]],
        env: [
            ...base.env,
            ...databaseVariables(of),
            secretVariable("AIRFLOW__CORE__FERNET_KEY", SECRETS, secretKeys.fernet),
            secretVariable("AIRFLOW__API__SECRET_KEY", SECRETS, secretKeys.pages),
            secretVariable("AIRFLOW__API_AUTH__JWT_SECRET", SECRETS, secretKeys.tokens),
            ...(name === "migration"
                ? []
                : [...variables(logConnection(of)), ...of.bucket.environment]),
            ...(name === "api" ? signOnVariables(of) : []),
        ],
        resources: SIZES[name],
        volumeMounts: [
            ...base.volumeMounts,
            { name: "authority", mountPath: "/etc/authority", readOnly: true },
            ...(name === "processor" ? dagMounts : []),
        ],
    };
}

/** Metrics of the program beside it, which sends them as datagrams. */
function exporter({ images }: AirflowObjects) {
    return {
        name: "metrics",
        image: images.statsd,
        args: [
            `--statsd.mapping-config=${CONFIGURATION_FOLDER}/${configurationFiles.metrics}`,
            `--statsd.listen-udp=127.0.0.1:${airflowPorts.statsd}`,
            "--statsd.listen-tcp=",
            `--web.listen-address=:${airflowPorts.metrics}`,
        ],
        ports: [{ name: "metrics", containerPort: airflowPorts.metrics }],
        readinessProbe: { httpGet: { path: "/-/healthy", port: "metrics" }, periodSeconds: 15 },
        livenessProbe: { httpGet: { path: "/-/healthy", port: "metrics" }, periodSeconds: 30 },
        resources: resources("5m", "24Mi", "96Mi"),
        securityContext: restrictedContainer,
        volumeMounts: [{ name: "configuration", mountPath: CONFIGURATION_FOLDER, readOnly: true }],
    };
}

function volumes(of: AirflowObjects, name: AirflowPart) {
    return [
        ...programVolumes,
        {
            name: "authority",
            secret: {
                secretName: of.database.authority,
                items: [{ key: "ca.crt", path: "ca.crt" }],
            },
        },
        ...(name === "processor" ? dagVolumes(of) : []),
    ];
}

/** Ports of a part besides that of its metrics. */
const PORTS: Readonly<Record<Server, readonly ("api" | "health")[]>> = {
    api: ["api"],
    scheduler: ["health"],
    processor: [],
    triggerer: [],
};

/** One of {@link servers}. */
export function airflowDeployment(of: AirflowObjects, name: Server): Manifest {
    const labels = airflowPods(name);
    const { data } = airflowConfiguration(of);
    const program = {
        ...part(of, name),
        ports: PORTS[name].map((port) => ({ name: port, containerPort: airflowPorts[port] })),
        ...probes(name),
    };
    return {
        apiVersion: "apps/v1",
        kind: "Deployment",
        metadata: { name: `${AIRFLOW}-${name}`, namespace: AIRFLOW, labels },
        spec: {
            replicas: of.replicas,
            strategy: { type: "RollingUpdate", rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
            selector: { matchLabels: labels },
            template: {
                metadata: {
                    labels,
                    // It reads its configuration when it starts.
                    annotations: { "platform/configuration": contentDigest(data) },
                },
                spec: {
                    ...airflowPod,
                    ...(name === "scheduler" || name === "api"
                        ? { serviceAccountName: accounts[name] }
                        : { automountServiceAccountToken: false }),
                    topologySpreadConstraints: spread(labels),
                    // Begun tasks and triggers are handed on.
                    terminationGracePeriodSeconds: 60,
                    ...(name === "processor" ? { initContainers: [gitSync(of, "once")] } : {}),
                    containers: [
                        program,
                        ...(name === "api" ? [] : [exporter(of)]),
                        ...(name === "processor" ? [gitSync(of, "always")] : []),
                    ],
                    volumes: volumes(of, name),
                },
            },
        },
    };
}

/** Brings the tables to this release, before anything that reads them starts. */
export function airflowMigration(of: AirflowObjects): Manifest {
    const template = {
        metadata: { labels: airflowPods("migration") },
        spec: {
            ...airflowPod,
            automountServiceAccountToken: false,
            restartPolicy: "OnFailure",
            containers: [part(of, "migration")],
            volumes: volumes(of, "migration"),
        },
    };
    return {
        apiVersion: "batch/v1",
        kind: "Job",
        metadata: { name: `${AIRFLOW}-migration-${contentDigest(template)}`, namespace: AIRFLOW },
        spec: { backoffLimit: 6, activeDeadlineSeconds: 1800, template },
    };
}

/** Where it is reached. */
export const airflowService: Manifest = {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name: AIRFLOW, namespace: AIRFLOW },
    spec: {
        selector: airflowPods("api"),
        ports: [{ name: "api", port: airflowPorts.api, targetPort: "api", appProtocol: "http" }],
    },
};

const RBAC = "rbac.authorization.k8s.io";

/**
 * The scheduler makes pods of tasks, and the API reads what a task says while it runs; neither may
 * enter a pod or read a Secret (cncf.kubernetes 10.x: executors/kubernetes_executor_utils.py).
 */
const RULES = {
    scheduler: [
        {
            apiGroups: [""],
            resources: ["pods"],
            verbs: ["create", "get", "list", "watch", "patch", "delete"],
        },
        { apiGroups: [""], resources: ["pods/log"], verbs: ["get"] },
        { apiGroups: [""], resources: ["events"], verbs: ["list"] },
    ],
    api: [
        { apiGroups: [""], resources: ["pods"], verbs: ["get", "list"] },
        { apiGroups: [""], resources: ["pods/log"], verbs: ["get"] },
    ],
} as const;

/** Accounts, and what they may do in this namespace alone. */
export function airflowRights(): Manifest[] {
    return (["scheduler", "api"] as const).flatMap((who) => {
        const metadata = { name: accounts[who], namespace: AIRFLOW };
        return [
            { apiVersion: "v1", kind: "ServiceAccount", metadata },
            { apiVersion: `${RBAC}/v1`, kind: "Role", metadata, rules: RULES[who] },
            {
                apiVersion: `${RBAC}/v1`,
                kind: "RoleBinding",
                metadata,
                roleRef: { apiGroup: RBAC, kind: "Role", name: accounts[who] },
                subjects: [{ kind: "ServiceAccount", ...metadata }],
            },
        ];
    });
}
