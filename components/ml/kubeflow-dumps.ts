/** Dumps of the database of Kubeflow Pipelines, which any release of MySQL reads. Pure. */
import { backupJob } from "../base/backup-job";
import { resources, restrictedContainer, restrictedPod, secretVariable } from "../base/containers";
import type { Manifest } from "../base/object";
import { priorities } from "../base/priority";
import type { VolumeCheck } from "../base/restore-check";
import { volumeClaim } from "../base/volume-claim";
import { CONFIGURATION, DUMP_SCRIPT, MYSQL_USER, type MysqlObjects } from "./kubeflow-mysql";
import {
    DATABASE_SECRET,
    DATABASE_USER,
    databaseKeys,
    databases,
    PIPELINES,
    pipelinesPods,
    pipelinesServices,
} from "./kubeflow-pipelines-names";

/** Name of the CronJob. */
export const DUMP = "mysql-dump";
const DUMPS = "mysql-dumps";
const FOLDER = "/dumps";

const dumpPods = pipelinesPods(DUMP);

/** What proves a restore of its volume whole: a file that says what it is. */
export const dumpChecks: readonly VolumeCheck[] = [
    {
        claims: dumpPods,
        files: [
            {
                path: "kubeflow-*.sql",
                bytes: 1024,
                begins: Buffer.from("-- MySQL dump").toString("hex"),
            },
        ],
    },
];

/** Where the last dump is, for the backup of the namespace, which keeps those before. */
export function dumpClaim({ size, storageClass }: MysqlObjects): Manifest {
    return {
        apiVersion: "v1",
        kind: "PersistentVolumeClaim",
        metadata: { name: DUMPS, namespace: PIPELINES, labels: dumpPods },
        // One, and the next while it is written: a dump has no indexes.
        spec: volumeClaim(storageClass, size),
    };
}

/** Writes both databases as statements, half an hour before the backup of the namespace. */
export function dumpJob({ image }: MysqlObjects): Manifest {
    return backupJob({
        name: DUMP,
        namespace: PIPELINES,
        schedule: "45 0 * * *",
        seconds: 1500,
        labels: dumpPods,
        pod: {
            restartPolicy: "Never",
            automountServiceAccountToken: false,
            enableServiceLinks: false,
            priorityClassName: priorities.data.name,
            securityContext: restrictedPod(MYSQL_USER),
            containers: [
                {
                    name: DUMP,
                    image,
                    imagePullPolicy: "IfNotPresent",
                    command: ["sh", `/scripts/${DUMP_SCRIPT}`],
                    env: [
                        { name: "DATABASE_HOST", value: pipelinesServices.mysql },
                        { name: "DATABASE_USER", value: DATABASE_USER },
                        {
                            name: "DATABASES",
                            value: Object.values(databases).join(" "),
                        },
                        { name: "DUMPS", value: FOLDER },
                        secretVariable("MYSQL_PWD", DATABASE_SECRET, databaseKeys.user),
                    ],
                    resources: resources("50m", "64Mi", "256Mi"),
                    securityContext: restrictedContainer,
                    volumeMounts: [
                        { name: "dumps", mountPath: FOLDER },
                        {
                            name: "configuration",
                            mountPath: "/scripts",
                            readOnly: true,
                        },
                    ],
                },
            ],
            volumes: [
                { name: "dumps", persistentVolumeClaim: { claimName: DUMPS } },
                { name: "configuration", configMap: { name: CONFIGURATION } },
            ],
        },
    });
}
