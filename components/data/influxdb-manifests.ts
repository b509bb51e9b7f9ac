/** The objects of InfluxDB OSS 2.9, which has no living chart. Pure. */
import * as fs from "node:fs";
import * as path from "node:path";
import { leavesDeadNode } from "../base/availability";
import { contentDigest } from "../base/content-digest";
import { resources, restrictedContainer, restrictedPod, variables } from "../base/containers";
import type { Manifest } from "../base/object";
import { priorities } from "../base/priority";
import { boltHeader, type VolumeCheck } from "../base/restore-check";
import { volumeClaim } from "../base/volume-claim";
import type { InfluxFile } from "./influx-program";

/** Name of everything. */
export const INFLUXDB = "influxdb";
/** Labels of the pod; it is selected by them, so they never change. */
export const influxPods = { "app.kubernetes.io/name": INFLUXDB } as const;
/** Labels of the pods that set it up. */
export const influxSetupPods = {
    "app.kubernetes.io/name": `${INFLUXDB}-setup`,
    "app.kubernetes.io/component": "bootstrap",
} as const;
export const influxPort = 8086;
/** Address for writers and readers inside of the cluster. */
export const influxUrl = `http://${INFLUXDB}.${INFLUXDB}.svc:${influxPort}`;
/** The organisation of everybody here. */
export const ORGANISATION = "platform";

const DATA = "/var/lib/influxdb2";
const PROGRAM = "influx-program.ts";
const FOLDER = "/setup";
const SECRETS = "/secrets";

/** How a file of SQLite begins (www.sqlite.org/fileformat.html, 1.3.1). */
const SQLITE = Buffer.from("SQLite format 3\0", "latin1").toString("hex");

/** What a restored copy must hold; a series may be none. */
export const influxChecks: readonly VolumeCheck[] = [
    {
        claims: influxPods,
        files: [
            { path: "influxd.bolt", bytes: 4096, begins: boltHeader },
            { path: "influxd.sqlite", bytes: 4096, begins: SQLITE },
        ],
    },
];

/** Its name inside, for writers and the route. */
export const influxService: Manifest = {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name: INFLUXDB, namespace: INFLUXDB },
    spec: {
        selector: influxPods,
        ports: [{ name: "http", port: influxPort, targetPort: "http" }],
    },
};

/** Options of the server (influxdb v2.9.1: cmd/influxd/launcher/cmd.go). */
const options: Readonly<Record<string, string>> = {
    INFLUXD_BOLT_PATH: `${DATA}/influxd.bolt`,
    INFLUXD_SQLITE_PATH: `${DATA}/influxd.sqlite`,
    INFLUXD_ENGINE_PATH: `${DATA}/engine`,
    INFLUXD_HTTP_BIND_ADDRESS: `:${influxPort}`,
    // Queries may not call addresses of the cluster.
    INFLUXD_HARDENING_ENABLED: "true",
    INFLUXD_PPROF_DISABLED: "true",
    INFLUXD_REPORTING_DISABLED: "true",
    GOMEMLIMIT: "850MiB",
};

const asks = (failureThreshold: number) => ({
    httpGet: { path: "/health", port: "http" },
    periodSeconds: 10,
    timeoutSeconds: 5,
    failureThreshold,
});

/** The server: one pod, since the open source edition has no cluster. */
export function influxServer(of: {
    readonly image: string;
    /** GiB of its volume. */
    readonly size: number;
    readonly storageClass: string;
}): Manifest {
    return {
        apiVersion: "apps/v1",
        kind: "StatefulSet",
        metadata: { name: INFLUXDB, namespace: INFLUXDB },
        spec: {
            replicas: 1,
            serviceName: INFLUXDB,
            selector: { matchLabels: influxPods },
            template: {
                metadata: { labels: influxPods },
                spec: {
                    automountServiceAccountToken: false,
                    enableServiceLinks: false,
                    priorityClassName: priorities.data.name,
                    // The user `influxdb` of the image.
                    securityContext: {
                        ...restrictedPod(1000),
                        fsGroupChangePolicy: "OnRootMismatch",
                    },
                    tolerations: leavesDeadNode,
                    // What is in memory goes into files.
                    terminationGracePeriodSeconds: 60,
                    containers: [
                        {
                            name: INFLUXDB,
                            image: of.image,
                            imagePullPolicy: "IfNotPresent",
                            // The image's own entry point sets it up with passwords in variables.
                            command: ["influxd"],
                            env: variables(options),
                            ports: [{ name: "http", containerPort: influxPort }],
                            // It reads its index first.
                            startupProbe: asks(60),
                            readinessProbe: asks(3),
                            livenessProbe: asks(6),
                            resources: resources("100m", "512Mi", "1Gi"),
                            securityContext: restrictedContainer,
                            volumeMounts: [
                                { name: "data", mountPath: DATA },
                                { name: "tmp", mountPath: "/tmp" },
                            ],
                        },
                    ],
                    volumes: [{ name: "tmp", emptyDir: { sizeLimit: "256Mi" } }],
                },
            },
            volumeClaimTemplates: [
                {
                    metadata: { name: "data", labels: influxPods },
                    spec: volumeClaim(of.storageClass, of.size),
                },
            ],
        },
    };
}

