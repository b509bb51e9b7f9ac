/** The objects of Audiobookshelf 2.36.0, which has no chart. Pure. */
import * as fs from "node:fs";
import * as path from "node:path";
import { leavesDeadNode } from "../base/availability";
import { contentDigest } from "../base/content-digest";
import { resources, restrictedContainer, restrictedPod } from "../base/containers";
import type { Manifest } from "../base/object";
import { priorities } from "../base/priority";
import type { VolumeCheck } from "../base/restore-check";
import { previousKey } from "../base/secret";

/** Name of everything. */
export const AUDIOBOOKSHELF = "audiobookshelf";
/** Labels of the pod; it is selected by them, so they never change. */
export const audiobookshelfPods = { "app.kubernetes.io/name": AUDIOBOOKSHELF } as const;
/** Not the image's 80, which only root may open everywhere. */
export const audiobookshelfPort = 8080;
/** Key of the administrator's password. */
export const PASSWORD = "password";

const SCRIPT = "audiobookshelf_sign_on.mjs";
const AUTHORITY = "/etc/platform-authority";
const VOLUMES = { config: "/config", metadata: "/metadata", media: "/media" } as const;

type Volume = keyof typeof VOLUMES;

/** Labels of a claim: whoever restores tells them apart. */
const claimLabels = (volume: Volume) => ({
    ...audiobookshelfPods,
    "app.kubernetes.io/component": volume,
});

/** How a file of SQLite begins (www.sqlite.org/fileformat.html, 1.3.1). */
const SQLITE = Buffer.from("SQLite format 3\0", "latin1").toString("hex");

/** What a restored copy must hold; books and podcasts are the people's, and may be none. */
export const audiobookshelfChecks: readonly VolumeCheck[] = [
    {
        claims: claimLabels("config"),
        files: [{ path: "absdatabase.sqlite", bytes: 4096, begins: SQLITE }],
    },
    // Its own log of each day.
    { claims: claimLabels("metadata"), files: [{ path: "logs/daily/*.txt", bytes: 0 }] },
];

/** What the objects need to know. */
export interface AudiobookshelfObjects {
    readonly image: string;
    /** GiB of each volume. */
    readonly sizes: Readonly<Record<Volume, number>>;
    readonly classes: { readonly block: string; readonly filesystem: string };
    /** Secret with the administrator's password. */
    readonly administrator: string;
    /** Secret with `client-secret`. */
    readonly client: string;
    /** What it is told of the provider. */
    readonly settings: Readonly<Record<string, unknown>>;
    /** Secret with the `ca.crt` of the provider; undefined where every program trusts it. */
    readonly authority: string | undefined;
}

/** What prepares the server, as the pod mounts it. */
export function signOnScript(): Manifest {
    const file = path.join(__dirname, "scripts", SCRIPT);
    return {
        apiVersion: "v1",
        kind: "ConfigMap",
        metadata: { name: `${AUDIOBOOKSHELF}-sign-on`, namespace: AUDIOBOOKSHELF },
        data: { [SCRIPT]: fs.readFileSync(file, "utf8") },
    };
}

/** Its name inside, for the route. */
export const audiobookshelfService: Manifest = {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name: AUDIOBOOKSHELF, namespace: AUDIOBOOKSHELF },
    spec: {
        selector: audiobookshelfPods,
        ports: [{ name: "http", port: audiobookshelfPort, targetPort: "http" }],
    },
};

const fromSecret = (name: string, secret: string, key: string, optional = false) => ({
    name,
    valueFrom: { secretKeyRef: { name: secret, key, ...(optional ? { optional } : {}) } },
});

const asks = (failureThreshold: number) => ({
    httpGet: { path: "/healthcheck", port: "http" },
    periodSeconds: 10,
    timeoutSeconds: 5,
    failureThreshold,
});

