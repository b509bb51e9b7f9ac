import * as pulumi from "@pulumi/pulumi";
import { databaseLabels } from "../../operators/cloudnative-pg-labels";
import type { Exception } from "../base/exceptions";
import type { Foundation } from "../base/foundation";
import type { Namespace } from "../base/namespace";
import type { KubernetesObject } from "../base/object";
import { Part } from "../base/part";
import { Bucket } from "../storage/bucket";
import type { Storage } from "../storage/ceph-cluster";
import type { ArchiveSettings } from "./archive-settings";
import { archiveFolder, archiveOutside } from "./archive-target";
import type { DatabaseArchiver } from "./barman-cloud";
import {
    type ArchiveStore,
    barmanPlugin,
    baseBackups,
    objectStore,
    serverName,
} from "./postgres-archive-manifests";

/** Arguments of {@link PostgresArchive}. */
export interface PostgresArchiveArgs extends Foundation {
    /** Namespace of the database. */
    readonly namespace: Namespace;
    readonly archiver: DatabaseArchiver;
    /** Takes the archive where the site has no target outside. */
    readonly storage: Pick<Storage, "objectStore" | "objectStoreHost" | "ready">;
    readonly settings: ArchiveSettings;
    /** Size of each instance's data volume in GiB. */
    readonly size: number;
    /** Size of each instance's volume for the write-ahead log in GiB. */
    readonly walSize: number;
}

/** Fields of a Cluster that follow from its archive. */
interface ArchivedFields {
    readonly plugins: readonly object[];
    readonly externalClusters?: readonly object[];
}

/**
 * What a stack may do that is not protected anyway, with the store that is there.
 *
 * @param resource the Cluster
 */
function inside(resource: string): Exception {
    return {
        criterion: "DR-06",
        resource,
        reason: "The site names no target outside of the cluster (backup), so the database archives into the cluster's own S3 store.",
        guard: "That helps against mistakes, not against a lost cluster, whose data nothing protects here; prod has no such exception.",
        expires: "2027-11-30",
    };
}

/** Name by which a Cluster that is restored calls what it comes from. */
const ORIGIN = "origin";
/** A month of compressed bases and their log beside the volume that they are of. */
const BUCKET_SIZES = 3;

/**
 * The archive of one database: its store, the key for that, the way there, and the schedule of base
 * backups. It is at the site's target outside of the cluster; without one it is a bucket of the
 * cluster's own store, which helps against mistakes and is lost with the cluster (DR-06).
 */
export class PostgresArchive extends Part {
    /** What a Cluster waits for that names the archive. */
    readonly ready: readonly pulumi.Resource[];
    /** Fields of the Cluster. */
    readonly fields: ArchivedFields;

    /** @param database name of the Cluster */
    constructor(
        private readonly database: string,
        private readonly args: PostgresArchiveArgs,
        opts: pulumi.ComponentResourceOptions,
    ) {
        const isInside = args.site.backup === undefined;
        const exceptions =
            isInside && !args.site.protect
                ? [inside(`Cluster/${args.namespace.name}/${database}`)]
                : [];
        super("data", "PostgresArchive", `${database}-archive`, args, { exceptions }, opts);
        const { namespace, archiver, settings } = args;
        const { store, needs } =
            args.site.backup === undefined ? this.inside() : this.outside(args.site.backup);
        const object = this.object(objectStore(database, namespace.name, store), {
            dependsOn: [namespace.object, ...needs, ...archiver.ready],
        });
        this.ready = [object];
        const parameters = (generation: number) => ({
            barmanObjectName: database,
            serverName: serverName(database, generation),
        });
        const { generation, restore } = settings;
        args.backups.archive({
            namespace: namespace.name,
            cluster: database,
            serverName: serverName(database, generation),
            size: args.size,
            walSize: args.walSize,
        });
        this.fields = {
            plugins: [
                { name: barmanPlugin, isWALArchiver: true, parameters: parameters(generation) },
            ],
            ...(restore === undefined
                ? {}
                : {
                      externalClusters: [
                          {
                              name: ORIGIN,
                              plugin: {
                                  name: barmanPlugin,
                                  parameters: parameters(restore.generation),
                              },
                          },
                      ],
                  }),
        };
    }

    /**
     * How the Cluster begins: from the archive, or as it would without one.
     *
     * @param owner database, its owner and the Secret of that
     * @param empty the way in which it is made empty
     */
    bootstrap(owner: object, empty: object): object {
        const { restore } = this.args.settings;
        if (restore === undefined) {
            return empty;
        }
        const { to } = restore;
        const target = to === undefined ? {} : { recoveryTarget: { targetTime: to } };
        return { recovery: { source: ORIGIN, ...owner, ...target } };
    }

    /** Starts base backups of a cluster that is there. */
    schedule(cluster: KubernetesObject): void {
        this.object(baseBackups(this.database, this.args.namespace.name), { dependsOn: [cluster] });
    }

    private outside(target: NonNullable<Foundation["site"]["backup"]>) {
        const { namespace, site } = this.args;
        return archiveOutside(
            `${this.database}-archive`,
            { namespace, site, target, pods: databaseLabels(this.database) },
            { parent: this },
        );
    }

    private inside() {
        const { size } = this.args;
        const bucket = new Bucket(
            `${this.database}-archive`,
            {
                ...this.args,
                clients: [databaseLabels(this.database)],
                size: BUCKET_SIZES * size,
                retention: {
                    deletedBy: "Barman deletes bases and log that are older than 30 days",
                },
            },
            { parent: this },
        );
        const { endpoint, region, accessKey } = bucket;
        const store: ArchiveStore = {
            folder: archiveFolder(this.args.site),
            endpoint,
            bucket: bucket.bucket,
            region,
            accessKey,
            locked: false,
        };
        return { store, needs: bucket.ready };
    }
}
