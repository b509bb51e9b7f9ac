/** What Airflow reads (apache/airflow 3.2.2: airflow-core/src/airflow/config_templates/config.yml). Pure. */
import * as fs from "node:fs";
import * as path from "node:path";
import * as yaml from "js-yaml";
import type { Manifest } from "../base/object";
import {
    AIRFLOW,
    airflowPods,
    airflowPorts,
    CONFIGURATION,
    CONFIGURATION_FOLDER,
    configurationFiles,
    OWN_DAGS,
    REPOSITORY,
} from "./airflow-names";
import { type AirflowObjects, LOG_CONNECTION } from "./airflow-program";
import { taskPod } from "./airflow-task";

type Section = Readonly<Record<string, string | number>>;

const bundle = (name: string, folder: string) => ({
    name,
    classpath: "airflow.dag_processing.bundles.local.LocalDagBundle",
    kwargs: { path: folder },
});

/** The sections of `airflow.cfg`; nothing in it is secret. */
export function airflowSettings({
    host,
    folder,
    tasks,
    bucket,
}: AirflowObjects): Readonly<Record<string, Section>> {
    const { signOn, taskPod: template } = configurationFiles;
    const file = (name: string) => `${CONFIGURATION_FOLDER}/${name}`;
    return {
        core: {
            executor: "KubernetesExecutor",
            auth_manager: "airflow.providers.fab.auth_manager.fab_auth_manager.FabAuthManager",
            load_examples: "False",
            dags_are_paused_at_creation: "True",
            // Each scheduler for itself; all of them together by the pool.
            parallelism: tasks,
            default_pool_task_slot_count: tasks,
            dags_folder: `${REPOSITORY.root}/${REPOSITORY.link}/${folder}`,
        },
        database: {
            sql_alchemy_pool_size: 3,
            sql_alchemy_max_overflow: 5,
        },
        dag_processor: {
            dag_bundle_config_list: JSON.stringify([
                bundle("repository", `${REPOSITORY.root}/${REPOSITORY.link}/${folder}`),
                bundle("platform", OWN_DAGS),
            ]),
            refresh_interval: 60,
        },
        scheduler: {
            enable_health_check: "True",
            scheduler_health_check_server_port: airflowPorts.health,
        },
        kubernetes_executor: {
            namespace: AIRFLOW,
            pod_template_file: file(template),
            delete_worker_pods: "True",
            // Of failed tasks too: what they said is in the bucket.
            delete_worker_pods_on_failure: "True",
        },
        api: {
            base_url: `https://${host}`,
            port: airflowPorts.api,
            workers: 1,
            expose_config: "False",
        },
        fab: { config_file: file(signOn), enable_proxy_fix: "True" },
        logging: {
            remote_logging: "True",
            remote_base_log_folder: `s3://${bucket.bucket}/logs`,
            remote_log_conn_id: LOG_CONNECTION,
            delete_local_logs: "True",
        },
        metrics: {
            statsd_on: "True",
            statsd_host: "127.0.0.1",
            statsd_port: airflowPorts.statsd,
            statsd_prefix: AIRFLOW,
            // Others have names of DAGs in them, of which there are any number.
            metrics_allow_list:
                "^scheduler_heartbeat$,^triggerer_heartbeat$,^executor\\.,^dag_processing\\.(import_errors|total_parse_time|file_path_queue_size)$",
        },
        usage_data_collection: { enabled: "False" },
    };
}

/** The sections as Python's configparser reads them, in which `%` starts a reference. */
export function written(sections: Readonly<Record<string, Section>>): string {
    return Object.entries(sections)
        .map(
            ([name, values]) =>
                `[${name}]\n${Object.entries(values)
                    .map(([key, value]) => `${key} = ${String(value).replaceAll("%", "%%")}\n`)
                    .join("")}`,
        )
        .join("\n");
}

const script = (name: string) => fs.readFileSync(path.join(__dirname, "scripts", name), "utf8");

/** What every part mounts. */
export function airflowConfiguration(of: AirflowObjects): Manifest {
    const { settings, signOn, check, taskPod: template, metrics } = configurationFiles;
    return {
        apiVersion: "v1",
        kind: "ConfigMap",
        metadata: { name: CONFIGURATION, namespace: AIRFLOW, labels: airflowPods("scheduler") },
        data: {
            [settings]: written(airflowSettings(of)),
            [signOn]: script(signOn),
            [check]: script(check),
            [template]: yaml.dump(taskPod(of), { lineWidth: -1, noRefs: true }),
            // Names that are not said keep theirs, with an underscore for each point.
            [metrics]: yaml.dump({ defaults: { ttl: "10m" }, mappings: [] }),
        },
    };
}
