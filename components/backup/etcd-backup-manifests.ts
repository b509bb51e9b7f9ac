/** The job that takes snapshots of etcd, as objects (talos-backup v0.1.0-beta.3: pkg/config, pkg/s3). Pure. */
import { backupJob } from "../base/backup-job";
import { backupNamespace, checksumVariables } from "../base/backup-target";
import {
    resources,
    restrictedContainer,
    restrictedPod,
    secretVariable,
    variables,
} from "../base/containers";
import type { Manifest } from "../base/object";
import { priorities } from "../base/priority";
import type { Site } from "../site";

/** Name of everything: the namespace is the only one whose pods Talos answers. */
export const ETCD_BACKUP = backupNamespace;
export const etcdBackupLabels = { "app.kubernetes.io/name": ETCD_BACKUP } as const;
/** Secret with the talosconfig, which Talos writes for the ServiceAccount of its own kind. */
const TALOSCONFIG = "talos-backup-access";
/** Keys of the Secret of the target. */
export const targetKeys = {
    id: "AWS_ACCESS_KEY_ID",
    secret: "AWS_SECRET_ACCESS_KEY",
    authority: "ca.crt",
} as const;
const AUTHORITY_FOLDER = "/etc/backup-target";

/** What the job needs of the site: a target, and whose key opens the snapshots. */
export interface EtcdTarget extends NonNullable<Site["backup"]> {
    readonly ageRecipient: string;
    /** Name of the cluster, folder of its snapshots. */
    readonly cluster: string;
    /** Secret with the key of the target. */
    readonly secretName: string;
}

/**
 * What lets the pod ask Talos: the right to take a snapshot and nothing else. The kind is made by
 * Talos where its configuration allows it (siderolabs/talos v1.13.9: kubeaccess/serviceaccount).
 */
export function talosAccess(): Manifest {
    return {
        apiVersion: "talos.dev/v1alpha1",
        kind: "ServiceAccount",
        metadata: { name: TALOSCONFIG, namespace: ETCD_BACKUP },
        spec: { roles: ["os:etcd:backup"] },
    };
}

function environment(target: EtcdTarget): object[] {
    const { endpoint, bucket, region, cluster, ageRecipient, authority } = target;
    const plain: Readonly<Record<string, string>> = {
        CUSTOM_S3_ENDPOINT: endpoint,
        BUCKET: bucket,
        AWS_REGION: region,
        CLUSTER_NAME: cluster,
        S3_PREFIX: `${cluster}/etcd`,
        AGE_X25519_PUBLIC_KEY: ageRecipient,
        // The program takes "false" for yes (pkg/config/service.go): buckets are in the path.
        USE_PATH_STYLE: "false",
        ...(authority === undefined
            ? {}
            : { AWS_CA_BUNDLE: `${AUTHORITY_FOLDER}/${targetKeys.authority}` }),
    };
    return [
        ...variables(plain),
        ...checksumVariables(target.objectLock !== undefined),
        ...[targetKeys.id, targetKeys.secret].map((name) =>
            secretVariable(name, target.secretName, name),
        ),
    ];
}

/** The job. A snapshot is on disk twice for a moment, plain and encrypted; etcd holds at most 2 GiB. */
export function snapshotJob(image: string, target: EtcdTarget): Manifest {
    const { authority, secretName } = target;
    const base = resources("20m", "128Mi", "512Mi");
    const isPrivate = authority !== undefined;
    return backupJob({
        name: ETCD_BACKUP,
        namespace: ETCD_BACKUP,
        // Apart from the backups of namespaces, which are made at a quarter past.
        schedule: "45 */6 * * *",
        seconds: 1800,
        labels: etcdBackupLabels,
        pod: {
            restartPolicy: "Never",
            automountServiceAccountToken: false,
            priorityClassName: priorities.platform.name,
            securityContext: restrictedPod(1000),
            containers: [
                {
                    name: ETCD_BACKUP,
                    image,
                    imagePullPolicy: "IfNotPresent",
                    command: ["/talos-backup"],
                    workingDir: "/tmp",
                    env: environment(target),
                    resources: {
                        requests: { ...base.requests, "ephemeral-storage": "1Gi" },
                        limits: { ...base.limits, "ephemeral-storage": "6Gi" },
                    },
                    securityContext: restrictedContainer,
                    volumeMounts: [
                        { name: "tmp", mountPath: "/tmp" },
                        {
                            name: "talosconfig",
                            mountPath: "/var/run/secrets/talos.dev",
                            readOnly: true,
                        },
                        ...(isPrivate
                            ? [
                                  {
                                      name: "authority",
                                      mountPath: AUTHORITY_FOLDER,
                                      readOnly: true,
                                  },
                              ]
                            : []),
                    ],
                },
            ],
            volumes: [
                { name: "tmp", emptyDir: { sizeLimit: "5Gi" } },
                { name: "talosconfig", secret: { secretName: TALOSCONFIG } },
                ...(isPrivate
                    ? [
                          {
                              name: "authority",
                              secret: {
                                  secretName,
                                  items: [
                                      {
                                          key: targetKeys.authority,
                                          path: targetKeys.authority,
                                      },
                                  ],
                              },
                          },
                      ]
                    : []),
            ],
        },
    });
}