/** A bucket, and the Secret of who writes and reads it. */
export interface InfluxBucket {
    readonly name: string;
    /** Days for which a point is kept; 0: for good. */
    readonly days: number;
    /** Secret with `username` and `password`. */
    readonly credentials: string;
    /** Which password this is; undefined while it was never renewed. */
    readonly revision: string | undefined;
}

/** What sets it up. */
export interface InfluxSetup {
    /** Image with Node. */
    readonly image: string;
    /** Secret with `username`, `password` and `token`. */
    readonly administrator: string;
    readonly buckets: readonly InfluxBucket[];
}

/** The program and what it sets up. */
export function setupFiles({ administrator, buckets }: InfluxSetup): Manifest {
    const file: InfluxFile = {
        url: influxUrl,
        organisation: ORGANISATION,
        first: "default",
        administrator: `${SECRETS}/${administrator}`,
        buckets: buckets.map(({ name, days, credentials }) => ({
            name,
            everySeconds: days * 86_400,
            credentials: `${SECRETS}/${credentials}`,
        })),
    };
    const data = {
        [PROGRAM]: fs.readFileSync(path.join(__dirname, PROGRAM), "utf8"),
        "package.json": JSON.stringify({ type: "module" }),
        "influxdb.json": JSON.stringify(file),
    };
    return {
        apiVersion: "v1",
        kind: "ConfigMap",
        metadata: { name: `${INFLUXDB}-setup-${contentDigest(data)}`, namespace: INFLUXDB },
        immutable: true,
        data,
    };
}

/** The Job, named after what it sets up: it cannot be changed, so another one takes its place. */
export function setupJob(of: InfluxSetup, files: Manifest): Manifest {
    const revisions = of.buckets.map(({ revision }) => revision ?? "");
    const secrets = [of.administrator, ...of.buckets.map(({ credentials }) => credentials)];
    return {
        apiVersion: "batch/v1",
        kind: "Job",
        metadata: {
            name: `${INFLUXDB}-setup-${contentDigest([of.image, files.data, revisions])}`,
            namespace: INFLUXDB,
        },
        spec: {
            backoffLimit: 6,
            activeDeadlineSeconds: 900,
            template: {
                metadata: { labels: influxSetupPods },
                spec: {
                    restartPolicy: "OnFailure",
                    priorityClassName: priorities.data.name,
                    automountServiceAccountToken: false,
                    enableServiceLinks: false,
                    securityContext: restrictedPod(1000),
                    containers: [
                        {
                            name: "setup",
                            image: of.image,
                            imagePullPolicy: "IfNotPresent",
                            command: ["node", `${FOLDER}/${PROGRAM}`, `${FOLDER}/influxdb.json`],
                            resources: resources("20m", "64Mi", "128Mi"),
                            securityContext: restrictedContainer,
                            volumeMounts: [
                                { name: "setup", mountPath: FOLDER, readOnly: true },
                                ...secrets.map((name) => ({
                                    name,
                                    mountPath: `${SECRETS}/${name}`,
                                    readOnly: true,
                                })),
                            ],
                        },
                    ],
                    volumes: [
                        { name: "setup", configMap: { name: files.metadata.name } },
                        ...secrets.map((name) => ({
                            name,
                            secret: { secretName: name, defaultMode: 0o440 },
                        })),
                    ],
                },
            },
        },
    };
}
