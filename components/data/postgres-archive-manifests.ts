/**
 * Where a database archives itself, as objects of the Barman plugin (plugin-barman-cloud v0.13.0:
 * api/v1/objectstore_types.go, web/docs). Pure.
 */
import { checksumVariables } from "../base/backup-target";
import { type ContainerResources, resources } from "../base/containers";
import type { Manifest } from "../base/object";
import type { AccessKey } from "../storage/bucket";

/** Name under which clusters and backups name the plugin. */
export const barmanPlugin = "barman-cloud.cloudnative-pg.io";

/** Where archives are: one store for all databases, in which each has its own folder. */
export interface ArchiveStore {
    /** Address of the S3 server. */
    readonly endpoint: string;
    readonly bucket: string;
    readonly region: string;
    /** Folder of all databases of the cluster; two clusters may share a bucket. */
    readonly folder: string;
    /** Secret of the database's namespace. */
    readonly accessKey: AccessKey;
    /** Secret and key of the authority of the server's certificate; absent for a public one. */
    readonly authority?: { readonly name: string; readonly key: string };
    /** How the server is to encrypt what it keeps. */
    readonly encryption?: "AES256" | "aws:kms";
    /** Whether the bucket takes only objects that come with a checksum. */
    readonly locked: boolean;
}

/** Days for which every minute can be restored. */
const DAYS = 30;

/**
 * What archives beside each instance: the upload of a base backup takes memory by its parts, not by
 * the size of the database.
 */
export const sidecarResources: ContainerResources = resources("30m", "128Mi", "512Mi");

/** Folder of a database's archive: each generation has its own. */
export function serverName(cluster: string, generation: number): string {
    return `${cluster}-${generation}`;
}

/** The store of one database, in its namespace. */
export function objectStore(name: string, namespace: string, store: ArchiveStore): Manifest {
    const { accessKey, authority, encryption } = store;
    const reference = (key: string) => ({ name: accessKey.secretName, key });
    const encrypted = encryption === undefined ? {} : { encryption };
    return {
        apiVersion: "barmancloud.cnpg.io/v1",
        kind: "ObjectStore",
        metadata: { name, namespace },
        spec: {
            configuration: {
                destinationPath: `s3://${store.bucket}/${store.folder}`,
                endpointURL: store.endpoint,
                ...(authority === undefined ? {} : { endpointCA: authority }),
                s3Credentials: {
                    accessKeyId: reference(accessKey.id),
                    secretAccessKey: reference(accessKey.secret),
                },
                // Fast, and in the image for both.
                wal: { compression: "lz4", maxParallel: 2, ...encrypted },
                data: { compression: "lz4", jobs: 2, ...encrypted },
            },
            retentionPolicy: `${DAYS}d`,
            instanceSidecarConfiguration: {
                resources: sidecarResources,
                env: [
                    { name: "AWS_DEFAULT_REGION", value: store.region },
                    ...checksumVariables(store.locked),
                ],
            },
        },
    };
}

/** The daily base backup, and one at once: without any, the archived log restores nothing. */
export function baseBackups(cluster: string, namespace: string): Manifest {
    return {
        apiVersion: "postgresql.cnpg.io/v1",
        kind: "ScheduledBackup",
        metadata: { name: cluster, namespace },
        spec: {
            // The first field is the second.
            schedule: "0 0 4 * * *",
            immediate: true,
            backupOwnerReference: "self",
            cluster: { name: cluster },
            method: "plugin",
            pluginConfiguration: { name: barmanPlugin },
        },
    };
}
