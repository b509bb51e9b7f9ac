/**
 * Snapshots of OpenBao outside of the cluster, as objects (openbao v2.6.2: command/
 * operator_raft_snapshot_save.go; docker-volume-backup v2.48.2: cmd/backup). Pure.
 */
import { backupJob } from "../base/backup-job";
import { backupPeriods } from "../base/backup-tier";
import { resources, restrictedContainer, restrictedPod, secretVariable } from "../base/containers";
import type { Manifest } from "../base/object";
import { priorities } from "../base/priority";
import type { Site } from "../site";
import {
    openBaoHost,
    openBaoName,
    openBaoPorts,
    snapshotRole,
    tokenVolume,
} from "./openbao-configuration";

/** Name of the job, and of the folder of snapshots below that of the cluster. */
export const SNAPSHOTS = "openbao-snapshot";

/** Labels of its pods. */
export const snapshotPods = {
    "app.kubernetes.io/name": openBaoName,
    "app.kubernetes.io/component": "snapshot",
} as const;

/** Keys of the Secret of the target. */
export const snapshotTargetKeys = {
    id: "AWS_ACCESS_KEY_ID",
    secret: "AWS_SECRET_ACCESS_KEY",
    authority: "ca.crt",
} as const;

/** Where snapshots go, and whose key opens them. */
export interface SnapshotTarget extends NonNullable<Site["backup"]> {
    readonly ageRecipient: string;
    /** Name of the cluster, folder of what is its. */
    readonly cluster: string;
}

/** What the job is made of. */
export interface SnapshotJob {
    readonly target: SnapshotTarget;
    readonly images: { readonly openBao: string; readonly backup: string };
    /** Secret with the authority of the servers in `ca.crt`. */
    readonly certificate: string;
    /** Secret with the key of the target. */
    readonly secretName: string;
    /** GiB of a member's volume: a snapshot is never larger. */
    readonly size: number;
}

/**
 * Where snapshots go: undefined without a target outside.
 *
 * @throws Error for a target without a recipient, which the settings have refused before
 */
export function snapshotTarget({ backup, cluster }: Site): SnapshotTarget | undefined {
    if (backup === undefined) {
        return undefined;
    }
    const { ageRecipient } = backup;
    if (ageRecipient === undefined) {
        throw new Error("openBao is built with a target of backups and no recipient of age");
    }
    return { ...backup, ageRecipient, cluster: cluster.name };
}

/**
 * Signs on, and asks the active member: the others would pass a stream on that they cut off. The
 * program itself compares the checksums in what it got, and leaves no file where they differ.
 */
export const snapshotScript = `set -eu
token=$(bao write -field=token auth/kubernetes/login role=${snapshotRole.name} jwt=@/token/token)
active=$(bao read -field=leader_address sys/leader)
[ -n "$active" ] || { echo "No member of OpenBao is the active one." >&2; exit 1; }
BAO_ADDR="$active" BAO_TOKEN="$token" bao operator raft snapshot save /backup/openbao.snap
[ -s /backup/openbao.snap ]
`;

/**
 * The place of the target, in the words of minio-go: a host with its port, and the rest apart. It
 * asks the target for the region of the bucket, and sends a checksum that object lock takes.
 */
function targetVariables(target: SnapshotTarget): Readonly<Record<string, string>> {
    const { endpoint, bucket, cluster, ageRecipient, authority } = target;
    return {
        AWS_ENDPOINT: new URL(endpoint).host,
        AWS_ENDPOINT_PROTO: new URL(endpoint).protocol.replace(":", ""),
        AWS_S3_BUCKET_NAME: bucket,
        AWS_S3_PATH: `${cluster}/openbao`,
        AGE_PUBLIC_KEYS: ageRecipient,
        // A snapshot is compressed already.
        BACKUP_COMPRESSION: "none",
        BACKUP_FILENAME: "openbao-%Y-%m-%dT%H-%M-%SZ.tar",
        BACKUP_SOURCES: "/backup",
        ...(authority === undefined
            ? {}
            : { SSL_CERT_FILE: `/target/${snapshotTargetKeys.authority}` }),
    };
}

