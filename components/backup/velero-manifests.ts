/** Where Velero writes, when, and how its pods work, as objects (velero v1.18.1: pkg/apis, pkg/types). Pure. */
import { dataMoverAnnotation } from "../../operators/backup";
import type { BackupPeriod, BackupTier } from "../base/backup-tier";
import type { Manifest } from "../base/object";
import { priorities } from "../base/priority";

/** Name of everything that is the chart's: its namespace, the server, the ServiceAccount. */
export const VELERO = "velero";

/** ConfigMaps that flags of the server and of the agents name. */
export const configurations = {
    agent: "velero-node-agent",
    repository: "velero-repository",
} as const;

/** Labels of the pods that move the data of volumes. */
export const dataMoverLabels = { "app.kubernetes.io/component": "data-mover" } as const;

/** Resources of the pods that Velero makes, as its configuration has them; `0` is no limit. */
export const dataMoverResources = {
    cpuRequest: "50m",
    cpuLimit: "0",
    memoryRequest: "256Mi",
    memoryLimit: "1Gi",
    ephemeralStorageRequest: "512Mi",
    ephemeralStorageLimit: "4Gi",
} as const;

/** What the agents are told (pkg/types/node_agent.go). */
const agents = {
    loadConcurrency: { globalConfig: 1, prepareQueueLength: 2 },
    podResources: dataMoverResources,
    podLabels: dataMoverLabels,
    priorityClassName: priorities.data.name,
} as const;

/** A target, as Velero's plugin for S3 has it. */
export interface BackupLocation {
    /** `outside`, or `inside` the cluster where the site names no other. */
    readonly name: "outside" | "inside";
    readonly endpoint: string;
    readonly bucket: string;
    readonly region: string;
    /** Folder of the cluster; two clusters may share a bucket. */
    readonly prefix: string;
    /** Secret with a credentials file; absent where variables of the pods have the key. */
    readonly credentials?: { readonly name: string; readonly key: string };
    /** Secret with the authority of the server's certificate; absent for a public one. */
    readonly authority?: { readonly name: string; readonly key: string };
    readonly encryption?: "AES256" | "aws:kms";
    /** Whether the bucket takes only objects that come with a checksum. */
    readonly locked: boolean;
}

/** The location, which Velero checks every minute; the update waits until it is available. */
export function backupLocation(location: BackupLocation): Manifest {
    const { name, endpoint, bucket, region, prefix, encryption, locked } = location;
    return {
        apiVersion: "velero.io/v1",
        kind: "BackupStorageLocation",
        metadata: {
            name,
            namespace: VELERO,
            annotations: {
                "pulumi.com/waitFor": "jsonpath={.status.phase}=Available",
                [dataMoverAnnotation]: JSON.stringify(agents),
            },
        },
        spec: {
            provider: "aws",
            default: true,
            accessMode: "ReadWrite",
            ...(location.credentials === undefined ? {} : { credential: location.credentials }),
            objectStorage: {
                bucket,
                prefix,
                ...(location.authority === undefined ? {} : { caCertRef: location.authority }),
            },
            config: {
                region,
                s3Url: endpoint,
                s3ForcePathStyle: "true",
                // Not every S3 server knows the one that the plugin adds; an empty one is none.
                checksumAlgorithm: locked ? "CRC32" : "",
                ...(encryption === undefined ? {} : { serverSideEncryption: encryption }),
            },
        },
    };
}

/** Name of the Schedule of a tier. */
export function scheduleName(tier: BackupTier): string {
    return `tier-${tier}`;
}

/**
 * The Schedule of a tier: all objects of its namespaces, and the data of their volumes, from a
 * snapshot of one moment.
 */
export function backupSchedule(
    { tier, schedule, days }: BackupPeriod,
    namespaces: readonly string[],
    location: string,
): Manifest {
    return {
        apiVersion: "velero.io/v1",
        kind: "Schedule",
        metadata: { name: scheduleName(tier), namespace: VELERO },
        spec: {
            schedule,
            // Backups outlive a Schedule that is deleted by mistake.
            useOwnerReferencesInBackup: false,
            template: {
                storageLocation: location,
                ttl: `${days * 24}h0m0s`,
                includedNamespaces: [...namespaces],
                snapshotVolumes: true,
                snapshotMoveData: true,
                defaultVolumesToFsBackup: false,
                // A snapshot of a large volume may take its time; the default is ten minutes.
                csiSnapshotTimeout: "20m0s",
                itemOperationTimeout: "4h0m0s",
            },
        },
    };
}

/** How the agents work: one volume on each node, and two prepared at a time. */
export function agentConfiguration(): Manifest {
    return {
        apiVersion: "v1",
        kind: "ConfigMap",
        metadata: { name: configurations.agent, namespace: VELERO },
        data: { "configuration.json": JSON.stringify(agents) },
    };
}

/** How much of a repository Kopia keeps at hand, in MiB: within the disk that its pods may fill. */
const CACHE = 1024;

/** How repositories are made (pkg/repository/udmrepo/repo_options.go). */
export function repositoryConfiguration(): Manifest {
    return {
        apiVersion: "v1",
        kind: "ConfigMap",
        metadata: { name: configurations.repository, namespace: VELERO },
        data: { kopia: JSON.stringify({ cacheLimitMB: CACHE }) },
    };
}