function claim(
    volume: Volume,
    { sizes, classes }: Pick<AudiobookshelfObjects, "sizes" | "classes">,
): object {
    const shared = volume === "media";
    return {
        metadata: { name: volume, labels: claimLabels(volume) },
        spec: {
            accessModes: [shared ? "ReadWriteMany" : "ReadWriteOnce"],
            storageClassName: shared ? classes.filesystem : classes.block,
            resources: { requests: { storage: `${sizes[volume]}Gi` } },
        },
    };
}

/**
 * The server: one pod, because SQLite has one writer. A StatefulSet never runs a second beside a
 * first that may still write, on a node that nobody hears of.
 */
export function audiobookshelfServer(of: AudiobookshelfObjects): Manifest {
    const { image, administrator, client, settings, authority } = of;
    const shared = {
        image,
        imagePullPolicy: "IfNotPresent",
        securityContext: restrictedContainer,
        resources: resources("50m", "256Mi", "1Gi"),
        volumeMounts: [
            ...Object.entries(VOLUMES).map(([name, mountPath]) => ({ name, mountPath })),
            { name: "tmp", mountPath: "/tmp" },
            ...(authority === undefined
                ? []
                : [{ name: "authority", mountPath: AUTHORITY, readOnly: true }]),
        ],
    };
    const environment = [
        { name: "PORT", value: String(audiobookshelfPort) },
        ...(authority === undefined
            ? []
            : [{ name: "NODE_EXTRA_CA_CERTS", value: `${AUTHORITY}/ca.crt` }]),
    ];
    return {
        apiVersion: "apps/v1",
        kind: "StatefulSet",
        metadata: { name: AUDIOBOOKSHELF, namespace: AUDIOBOOKSHELF },
        spec: {
            replicas: 1,
            serviceName: AUDIOBOOKSHELF,
            selector: { matchLabels: audiobookshelfPods },
            template: {
                metadata: {
                    labels: audiobookshelfPods,
                    // The script is read at the start alone.
                    annotations: { "platform/script": contentDigest(signOnScript().data) },
                },
                spec: {
                    automountServiceAccountToken: false,
                    enableServiceLinks: false,
                    priorityClassName: priorities.app.name,
                    // The user `node` of the image.
                    securityContext: {
                        ...restrictedPod(1000),
                        // Thousands of files are looked at only if the first has another owner.
                        fsGroupChangePolicy: "OnRootMismatch",
                    },
                    tolerations: leavesDeadNode,
                    terminationGracePeriodSeconds: 30,
                    initContainers: [
                        {
                            name: "sign-on",
                            ...shared,
                            command: ["node", `/scripts/${SCRIPT}`],
                            env: [
                                ...environment,
                                fromSecret("ROOT_PASSWORD", administrator, PASSWORD),
                                fromSecret(
                                    "PREVIOUS_ROOT_PASSWORD",
                                    administrator,
                                    previousKey(PASSWORD),
                                    true,
                                ),
                                fromSecret("CLIENT_SECRET", client, "client-secret"),
                                { name: "SETTINGS", value: JSON.stringify(settings) },
                            ],
                            volumeMounts: [
                                ...shared.volumeMounts,
                                { name: "scripts", mountPath: "/scripts", readOnly: true },
                            ],
                        },
                    ],
                    containers: [
                        {
                            name: AUDIOBOOKSHELF,
                            ...shared,
                            env: environment,
                            ports: [{ name: "http", containerPort: audiobookshelfPort }],
                            // An upgrade changes the tables first.
                            startupProbe: asks(60),
                            readinessProbe: asks(3),
                            livenessProbe: asks(6),
                        },
                    ],
                    volumes: [
                        { name: "tmp", emptyDir: { sizeLimit: "1Gi" } },
                        { name: "scripts", configMap: { name: `${AUDIOBOOKSHELF}-sign-on` } },
                        ...(authority === undefined
                            ? []
                            : [
                                  {
                                      name: "authority",
                                      secret: {
                                          secretName: authority,
                                          items: [{ key: "ca.crt", path: "ca.crt" }],
                                      },
                                  },
                              ]),
                    ],
                },
            },
            volumeClaimTemplates: (Object.keys(VOLUMES) as Volume[]).map((volume) =>
                claim(volume, of),
            ),
        },
    };
}
