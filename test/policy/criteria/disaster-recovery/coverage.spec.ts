import * as assert from "node:assert/strict";
import { coverage } from "../../../../policy/criteria/disaster-recovery/coverage";
import { partOf, type Path, Sound, withValue } from "../../change";
import { keepsNothing } from "../../../../components/base/labels";
import { resource, UNKNOWN } from "../../harness";
import { databaseParts, veleroParts, within } from "../../sound-backups";

const tier0 = partOf(veleroParts, "tier0");
// One schedule is enough to see what it leaves out.
const rare = ["tier1", "tier2"];
const velero = new Sound(
    coverage,
    Object.fromEntries(Object.entries(veleroParts).filter(([name]) => !rare.includes(name))),
);
const NOTHING =
    "PersistentVolumeClaim/apps/data: no Schedule backs up its volumes in namespace apps; include them in a tier, or declare an exception that says why not.";

function template(...path: string[]): Path {
    return ["spec", "template", ...path];
}

describe("DR-02", () => {
    it("is met by a claim in a namespace that a schedule includes", async () => {
        assert.equal(await velero.verdict(velero.judge()), "met");
    });

    it("is not applicable without Velero or without claims", async () => {
        const parts = ["server", "agent", "tier0", "away"];
        assert.equal(await velero.verdict(velero.without(...parts)), "not applicable");
        assert.equal(await velero.verdict(velero.without("claim")), "not applicable");
    });

    const said: Path = ["metadata", "annotations", keepsNothing];

    it("is violated by a claim in a namespace that says it keeps nothing, scheduled or not", async () => {
        const denied = velero.with("namespace", said, "caches");
        const [found, ...others] = await velero.found(denied);
        assert.deepEqual(others, []);
        assert.match(
            found ?? "",
            /namespace apps says that it keeps nothing .*give the namespace a tier/,
        );
    });

    it("leaves a namespace alone that keeps nothing and has no claim", async () => {
        const denied = withValue(partOf(veleroParts, "namespace"), said, "caches");
        const result = velero.judge({ namespace: denied, claim: undefined });
        assert.equal(await velero.verdict(result), "not applicable");
    });

    it("says nothing of a namespace whose answer only the update knows", async () => {
        const unknown = velero.with("namespace", said, UNKNOWN);
        assert.equal(await velero.verdict(unknown), "not judged");
    });

    it("lets other words on the Namespace be", async () => {
        const other = velero.with(
            "namespace",
            ["metadata", "annotations", "note"],
            "keeps nothing",
        );
        assert.equal(await velero.verdict(other), "met");
    });

    const outside: Readonly<Record<string, readonly [Path, unknown]>> = {
        "another namespace": [template("includedNamespaces"), ["other"]],
        "an excluded namespace": [template("excludedNamespaces"), ["apps"]],
        "an excluded pattern": [template("excludedNamespaces"), ["a*s"]],
        "other kinds": [template("includedResources"), ["secrets"]],
        "excluded claims": [template("excludedResources"), ["PVC"]],
        "excluded claims of the newer filter": [
            template("excludedNamespaceScopedResources"),
            ["persistentvolumeclaims"],
        ],
        "other labels": [template("labelSelector"), { matchLabels: { app: "other" } }],
        "a pause": [["spec", "paused"], true],
    };
    for (const [title, [path, value]] of Object.entries(outside)) {
        it(`is violated by a schedule with ${title}`, async () => {
            assert.deepEqual(await velero.found(velero.with("tier0", path, value)), [NOTHING]);
        });
    }

    for (const [title, [path, value]] of Object.entries({
        "no list of namespaces": [template("includedNamespaces"), undefined],
        "an empty list": [template("includedNamespaces"), []],
        "all namespaces": [template("includedNamespaces"), ["*"]],
        "a pattern": [template("includedNamespaces"), ["ap?[a-s]"]],
        "claims among the kinds": [template("includedResources"), ["pods", "pvc"]],
        "one selector of several": [
            template("orLabelSelectors"),
            [
                { matchLabels: { app: "other" } },
                { matchLabels: { "app.kubernetes.io/name": "test" } },
            ],
        ],
    } satisfies Record<string, readonly [Path, unknown]>)) {
        it(`is met by a schedule with ${title}`, async () => {
            assert.deepEqual(await velero.found(velero.with("tier0", path, value)), []);
        });
    }

    it("heeds the label with which a namespace or a claim excludes itself", async () => {
        const label = ["metadata", "labels", "velero.io/exclude-from-backup"];
        for (const name of ["claim", "namespace"]) {
            assert.deepEqual(await velero.found(velero.with(name, label, "true")), [NOTHING]);
            assert.deepEqual(await velero.found(velero.with(name, label, "false")), []);
        }
    });

    it("is violated by a backup without the data of volumes, and says what is missing", async () => {
        const why = async (result: ReturnType<typeof velero.judge>) => {
            const [message = ""] = await velero.found(result);
            return message.slice(message.lastIndexOf("data: ") + 6);
        };
        assert.equal(
            await why(velero.with("tier0", template("snapshotVolumes"), false)),
            "snapshotVolumes is off.",
        );
        const words = ["spec", "template", "spec", "containers", 0, "args"];
        assert.equal(
            await why(velero.with("server", words, ["server"])),
            "its server lacks --features=EnableCSI.",
        );
        assert.equal(
            await why(velero.without("snapshots")),
            "no VolumeSnapshotClass is for the driver of block.",
        );
        assert.equal(
            await why(velero.without("agent")),
            "no DaemonSet of Velero runs, which reads the volumes.",
        );
    });

    it("is not judged where the agent may be in a chart that nobody saw", async () => {
        const chart = (namespace: string) =>
            resource("platform:base:Chart", "velero", {
                rendered: false,
                namespace,
                apiGroups: ["velero.io"],
            });
        const without = { agent: undefined, chart: chart("velero") };
        assert.equal(await velero.verdict(velero.judge(without)), "not judged");
        const elsewhere = { agent: undefined, chart: chart("somewhere") };
        assert.equal(await velero.verdict(velero.judge(elsewhere)), "violated");
    });

    it("is met by copies of files instead of snapshots, by the schedule's or the server's word", async () => {
        const files = withValue(tier0, template("defaultVolumesToFsBackup"), true);
        assert.equal(
            await velero.verdict(velero.judge({ tier0: files, snapshots: undefined })),
            "met",
        );
        const words = ["spec", "template", "spec", "containers", 0, "args"];
        const server = withValue(partOf(veleroParts, "server"), words, [
            "server",
            "--default-volumes-to-fs-backup",
        ]);
        assert.equal(await velero.verdict(velero.judge({ server, snapshots: undefined })), "met");
    });

    it("asks for what controllers claim, and leaves scratch space and buckets alone", async () => {
        const claims = (volume: unknown) =>
            within("other", "apps/v1", "StatefulSet", "queue", {
                spec: {
                    replicas: 2,
                    template: { spec: { containers: [{ name: "a" }], volumes: [volume] } },
                    volumeClaimTemplates: volume === undefined ? [{ spec: {} }] : [],
                },
            });
        assert.deepEqual(await velero.found(velero.judge({ queue: claims(undefined) })), [
            "StatefulSet/other/queue: no Schedule backs up its volumes in namespace other; include them in a tier, or declare an exception that says why not.",
        ]);
        const scratch = { name: "b", ephemeral: { volumeClaimTemplate: { spec: { a: 1 } } } };
        assert.deepEqual(await velero.found(velero.judge({ queue: claims(scratch) })), []);
        const bucket = within("other", "objectbucket.io/v1alpha1", "ObjectBucketClaim", "b", {});
        assert.deepEqual(await velero.found(velero.judge({ bucket })), []);
    });

    it("lets databases off that archive themselves", async () => {
        const elsewhere = (name: string) =>
            withValue(partOf(databaseParts, name), ["metadata", "namespace"], "other");
        const archiving = { database: elsewhere("database"), store: elsewhere("store") };
        assert.deepEqual(await velero.found(velero.judge(archiving)), []);
        const alone = velero.judge({ ...archiving, store: undefined });
        assert.equal((await velero.found(alone)).length, 1);
    });

    it("is not judged where filters, switches or flags are unknown", async () => {
        const fields = ["includedNamespaces", "excludedNamespaces", "includedResources"];
        for (const path of [
            ...fields.map((field) => template(field)),
            template("labelSelector"),
            template("snapshotVolumes"),
            ["spec", "paused"],
        ]) {
            const result = velero.with("tier0", path, UNKNOWN);
            assert.equal(await velero.verdict(result), "not judged", path.join("."));
        }
        const words = ["spec", "template", "spec", "containers", 0, "args"];
        assert.equal(await velero.verdict(velero.with("server", words, UNKNOWN)), "not judged");
        assert.equal(
            await velero.verdict(velero.with("snapshots", ["driver"], UNKNOWN)),
            "not judged",
        );
        assert.equal(await velero.verdict(velero.with("claim", ["spec"], UNKNOWN)), "not judged");
    });
});
