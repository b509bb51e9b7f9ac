/** A stack that backs everything up, in parts that tests replace. */
import type { Parts } from "./change";
import { type Inputs, object, platform, resource, type Resource, standardLabels } from "./harness";
import { namespace } from "./objects";
import { soundSite } from "./sound-parts";

/** An object with the labels that every object has. */
export function within(
    space: string | undefined,
    apiVersion: string,
    kind: string,
    name: string,
    rest: Inputs,
): Resource {
    const metadata = { name, namespace: space, labels: standardLabels };
    return object({ apiVersion, kind, metadata, ...rest });
}

/** A workload with one container. */
export function running(
    space: string,
    kind: string,
    name: string,
    container: Inputs,
    pod: Inputs = {},
): Resource {
    const labels = { "app.kubernetes.io/name": name };
    const spec = { containers: [{ name, ...container }], ...pod };
    return within(space, "apps/v1", kind, name, {
        spec: {
            selector: { matchLabels: labels },
            template: { metadata: { labels }, spec },
        },
    });
}

/** A job with one container, on a schedule. */
export function scheduled(
    space: string,
    name: string,
    schedule: string,
    container: Inputs,
    pod: Inputs = {},
): Resource {
    return within(space, "batch/v1", "CronJob", name, {
        spec: {
            schedule,
            jobTemplate: {
                spec: { template: { spec: { containers: [{ name, ...container }], ...pod } } },
            },
        },
    });
}

function schedule(name: string, expression: string, ttl: string): Resource {
    return within("velero", "velero.io/v1", "Schedule", name, {
        spec: {
            schedule: expression,
            template: { ttl, includedNamespaces: ["apps"], storageLocation: "away" },
        },
    });
}

const VELERO = "docker.io/velero/velero:v1.18.1";

/** Velero with three tiers, and a claim to back up. */
export const veleroParts: Parts = {
    platform: platform({ ...soundSite, virtualIp: "192.168.68.100" }),
    namespace: namespace("apps"),
    server: running("velero", "Deployment", "velero", {
        image: VELERO,
        args: ["server", "--features=EnableCSI", "--default-snapshot-move-data=true"],
    }),
    agent: running("velero", "DaemonSet", "node-agent", { image: VELERO, args: ["node-agent"] }),
    tier0: schedule("tier-0", "0 */6 * * *", "168h"),
    tier1: schedule("tier-1", "30 1 * * *", "720h0m0s"),
    tier2: schedule("tier-2", "@weekly", "2160h"),
    away: within("velero", "velero.io/v1", "BackupStorageLocation", "away", {
        spec: {
            provider: "aws",
            objectStorage: { bucket: "backups" },
            config: { s3Url: "https://s3.backup.example.org", region: "eu" },
        },
    }),
    component: resource("platform:base:GeneratedSecret", "velero-repo-credentials", {
        keys: ["repository-password"],
    }),
    class: within(undefined, "storage.k8s.io/v1", "StorageClass", "block", {
        provisioner: "rook-ceph.rbd.csi.ceph.com",
    }),
    snapshots: within(undefined, "snapshot.storage.k8s.io/v1", "VolumeSnapshotClass", "block", {
        driver: "rook-ceph.rbd.csi.ceph.com",
    }),
    claim: within("apps", "v1", "PersistentVolumeClaim", "data", {
        spec: { storageClassName: "block", resources: { requests: { storage: "1Gi" } } },
    }),
};

const SECRET = "velero-repo-credentials";

/** The Secret with the password of the repositories. */
export const repositoryPassword: Resource = {
    ...within("velero", "v1", "Secret", SECRET, {
        stringData: { "repository-password": "generated" },
    }),
    parent: veleroParts.component?.urn,
};

/** A database with its archive and its base backups. */
export const databaseParts: Parts = {
    store: within("apps", "barmancloud.cnpg.io/v1", "ObjectStore", "db", {
        spec: {
            retentionPolicy: "30d",
            configuration: {
                destinationPath: "s3://databases/",
                endpointURL: "https://s3.backup.example.org",
            },
        },
    }),
    database: within("apps", "postgresql.cnpg.io/v1", "Cluster", "db", {
        spec: {
            instances: 3,
            storage: { size: "1Gi", storageClass: "block" },
            plugins: [
                {
                    name: "barman-cloud.cloudnative-pg.io",
                    isWALArchiver: true,
                    parameters: { barmanObjectName: "db" },
                },
            ],
        },
    }),
    base: within("apps", "postgresql.cnpg.io/v1", "ScheduledBackup", "db", {
        spec: {
            schedule: "0 0 2 * * *",
            cluster: { name: "db" },
            method: "plugin",
            pluginConfiguration: { name: "barman-cloud.cloudnative-pg.io" },
        },
    }),
};

/** Snapshots of etcd. */
export const snapshotJob: Resource = scheduled("talos-backup", "etcd", "0 */6 * * *", {
    image: "ghcr.io/siderolabs/talos-backup:v0.1.0-beta.3",
    env: [
        { name: "CUSTOM_S3_ENDPOINT", value: "https://s3.backup.example.org" },
        {
            name: "AGE_X25519_PUBLIC_KEY",
            value: "age1khpnnl86pzx96ttyjmldptsl5yn2v9jgmmzcjcufvk00",
        },
    ],
});
