/** The programs of Kubeflow Pipelines: what each is started with. Pure. */
import { resources, secretVariable, variables } from "../base/containers";
import type { ArtifactBucket } from "./kubeflow-pipelines-configuration";
import { PROXY_FILE, PROXY_HEALTH, STORE_PORT } from "./kubeflow-pipelines-configuration";
import {
    DATABASE_SECRET,
    DATABASE_USER,
    databaseKeys,
    databases,
    PIPELINES,
    PIPELINES_USER,
    pipelinesPorts,
    type PipelinesPart,
    pipelinesServices,
} from "./kubeflow-pipelines-names";
import { RUN_DAYS } from "./kubeflow-workflows";

/** Images of the parts, and of what the API gives to the pods of runs. */
export type PipelinesImages = Readonly<Record<PipelinesPart | "driver" | "launcher", string>>;

/** What the programs are told. */
export interface PipelinesPrograms {
    readonly images: PipelinesImages;
    readonly bucket: ArtifactBucket;
}

type Fields = Readonly<Record<string, unknown>>;

/** One program. */
export interface Program {
    readonly command?: readonly string[];
    readonly args?: readonly string[];
    readonly env?: readonly Fields[];
    readonly ports?: Readonly<Record<string, number>>;
    /** Whether it is alive, and whether it may be asked where that is something else. */
    readonly alive: Fields;
    readonly ready?: Fields;
    readonly resources: ReturnType<typeof resources>;
}

const password = (name: string) => secretVariable(name, DATABASE_SECRET, databaseKeys.user);

const get = (path: string, port: string) => ({ httpGet: { path, port } });
const connects = (port: string) => ({ tcpSocket: { port } });
const shell = (command: string) => ({ exec: { command: ["sh", "-c", command] } });

const HEALTH = "/apis/v2beta1/healthz";
const api = `${pipelinesServices.api}:${pipelinesPorts.http}`;

/** Of the pods of steps: the user of the image counts for nothing (common/config.go). */
const runsAs = {
    DEFAULT_SECURITY_CONTEXT_RUN_AS_USER: `${PIPELINES_USER}`,
    DEFAULT_SECURITY_CONTEXT_RUN_AS_GROUP: `${PIPELINES_USER}`,
    DEFAULT_SECURITY_CONTEXT_RUN_AS_NON_ROOT: "true",
};

/**
 * Keeps pipelines and runs, and makes workflows of them. Its example pipelines are not loaded: their
 * images are from where none may come. Those of version 1 want parts that are not here.
 */
function apiServer({ images, bucket }: PipelinesPrograms): Program {
    return {
        command: ["/bin/apiserver"],
        args: ["--config=/config", "-logtostderr=true", "--logLevel=info"],
        env: [
            ...variables({
                POD_NAMESPACE: PIPELINES,
                CLUSTER_DOMAIN: "cluster.local",
                PUBLISH_LOGS: "true",
                PIPELINE_LOG_LEVEL: "1",
                AUTO_UPDATE_PIPELINE_DEFAULT_VERSION: "true",
                BLOCK_V1_PIPELINES: "true",
                ...runsAs,
                V2_DRIVER_IMAGE: images.driver,
                V2_LAUNCHER_IMAGE: images.launcher,
                OBJECTSTORECONFIG_SECURE: "false",
                OBJECTSTORECONFIG_HOST: bucket.host,
                OBJECTSTORECONFIG_PORT: `${STORE_PORT}`,
                OBJECTSTORECONFIG_REGION: bucket.region,
                OBJECTSTORECONFIG_BUCKETNAME: bucket.bucket,
                DBCONFIG_CONMAXLIFETIME: "120s",
                DBCONFIG_MYSQLCONFIG_USER: DATABASE_USER,
                DBCONFIG_MYSQLCONFIG_DBNAME: databases.pipelines,
                DBCONFIG_MYSQLCONFIG_HOST: pipelinesServices.mysql,
                DBCONFIG_MYSQLCONFIG_PORT: `${pipelinesPorts.mysql}`,
            }),
            password("DBCONFIG_MYSQLCONFIG_PASSWORD"),
            ...keys(bucket, "OBJECTSTORECONFIG_ACCESSKEY", "OBJECTSTORECONFIG_SECRETACCESSKEY"),
        ],
        ports: { http: pipelinesPorts.http, grpc: pipelinesPorts.grpc },
        alive: get(HEALTH, "http"),
        resources: resources("25m", "110Mi", "512Mi"),
    };
}

function keys({ accessKey }: ArtifactBucket, id: string, secret: string) {
    const { secretName } = accessKey;
    return [
        secretVariable(id, secretName, accessKey.id),
        secretVariable(secret, secretName, accessKey.secret),
    ];
}

