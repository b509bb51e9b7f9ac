import type * as pulumi from "@pulumi/pulumi";
import { type SecretVariable } from "../base/containers";
import type { Collector, Foundation } from "../base/foundation";
import { Part } from "../base/part";
import type { ImagePin } from "../base/pins";
import { GeneratedSecret, yearly } from "../base/secret";
import { Bucket } from "../storage/bucket";
import type { Storage } from "../storage/ceph-cluster";
import { stackPods } from "./kube-prometheus-stack-values";
import { metricsRetention, objectStore, type SecretKey, thanosPods } from "./thanos-values";

/** Arguments of {@link MetricsArchive}. */
export interface MetricsArchiveArgs extends Foundation {
    /** Whose namespace it lies in: a Secret is read only in its own, and Prometheus reads this one. */
    readonly collector: Collector;
    readonly storage: Storage;
    /** Runs beside Prometheus and uploads. */
    readonly image: ImagePin;
}

/** Most that the metrics of 400 days may take, in GiB; the store refuses more, and an alert tells. */
const BUCKET = 50;

/**
 * The bucket in which metrics lie for more than a year. It is there before Prometheus, which uploads
 * to it, and before Thanos, which needs both.
 */
export class MetricsArchive extends Part {
    readonly image: ImagePin;
    /** Where the bucket is, as Thanos reads it. */
    readonly store: SecretKey;
    /** The keys of the bucket. */
    readonly environment: readonly SecretVariable[];
    readonly storageClass: string;
    readonly ready: readonly pulumi.Resource[];

    constructor(name: string, args: MetricsArchiveArgs, opts: pulumi.ComponentResourceOptions) {
        super("observability", "MetricsArchive", name, args, {}, opts);
        const { collector, storage, image } = args;
        const { namespace } = collector;
        const inside = { parent: this };
        const bucket = new Bucket(
            "thanos",
            {
                ...args,
                namespace,
                clients: [stackPods.prometheus, thanosPods.store, thanosPods.compactor],
                size: BUCKET,
                retention: {
                    deletedBy: `Thanos' compactor, after --retention.resolution-1h (${metricsRetention.hour})`,
                },
            },
            inside,
        );
        const key = "objstore.yml";
        // Prometheus and the chart take a Secret; that of the claim has the keys.
        const secret = new GeneratedSecret(
            "thanos-objstore",
            {
                namespace,
                generate: {},
                plain: { [key]: objectStore(bucket) },
                rotation: yearly,
            },
            inside,
        );
        this.image = image;
        this.store = { name: secret.secretName, key };
        this.environment = bucket.environment;
        this.storageClass = storage.storageClasses.block;
        this.ready = [...bucket.ready, secret.object, ...storage.ready];
    }
}
