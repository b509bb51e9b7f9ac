/**
 * MySQL for Kubeflow Pipelines: on PostgreSQL upstream runs it for development alone
 * (kubeflow/website#4438). Pure.
 */
import * as fs from "node:fs";
import * as path from "node:path";
import { leavesDeadNode } from "../base/availability";
import { resources, restrictedContainer, restrictedPod, secretVariable } from "../base/containers";
import type { Manifest } from "../base/object";
import { priorities } from "../base/priority";
import type { VolumeCheck } from "../base/restore-check";
import { volumeClaim } from "../base/volume-claim";
import {
    DATABASE_SECRET,
    DATABASE_USER,
    databaseKeys,
    databases,
    PIPELINES,
    pipelinesPods,
    pipelinesPorts,
    pipelinesServices,
} from "./kubeflow-pipelines-names";

const NAME = pipelinesServices.mysql;
/** ConfigMap with its first statements and the program of the dumps. */
export const CONFIGURATION = "mysql-configuration";
/** User of the image (docker-library/mysql: 8.4/Dockerfile.oracle). */
export const MYSQL_USER = 999;
/** Program of the dumps. */
export const DUMP_SCRIPT = "dump-mysql.sh";
const INIT = "metadata.sql";

const mysqlPods = pipelinesPods("mysql");

/** What proves a restore of its volume whole: the files of the engine. */
export const mysqlChecks: readonly VolumeCheck[] = [
    {
        claims: mysqlPods,
        files: [
            { path: "mysql/ibdata1", bytes: 1 << 20 },
            { path: `mysql/${databases.pipelines}/*.ibd`, bytes: 4096 },
        ],
    },
];

/**
 * The second database is made at the first start; the image makes the first one and its owner. Of
 * both it may do everything, of anything else nothing.
 */
export const mysqlConfiguration: Manifest = {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name: CONFIGURATION, namespace: PIPELINES },
    data: {
        [INIT]: [
            `CREATE DATABASE IF NOT EXISTS ${databases.metadata};`,
            `GRANT ALL ON ${databases.metadata}.* TO '${DATABASE_USER}'@'%';`,
            "",
        ].join("\n"),
        [DUMP_SCRIPT]: fs.readFileSync(path.join(__dirname, "scripts", DUMP_SCRIPT), "utf8"),
    },
};

/** What the server and its dumps are made of. */
export interface MysqlObjects {
    readonly image: string;
    /** GiB of the volume of the server. */
    readonly size: number;
    readonly storageClass: string;
}

/** Asks whether it answers; it does before anybody signs on. */
const alive = (periodSeconds: number, failureThreshold: number) => ({
    exec: { command: ["mysqladmin", "ping", "--host=127.0.0.1", "--silent"] },
    periodSeconds,
    timeoutSeconds: 10,
    failureThreshold,
});

/**
 * The server: one, as upstream runs it. Its flags are upstream's: metadata knows the old passwords
 * alone, and nobody reads a log of changes (kubeflow/pipelines 2.16.1:
 * manifests/kustomize/third-party/mysql/base/mysql-deployment.yaml).
 */
export function mysqlServer({ image, size, storageClass }: MysqlObjects): Manifest {
    return {
        apiVersion: "apps/v1",
        kind: "StatefulSet",
        metadata: { name: NAME, namespace: PIPELINES },
        spec: {
            replicas: 1,
            serviceName: NAME,
            selector: { matchLabels: mysqlPods },
            template: {
                metadata: { labels: mysqlPods },
                spec: {
                    automountServiceAccountToken: false,
                    enableServiceLinks: false,
                    priorityClassName: priorities.data.name,
                    securityContext: {
                        ...restrictedPod(MYSQL_USER),
                        fsGroupChangePolicy: "OnRootMismatch",
                    },
                    tolerations: leavesDeadNode,
                    // What is in memory goes into files.
                    terminationGracePeriodSeconds: 120,
                    containers: [
                        {
                            name: NAME,
                            image,
                            imagePullPolicy: "IfNotPresent",
                            args: [
                                "--datadir=/var/lib/mysql",
                                "--authentication-policy=mysql_native_password",
                                "--mysql-native-password=ON",
                                "--disable-log-bin",
                                "--innodb-buffer-pool-size=256M",
                                "--performance-schema=OFF",
                            ],
                            env: [
                                { name: "MYSQL_DATABASE", value: databases.pipelines },
                                { name: "MYSQL_USER", value: DATABASE_USER },
                                secretVariable(
                                    "MYSQL_PASSWORD",
                                    DATABASE_SECRET,
                                    databaseKeys.user,
                                ),
                                secretVariable(
                                    "MYSQL_ROOT_PASSWORD",
                                    DATABASE_SECRET,
                                    databaseKeys.root,
                                ),
                                // Nobody signs on as root from another pod.
                                { name: "MYSQL_ROOT_HOST", value: "localhost" },
                            ],
                            ports: [{ name: "mysql", containerPort: pipelinesPorts.mysql }],
                            // The first start makes its files; another one may have to mend them.
                            startupProbe: alive(10, 60),
                            readinessProbe: alive(10, 3),
                            livenessProbe: alive(30, 4),
                            resources: resources("100m", "512Mi", "1Gi"),
                            securityContext: restrictedContainer,
                            volumeMounts: [
                                // Beside lost+found, which is no database.
                                { name: "data", mountPath: "/var/lib/mysql", subPath: "mysql" },
                                {
                                    name: "configuration",
                                    mountPath: `/docker-entrypoint-initdb.d/${INIT}`,
                                    subPath: INIT,
                                    readOnly: true,
                                },
                                { name: "run", mountPath: "/var/run/mysqld" },
                                { name: "tmp", mountPath: "/tmp" },
                            ],
                        },
                    ],
                    volumes: [
                        { name: "configuration", configMap: { name: CONFIGURATION } },
                        { name: "run", emptyDir: { sizeLimit: "16Mi" } },
                        { name: "tmp", emptyDir: { sizeLimit: "1Gi" } },
                    ],
                },
            },
            volumeClaimTemplates: [
                {
                    metadata: { name: "data", labels: mysqlPods },
                    spec: volumeClaim(storageClass, size),
                },
            ],
        },
    };
}
