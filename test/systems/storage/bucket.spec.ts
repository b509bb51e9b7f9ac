import assert from "node:assert/strict";
import type { Foundation } from "../../../components/base/foundation";
import { BackupPlan } from "../../../components/base/backup-tier";
import { Namespace } from "../../../components/base/namespace";
import { Platform } from "../../../components/platform";
import type { Profile } from "../../../components/site-schema";
import { Bucket } from "../../../components/storage/bucket";
import { bucketClaim, type BucketRetention } from "../../../components/storage/bucket-claim";
import { storageClasses } from "../../../components/storage/storage-classes";
import { Recorder, settled } from "../../fixtures/recorder";
import { sampleNetwork as network } from "../../fixtures/settings";
import { stackSettings } from "../../fixtures/stack";

const CLAIM = "kubernetes:objectbucket.io/v1alpha1:ObjectBucketClaim";
const POLICY = "kubernetes:networking.k8s.io/v1:NetworkPolicy";
const HOST = "rook-ceph-rgw-ceph-objectstore.rook-ceph.svc";

/** A bucket of a namespace `logs`, beside the namespace of the store. */
async function built(profile: Profile): Promise<{ recorder: Recorder; bucket: Bucket }> {
    const recorder = await Recorder.install();
    const { site } = stackSettings({ profile });
    const parent = new Platform("platform", { site });
    const namespace = (name: string) =>
        new Namespace(
            name,
            { tier: "app", backup: 1, flows: [], network, backups: new BackupPlan() },
            { parent },
        );
    const objectStore = { namespace: namespace("rook-ceph"), pods: { rgw: "a" }, ports: [8080] };
    const foundation = { site, network, pods: [], collector: undefined } as unknown as Foundation;
    const bucket = new Bucket(
        "chunks",
        {
            ...foundation,
            namespace: namespace("logs"),
            storage: { objectStore, objectStoreHost: HOST, ready: [] },
            clients: [{ app: "loki" }],
            size: 40,
            retention: { days: 30 },
        },
        { parent },
    );
    await settled();
    return { recorder, bucket };
}

interface ClaimSpec {
    readonly bucketName: string;
    readonly storageClassName: string;
    readonly additionalConfig: { readonly maxSize: string; readonly bucketLifecycle: string };
}

const claimed = (retention: BucketRetention) =>
    bucketClaim({ name: "chunks", namespace: "logs", size: 40, retention });

/** Ids and effects of the rules that the store will follow. */
function rules(retention: BucketRetention): [id: string, effect: object][] {
    const { additionalConfig } = claimed(retention).spec as ClaimSpec;
    const { Rules } = JSON.parse(additionalConfig.bucketLifecycle) as {
        Rules: ({ ID: string; Status: string; Prefix: string } & Record<string, object>)[];
    };
    return Rules.map(({ ID, Status, Prefix, ...effect }) => {
        assert.deepEqual([Status, Prefix], ["Enabled", ""]);
        return [ID, effect];
    });
}

describe("a bucket", () => {
    it("is claimed by its own name, of the store's class, with a quota", async () => {
        const { spec } = claimed({ days: 30 });
        const { bucketName, storageClassName, additionalConfig } = spec as ClaimSpec;
        const { site } = stackSettings({ profile: "prod" });
        assert.equal(bucketName, "chunks");
        assert.equal(storageClassName, storageClasses(site, "rook-ceph").bucket.metadata.name);
        assert.equal(additionalConfig.maxSize, "40Gi");
        const { recorder } = await built("prod");
        const made = recorder.one(CLAIM, "chunks:ObjectBucketClaim/logs/chunks");
        assert.deepEqual(made.inputs.spec, spec);
    });

    it("loses objects after its days, in rules that are in the order of their ids", () => {
        const abandoned = { AbortIncompleteMultipartUpload: { DaysAfterInitiation: 7 } };
        assert.deepEqual(rules({ days: 30 }), [
            ["abandoned-uploads", abandoned],
            ["expiration", { Expiration: { Days: 30 } }],
        ]);
        assert.deepEqual(rules({ deletedBy: "barman deletes what is older than 30 days" }), [
            ["abandoned-uploads", abandoned],
        ]);
    });

    it("says who deletes what the store does not", () => {
        const said = "barman deletes what is older than 30 days";
        const annotations = (retention: BucketRetention) =>
            claimed(retention).metadata.annotations?.["bucket.platform/kept"];
        assert.equal(annotations({ deletedBy: said }), said);
        assert.equal(annotations({ days: 30 }), undefined);
    });

    it("is protected in prod only", async () => {
        for (const [profile, isProtected] of [
            ["prod", true],
            ["dev", false],
        ] as const) {
            const { recorder } = await built(profile);
            const { protect } = recorder.one(CLAIM, "chunks:ObjectBucketClaim/logs/chunks");
            assert.equal(protect, isProtected, profile);
        }
    });

    it("brings the way to the store, at both ends", async () => {
        const { recorder } = await built("prod");
        const out = recorder.one(POLICY, "logs:NetworkPolicy/logs/allow-loki-out");
        const [rule] = (out.inputs.spec as { egress: { ports: object[] }[] }).egress;
        assert.deepEqual(rule?.ports, [{ port: 8080, protocol: "TCP" }]);
        const into = recorder
            .all(POLICY)
            .filter(({ name }) => /^rook-ceph:NetworkPolicy\/rook-ceph\/.*-in$/.test(name));
        assert.equal(into.length, 1);
    });

    it("says where it is and whose key opens it", async () => {
        const { bucket } = await built("prod");
        assert.equal(bucket.endpoint, `http://${HOST}`);
        assert.equal(bucket.bucket, "chunks");
        assert.deepEqual(
            bucket.environment.map(({ name, valueFrom }) => [name, valueFrom.secretKeyRef]),
            ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"].map((key) => [
                key,
                { name: "chunks", key },
            ]),
        );
        assert.ok(bucket.ready.length > 1);
    });
});
