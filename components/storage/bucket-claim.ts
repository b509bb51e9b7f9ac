/** A bucket of the S3 store as a claim, with its quota and its lifecycle. Pure. */
import type { Manifest } from "../base/object";
import { storageClassNames } from "./storage-classes";

/**
 * Who takes old objects away: the store itself after so many days, or whoever wrote them, because
 * only they know what belongs together.
 */
export type BucketRetention =
    | { readonly days: number }
    | {
          /** Who deletes what is old, and by which setting of its own, in one sentence. */
          readonly deletedBy: string;
      };

/** What a bucket is. */
export interface BucketClaim {
    /** Name of the claim, of the bucket, and of the Secret and ConfigMap that Rook writes for it. */
    readonly name: string;
    readonly namespace: string;
    /** Most that it may hold, in GiB; more is refused. */
    readonly size: number;
    readonly retention: BucketRetention;
}

/** Days after which pieces of an upload that nobody finished go. */
const UNFINISHED_DAYS = 7;

/** Rules in the order of their ids, as Rook wants them (rook v1.20.6: Bucket Claim, bucketLifecycle). */
function lifecycle(retention: BucketRetention): string {
    const rule = { Status: "Enabled", Prefix: "" };
    return JSON.stringify({
        Rules: [
            {
                ID: "abandoned-uploads",
                ...rule,
                AbortIncompleteMultipartUpload: { DaysAfterInitiation: UNFINISHED_DAYS },
            },
            ...("days" in retention
                ? [{ ID: "expiration", ...rule, Expiration: { Days: retention.days } }]
                : []),
        ],
    });
}

/**
 * The claim. The bucket has a name of its own, not a generated one: consumers have it in their
 * configuration, and a claim that is made anew finds the bucket that stayed.
 */
export function bucketClaim({ name, namespace, size, retention }: BucketClaim): Manifest {
    return {
        apiVersion: "objectbucket.io/v1alpha1",
        kind: "ObjectBucketClaim",
        metadata: {
            name,
            namespace,
            annotations: {
                // Secret and ConfigMap are there with it.
                "pulumi.com/waitFor": "jsonpath={.status.phase}=Bound",
                ...("deletedBy" in retention
                    ? { "bucket.platform/kept": retention.deletedBy }
                    : {}),
            },
        },
        spec: {
            bucketName: name,
            storageClassName: storageClassNames.bucket,
            additionalConfig: { maxSize: `${size}Gi`, bucketLifecycle: lifecycle(retention) },
        },
    };
}