function container(name: string, image: string, command: readonly string[], gibibytes: number) {
    const base = resources("20m", "64Mi", "256Mi");
    return {
        name,
        image,
        imagePullPolicy: "IfNotPresent",
        command,
        resources: {
            requests: { ...base.requests, "ephemeral-storage": "1Gi" },
            limits: { ...base.limits, "ephemeral-storage": `${gibibytes}Gi` },
        },
        securityContext: restrictedContainer,
    };
}

/** One pod that takes a snapshot, and then encrypts and stores it; plain it lies in that pod alone. */
function podSpec({ target, images, certificate, secretName, size }: SnapshotJob) {
    const variables = Object.entries(targetVariables(target));
    const isPrivate = target.authority !== undefined;
    const { id, secret, authority } = snapshotTargetKeys;
    return {
        restartPolicy: "Never",
        serviceAccountName: snapshotRole.serviceAccount,
        automountServiceAccountToken: false,
        enableServiceLinks: false,
        priorityClassName: priorities.platform.name,
        securityContext: restrictedPod(100, 1000),
        initContainers: [
            {
                ...container(
                    "snapshot",
                    images.openBao,
                    ["/bin/sh", "-c", snapshotScript],
                    size + 1,
                ),
                env: [
                    { name: "BAO_ADDR", value: `https://${openBaoHost}:${openBaoPorts.api}` },
                    { name: "BAO_CACERT", value: "/authority/ca.crt" },
                    { name: "HOME", value: "/tmp" },
                ],
                volumeMounts: [
                    { name: "authority", mountPath: "/authority", readOnly: true },
                    { name: "token", mountPath: "/token", readOnly: true },
                    { name: "snapshot", mountPath: "/backup" },
                    { name: "scratch", mountPath: "/tmp" },
                ],
            },
        ],
        containers: [
            {
                ...container("store", images.backup, ["/usr/bin/backup"], 3 * size + 1),
                env: [
                    ...variables.map(([name, value]) => ({ name, value })),
                    ...[id, secret].map((name) => secretVariable(name, secretName, name)),
                ],
                volumeMounts: [
                    { name: "snapshot", mountPath: "/backup", readOnly: true },
                    { name: "scratch", mountPath: "/tmp" },
                    { name: "lock", mountPath: "/var/lock" },
                    ...(isPrivate
                        ? [{ name: "target", mountPath: "/target", readOnly: true }]
                        : []),
                ],
            },
        ],
        volumes: [
            { name: "authority", secret: { secretName: certificate, items: [caFile] } },
            tokenVolume,
            { name: "snapshot", emptyDir: { sizeLimit: `${size}Gi` } },
            // The archive twice for a moment, plain and encrypted.
            { name: "scratch", emptyDir: { sizeLimit: `${2 * size}Gi` } },
            { name: "lock", emptyDir: { sizeLimit: "1Mi" } },
            ...(isPrivate
                ? [
                      {
                          name: "target",
                          secret: { secretName, items: [{ key: authority, path: authority }] },
                      },
                  ]
                : []),
        ],
    };
}

const caFile = { key: "ca.crt", path: "ca.crt" };

/** The ServiceAccount of the job; OpenBao knows it, the API server gives it nothing. */
export const snapshotAccount: Manifest = {
    apiVersion: "v1",
    kind: "ServiceAccount",
    metadata: { name: snapshotRole.serviceAccount, namespace: openBaoName },
    automountServiceAccountToken: false,
};

/** Hours between two snapshots: those of the tier of the namespace. */
export const SNAPSHOT_HOURS = backupPeriods[0]?.hours ?? 6;

/** The job. */
export function snapshotJob(of: SnapshotJob): Manifest {
    return backupJob({
        name: SNAPSHOTS,
        namespace: openBaoName,
        // Between the backups of namespaces and the snapshots of etcd.
        schedule: `30 */${SNAPSHOT_HOURS} * * *`,
        seconds: 1800,
        labels: snapshotPods,
        pod: podSpec(of),
    });
}