/**
 * Tells the API what becomes of workflows. It listens nowhere: it is alive while it watches the API
 * of the cluster, and ready when that of Pipelines answers.
 */
const persistenceAgent: Program = {
    command: ["/bin/persistence_agent"],
    args: [
        "--logtostderr=true",
        "--logLevel=info",
        `--namespace=${PIPELINES}`,
        `--ttlSecondsAfterWorkflowFinish=${RUN_DAYS * 86_400}`,
        "--numWorker=2",
        "--executionType=Workflow",
    ],
    alive: shell("netstat -tn | grep -q ':443 .*ESTABLISHED'"),
    ready: shell(`wget -q -O /dev/null http://${api}${HEALTH}`),
    resources: resources("25m", "110Mi", "256Mi"),
};

/** Begins runs at their times. */
const schedules: Program = {
    command: ["/bin/controller"],
    args: [
        "--logtostderr=true",
        "--logLevel=info",
        `--namespace=${PIPELINES}`,
        "--clientQPS=10",
        "--clientBurst=20",
        "--recurringRunResyncIntervalSeconds=30",
        `--metricsPort=${pipelinesPorts.schedules}`,
    ],
    env: variables({ CRON_SCHEDULE_TIMEZONE: "UTC" }),
    ports: { metrics: pipelinesPorts.schedules },
    alive: get("/metrics", "metrics"),
    resources: resources("25m", "110Mi", "256Mi"),
};

/** What people open. It gives them the API, metadata and files of runs, without an account of theirs. */
function ui({ bucket }: PipelinesPrograms): Program {
    return {
        env: [
            ...variables({
                FRONTEND_SERVER_NAMESPACE: PIPELINES,
                ML_PIPELINE_SERVICE_HOST: pipelinesServices.api,
                ML_PIPELINE_SERVICE_PORT: `${pipelinesPorts.http}`,
                METADATA_ENVOY_SERVICE_SERVICE_HOST: pipelinesServices.metadataWeb,
                METADATA_ENVOY_SERVICE_SERVICE_PORT: `${pipelinesPorts.metadataWeb}`,
                AWS_S3_ENDPOINT: bucket.host,
                AWS_REGION: bucket.region,
                AWS_SSL: "false",
                ALLOW_CUSTOM_VISUALIZATIONS: "false",
                ARGO_ARCHIVE_LOGS: "false",
                DISABLE_GKE_METADATA: "true",
                // It fetches no file from an address that a link names.
                ALLOWED_ARTIFACT_DOMAIN_REGEX: "^$",
            }),
            ...keys(bucket, "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"),
        ],
        ports: { http: pipelinesPorts.page },
        // That it reaches the API is its own affair alone where people ask.
        alive: connects("http"),
        ready: get(HEALTH, "http"),
        resources: resources("25m", "110Mi", "384Mi"),
    };
}

/** Says what came of what: steps write it, and find there what need not run again. */
const metadata: Program = {
    command: ["/bin/metadata_store_server"],
    args: [
        `--grpc_port=${pipelinesPorts.metadata}`,
        `--mysql_config_host=${pipelinesServices.mysql}`,
        `--mysql_config_port=${pipelinesPorts.mysql}`,
        `--mysql_config_database=${databases.metadata}`,
        `--mysql_config_user=${DATABASE_USER}`,
        "--mysql_config_password=$(DATABASE_PASSWORD)",
        "--enable_database_upgrade=true",
        "--grpc_channel_arguments=grpc.max_metadata_size=16384,grpc.max_receive_message_length=104857600,grpc.max_send_message_length=104857600",
    ],
    env: [password("DATABASE_PASSWORD")],
    ports: { grpc: pipelinesPorts.metadata },
    alive: connects("grpc"),
    resources: resources("25m", "110Mi", "512Mi"),
};

/** Lets browsers ask metadata. */
const proxy: Program = {
    args: [`/etc/envoy/${PROXY_FILE}`, "--concurrency", "1", "--disable-hot-restart"],
    ports: { http: pipelinesPorts.metadataWeb },
    alive: get(PROXY_HEALTH, "http"),
    resources: resources("25m", "64Mi", "192Mi"),
};

/** All of them (kubeflow/pipelines 2.16.1: manifests/kustomize/base/pipeline and base/metadata). */
export function pipelinesPrograms(of: PipelinesPrograms): Readonly<Record<PipelinesPart, Program>> {
    return {
        "ml-pipeline": apiServer(of),
        "ml-pipeline-persistenceagent": persistenceAgent,
        "ml-pipeline-scheduledworkflow": schedules,
        "ml-pipeline-ui": ui(of),
        "metadata-grpc": metadata,
        "metadata-envoy": proxy,
    };
}
