import assert from "node:assert/strict";
import { velero as definition } from "../../../components/backup/velero";
import { backupPeriods } from "../../../components/base/backup-tier";
import { backupTierLabel, keepsNothing } from "../../../components/base/labels";
import { needsCharts, type RecordedStack, stack, stackWith } from "../../fixtures/stack";
import { declaredFlows } from "../flows";
import { alone, existing } from "../variants";
import { workloads } from "../workloads";

interface Schedule {
    readonly schedule: string;
    readonly template: {
        readonly ttl: string;
        readonly includedNamespaces: readonly string[];
        readonly snapshotMoveData: boolean;
        readonly storageLocation: string;
    };
}

interface Location {
    readonly credential?: { readonly name: string; readonly key: string };
    readonly objectStorage: { readonly prefix: string; readonly caCertRef?: object };
    readonly config: Readonly<Record<string, string>>;
}

function location(recorded: RecordedStack, name: string): Location {
    return recorded.object(`BackupStorageLocation/velero/${name}`).spec as Location;
}

const TARGET = { endpoint: "https://192.168.10.5:9000", bucket: "home-backup" };

describe("Velero", () => {
    let prod: RecordedStack;
    before(async () => {
        prod = await stack("prod");
    });

    it("has a Schedule for each tier, over the namespaces that name it and no other", () => {
        for (const { tier, schedule, days } of backupPeriods) {
            const wanted = prod
                .ofKind("Namespace")
                .filter(({ metadata }) => metadata.labels?.[backupTierLabel] === String(tier))
                .map(({ metadata }) => metadata.name)
                .sort();
            const spec = prod.object(`Schedule/velero/tier-${tier}`).spec as Schedule;
            assert.equal(spec.schedule, schedule);
            assert.equal(spec.template.ttl, `${days * 24}h0m0s`);
            assert.ok(spec.template.snapshotMoveData);
            assert.equal(spec.template.storageLocation, "outside");
            assert.deepEqual(spec.template.includedNamespaces, wanted);
        }
    });

    it("backs up no namespace of its own: its password would lie where it opens", () => {
        const { metadata } = prod.object("Namespace/velero");
        assert.match(metadata.annotations?.[keepsNothing] ?? "", /password/);
        assert.doesNotMatch(
            JSON.stringify(prod.ofKind("Schedule").map(({ spec }) => spec)),
            /"velero"/,
        );
    });

    it("has no Schedule of an empty list, which would stand for every namespace", async () => {
        const recorded = await alone(definition);
        for (const { spec } of recorded.ofKind("Schedule")) {
            const { includedNamespaces } = (spec as Schedule).template;
            assert.notEqual(includedNamespaces.length, 0);
        }
    });

    it("writes to the site's target over TLS, with a key of its own and the cluster's folder", () => {
        const { credential, objectStorage, config } = location(prod, "outside");
        assert.deepEqual(credential, { name: "velero-target", key: "cloud" });
        assert.equal(objectStorage.prefix, "home/velero");
        assert.equal(config.s3Url, "https://s3.example.org");
        assert.equal(config.checksumAlgorithm, "");
        assert.equal(objectStorage.caCertRef, undefined);
        const secret = prod.resource("Secret/velero/velero-target");
        assert.match(
            JSON.stringify(secret.inputs.stringData),
            /\[default\]\\naws_access_key_id=secret-backupAccessKey\\naws_secret_access_key=secret-backupSecretKey/,
        );
    });

    it("takes checksums along to a bucket with object lock, and asks for encryption", async () => {
        const backup = { ...TARGET, objectLock: 30, encryption: "AES256" };
        const recorded = await alone(definition, {}, { ...existing, backup });
        const { config } = location(recorded, "outside");
        assert.equal(config.checksumAlgorithm, "CRC32");
        assert.equal(config.serverSideEncryption, "AES256");
        const [flow] = declaredFlows(recorded).filter(({ name }) => name === "backups");
        assert.match(JSON.stringify(flow), /192\.168\.10\.5\/32.*9000/);
    });

    it("keeps to the cluster's own store in dev, and says why, but not in prod", async () => {
        const own = { backup: undefined, systems: { etcdBackup: { enabled: false } } };
        const dev = await stackWith({ profile: "dev", ...own });
        assert.match(location(dev, "inside").config.s3Url ?? "", /^http:\/\/rook-ceph-rgw/);
        const excepted = (recorded: RecordedStack) =>
            JSON.stringify(
                recorded.components.find(({ name }) => name === "velero")?.inputs.exceptions,
            );
        assert.match(excepted(dev), /DR-04/);
        assert.doesNotMatch(excepted(await stackWith({ profile: "prod", ...own })), /DR-04/);
    });

    it("is not built where there is no place for backups", async () => {
        const recorded = await alone(definition, {}, { ...existing, backup: undefined });
        assert.deepEqual(
            recorded.components.filter(({ name }) => name === "velero"),
            [],
        );
    });

    it("encrypts with a password that is generated, and protected in prod", () => {
        const secret = prod.resource("Secret/velero/velero-repo-credentials");
        assert.ok(secret.protect);
        assert.match(secret.parent, /platform:base:GeneratedSecret::velero-repository$/);
        const [password] = prod
            .ofType("random:index/randomPassword:RandomPassword")
            .filter(({ name }) => name.startsWith("velero-repository"));
        assert.ok(password?.protect);
    });

    it("takes snapshots, moves their data, and needs no path of a node", function () {
        const own = prod.component("velero");
        needsCharts(this, own);
        const text = JSON.stringify(workloads(own).map(({ template }) => template.spec));
        for (const argument of [
            "--features=EnableCSI",
            "--uploader-type=kopia",
            "--default-snapshot-move-data=true",
            "--node-agent-configmap=velero-node-agent",
            "--backup-repository-configmap=velero-repository",
            "--repo-maintenance-job-configmap=velero-repo-maintenance",
        ]) {
            assert.ok(text.includes(`"${argument}"`), argument);
        }
        assert.doesNotMatch(text, /hostPath/);
        assert.doesNotMatch(text, /"runAsUser":0/);
    });

    it("names only ConfigMaps that are there, each of JSON as the program reads it", function () {
        const own = prod.component("velero");
        needsCharts(this, own);
        for (const name of ["velero-node-agent", "velero-repository", "velero-repo-maintenance"]) {
            const { data } = own.object(`ConfigMap/velero/${name}`) as unknown as {
                data: Readonly<Record<string, string>>;
            };
            const [only, ...others] = Object.values(data);
            assert.deepEqual(others, []);
            assert.equal(typeof JSON.parse(only ?? ""), "object");
        }
    });
});
