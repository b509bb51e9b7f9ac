/** The objects of Authelia v4.39.20. Pure. */
import { createHash } from "node:crypto";
import { spread } from "../base/availability";
import { resources, restrictedContainer, restrictedPod } from "../base/containers";
import type { Manifest } from "../base/object";
import { priorities } from "../base/priority";
import { autheliaFolders, autheliaPorts, secretFiles } from "./authelia-configuration";

/** Name of the Deployment, the Service and the ConfigMap. */
export const name = "authelia";

/** Labels of the pods; they are selected by them, so they never change. */
export const autheliaLabels = {
    "app.kubernetes.io/name": name,
    "app.kubernetes.io/component": "server",
} as const;

/** A key of a Secret, and the file that it becomes. */
export interface SecretFile {
    readonly secret: string;
    readonly key: string;
    readonly file: string;
}

/** What the objects need to know. */
export interface AutheliaObjects {
    readonly namespace: string;
    /** Image, as a pod names it. */
    readonly image: string;
    readonly replicas: number;
    /** Content of the configuration. */
    readonly configuration: string;
    /** Files below `/secrets`. */
    readonly secrets: readonly SecretFile[];
    /** Secret with the `ca.crt` of the internal authority. */
    readonly authority: string;
    /** Whether codes are written to a file, because no mail is sent. */
    readonly writesNotifications: boolean;
}

/** What Authelia reads. */
export function configMap({ namespace, configuration }: AutheliaObjects): Manifest {
    return {
        apiVersion: "v1",
        kind: "ConfigMap",
        metadata: { name, namespace },
        data: { "configuration.yml": configuration },
    };
}

/** A variable for each secret that is there, and how the configuration is read. */
function environment({ secrets }: AutheliaObjects): object[] {
    const files = new Set(secrets.map(({ file }) => file));
    const { configuration, secrets: folder } = autheliaFolders;
    return [
        { name: "X_AUTHELIA_CONFIG", value: `${configuration}/configuration.yml` },
        { name: "X_AUTHELIA_CONFIG_FILTERS", value: "template" },
        ...Object.values(secretFiles)
            .filter(([, file]) => files.has(file))
            .map(([variable, file]) => ({
                name: `AUTHELIA_${variable}_FILE`,
                value: `${folder}/${file}`,
            })),
    ];
}

/** The Secrets in one folder. */
function secretVolume({ secrets }: AutheliaObjects): object {
    const names = [...new Set(secrets.map(({ secret }) => secret))];
    return {
        name: "secrets",
        projected: {
            defaultMode: 0o440,
            sources: names.map((secret) => ({
                secret: {
                    name: secret,
                    items: secrets
                        .filter((each) => each.secret === secret)
                        .map(({ key, file }) => ({ key, path: file })),
                },
            })),
        },
    };
}

/** It is up as soon as it listens; what it asks of others has time-outs of its own. */
function probe(failureThreshold: number, periodSeconds: number) {
    return {
        httpGet: { path: "/api/health", port: "http" },
        periodSeconds,
        timeoutSeconds: 5,
        failureThreshold,
    };
}

/** The servers: sessions are in Redis, everything else in the database. */
export function deployment(of: AutheliaObjects): Manifest {
    const { namespace, image, replicas, configuration, authority } = of;
    const { secrets, authorities, notifications } = autheliaFolders;
    const notes = of.writesNotifications
        ? [{ name: "notifications", mountPath: notifications }]
        : [];
    return {
        apiVersion: "apps/v1",
        kind: "Deployment",
        metadata: { name, namespace },
        spec: {
            replicas,
            selector: { matchLabels: autheliaLabels },
            strategy: { type: "RollingUpdate", rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } },
            template: {
                metadata: {
                    labels: autheliaLabels,
                    annotations: {
                        // It reads its configuration once.
                        "platform/configuration": createHash("sha256")
                            .update(configuration)
                            .digest("hex")
                            .slice(0, 16),
                    },
                },
                spec: {
                    priorityClassName: priorities.platform.name,
                    automountServiceAccountToken: false,
                    // Kubernetes' own variables for the Service would be called AUTHELIA_PORT and so on.
                    enableServiceLinks: false,
                    securityContext: restrictedPod(1000),
                    topologySpreadConstraints: spread(autheliaLabels),
                    terminationGracePeriodSeconds: 30,
                    containers: [
                        {
                            name,
                            image,
                            // The entrypoint of the image changes owners, for which it would be root.
                            command: ["/app/authelia"],
                            env: environment(of),
                            ports: [
                                { name: "http", containerPort: autheliaPorts.http },
                                { name: "metrics", containerPort: autheliaPorts.metrics },
                            ],
                            // The database may have lost its primary a moment ago.
                            startupProbe: probe(60, 3),
                            readinessProbe: probe(3, 10),
                            livenessProbe: probe(3, 30),
                            // New requests still come until every proxy knows that it goes.
                            lifecycle: { preStop: { sleep: { seconds: 5 } } },
                            resources: resources("50m", "96Mi", "256Mi"),
                            securityContext: restrictedContainer,
                            volumeMounts: [
                                {
                                    name: "configuration",
                                    mountPath: autheliaFolders.configuration,
                                    readOnly: true,
                                },
                                { name: "secrets", mountPath: secrets, readOnly: true },
                                { name: "authority", mountPath: authorities, readOnly: true },
                                ...notes,
                            ],
                        },
                    ],
                    volumes: [
                        { name: "configuration", configMap: { name } },
                        secretVolume(of),
                        {
                            name: "authority",
                            secret: {
                                secretName: authority,
                                items: [{ key: "ca.crt", path: "internal.crt" }],
                            },
                        },
                        ...notes.map((note) => ({
                            name: note.name,
                            emptyDir: { sizeLimit: "16Mi" },
                        })),
                    ],
                },
            },
        },
    };
}

/** Where the proxies ask, and where people sign on. */
export function service(namespace: string): Manifest {
    return {
        apiVersion: "v1",
        kind: "Service",
        metadata: { name, namespace },
        spec: {
            selector: autheliaLabels,
            ports: [
                { name: "http", port: autheliaPorts.http, targetPort: "http", protocol: "TCP" },
            ],
        },
    };
}

/** Lets the policies of a namespace send their questions to the Service. */
export function referenceGrant(namespace: string, from: string): Manifest {
    return {
        apiVersion: "gateway.networking.k8s.io/v1beta1",
        kind: "ReferenceGrant",
        metadata: { name: `policies-of-${from}`, namespace },
        spec: {
            from: [{ group: "gateway.envoyproxy.io", kind: "SecurityPolicy", namespace: from }],
            to: [{ group: "", kind: "Service", name }],
        },
    };
}
