import type * as pulumi from "@pulumi/pulumi";
import { secretVariable, type SecretVariable } from "../base/containers";
import { bucketKeys } from "../../operators/rook";
import { connectClients } from "../base/connection";
import type { Foundation } from "../base/foundation";
import type { Namespace } from "../base/namespace";
import { Part } from "../base/part";
import { bucketClaim, type BucketRetention } from "./bucket-claim";
import type { Storage } from "./ceph-cluster";
import { bucketRegion } from "./storage-classes";

/** Arguments of {@link Bucket}. */
export interface BucketArgs extends Foundation {
    /** Namespace of who uses it, with the claim. */
    readonly namespace: Namespace;
    readonly storage: Pick<Storage, "objectStore" | "objectStoreHost" | "ready">;
    /** Pods that may reach the store, by their labels, in that namespace. */
    readonly clients: readonly Readonly<Record<string, string>>[];
    /** Most that it may hold, in GiB; more is refused. */
    readonly size: number;
    readonly retention: BucketRetention;
}

/** Where an access key is, as Kubernetes and operators name it. */
export interface AccessKey {
    readonly secretName: string;
    /** Key of the Secret with the access key's id. */
    readonly id: string;
    /** Key of the Secret with the access key's secret part. */
    readonly secret: string;
}

/**
 * A bucket of the cluster's own S3 store (Ceph), with a user that may use this one alone. What it
 * holds lies on the disks of the cluster: it is no place for backups of them. In prod it is
 * protected, and what is in it stays when the claim goes.
 *
 * Rook makes the access key, in a Secret and a ConfigMap of the claim's name. Consumers name the
 * Secret's keys where they can ({@link accessKey}), or take them as {@link environment}, which every
 * S3 library reads by itself and from which a configuration file may be expanded.
 *
 * @example
 * const chunks = new Bucket(
 *     "loki-chunks",
 *     { ...context, namespace, storage, clients: [labels], size: 40, retention: { days: 30 } },
 *     { parent: this },
 * );
 */
export class Bucket extends Part {
    /** Name of the bucket. */
    readonly bucket: string;
    /** Host name of the store, inside the cluster; it serves plain HTTP on port 80. */
    readonly host: string;
    /** The store as an address: `http://host`. Buckets are in the path, not in the host name. */
    readonly endpoint: string;
    readonly region = bucketRegion;
    readonly accessKey: AccessKey;
    /** ConfigMap with `BUCKET_HOST`, `BUCKET_PORT`, `BUCKET_NAME` and `BUCKET_REGION`. */
    readonly configMap: string;
    /** What clients wait for: the bucket with its Secret, and their way to the store. */
    readonly ready: readonly pulumi.Resource[];

    constructor(name: string, args: BucketArgs, opts: pulumi.ComponentResourceOptions) {
        super("storage", "Bucket", name, args, {}, opts);
        const { site, namespace, storage, size, retention } = args;
        const claim = this.object(
            bucketClaim({ name, namespace: namespace.name, size, retention }),
            {
                ...(site.protect ? { protect: true, retainOnDelete: true } : {}),
                dependsOn: [namespace.object, ...storage.ready],
            },
        );
        const way = connectClients(name, {
            clients: args.clients,
            namespace,
            to: storage.objectStore,
        });
        this.bucket = name;
        this.host = storage.objectStoreHost;
        this.endpoint = `http://${this.host}`;
        this.accessKey = { secretName: name, ...bucketKeys };
        this.configMap = name;
        this.ready = [claim, ...way];
    }

    /** Entries of `env` with the names that S3 libraries look for. */
    get environment(): readonly SecretVariable[] {
        const { secretName, id, secret } = this.accessKey;
        return [id, secret].map((key) => secretVariable(key, secretName, key));
    }
}
