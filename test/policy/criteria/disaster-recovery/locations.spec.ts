import * as assert from "node:assert/strict";
import { locations } from "../../../../policy/criteria/disaster-recovery/locations";
import { partOf, type Path, Sound, withValue } from "../../change";
import { UNKNOWN } from "../../harness";
import { veleroParts, within } from "../../sound-backups";

const velero = new Sound(locations, veleroParts);
const URL_OF = ["spec", "config", "s3Url"];

/** Why no backup of tier 0 leaves the cluster. */
async function why(result: ReturnType<typeof velero.judge>): Promise<string | undefined> {
    const [message] = await velero.found(result);
    const start = "Schedule/velero/tier-0: no backup of tier 0 leaves the cluster: ";
    assert.ok(message === undefined || message.startsWith(start), message);
    return message?.slice(start.length);
}

describe("DR-04", () => {
    it("is met by a store elsewhere, over TLS", async () => {
        assert.equal(await velero.verdict(velero.judge()), "met");
    });

    it("is not applicable without a tier 0", async () => {
        assert.equal(await velero.verdict(velero.without("tier0")), "not applicable");
    });

    const inside: Readonly<Record<string, string>> = {
        "http://s3.backup.example.org": "is not reached over TLS",
        "https://rgw.rook-ceph.svc:443": "leads to a Service of the cluster",
        "https://rgw.rook-ceph.svc.cluster.local": "leads to a Service of the cluster",
        "https://minio.apps:9000": "leads to a Service of the cluster",
        "https://minio": "leads to a Service of the cluster",
        "https://10.244.3.7": "leads to the pod network",
        "https://192.168.68.104:30000": "leads to a node",
        "https://192.168.68.100": "leads to the control plane",
        "https://192.168.68.203": "leads to the load balancers",
        "https://s3.apps.example.org": "leads to a route of the stack",
        "s3.backup.example.org": "is no URL",
    };
    const pool = within(undefined, "cilium.io/v2", "CiliumLoadBalancerIPPool", "nodes", {
        spec: { blocks: [{ start: "192.168.68.200", stop: "192.168.68.230" }] },
    });
    const route = within("apps", "gateway.networking.k8s.io/v1", "HTTPRoute", "s3", {
        spec: { hostnames: ["*.apps.example.org"] },
    });
    for (const [url, fault] of Object.entries(inside)) {
        it(`is violated by ${url}, which ${fault}`, async () => {
            const away = withValue(partOf(veleroParts, "away"), URL_OF, url);
            const found = await why(velero.judge({ away, pool, route }));
            assert.equal(found, `the s3Url of BackupStorageLocation away, ${url} ${fault}.`);
        });
    }

    it("is met by the store of a provider, which needs no address", async () => {
        assert.equal(await velero.verdict(velero.with("away", URL_OF, undefined)), "met");
    });

    it("is violated by a location that is missing, read-only or takes any certificate", async () => {
        assert.equal(await why(velero.without("away")), "there is no BackupStorageLocation away.");
        const insecure = ["spec", "config", "insecureSkipTLSVerify"];
        assert.equal(
            await why(velero.with("away", insecure, "true")),
            "BackupStorageLocation away does not verify the certificate of its store.",
        );
        assert.equal(
            await why(velero.with("away", ["spec", "accessMode"], "ReadOnly")),
            "BackupStorageLocation away is read-only.",
        );
    });

    it("is violated when only manifests leave and snapshots stay", async () => {
        const words = ["spec", "template", "spec", "containers", 0, "args"];
        assert.match(
            (await why(velero.with("server", words, ["server"]))) ?? "",
            /^its snapshots stay/,
        );
        const server = withValue(partOf(veleroParts, "server"), words, ["server"]);
        const tier0 = withValue(
            partOf(veleroParts, "tier0"),
            ["spec", "template", "snapshotMoveData"],
            true,
        );
        assert.equal(await velero.verdict(velero.judge({ server, tier0 })), "met");
    });

    it("takes the default location, or the one that the server names, where a schedule names none", async () => {
        const path = ["spec", "template", "storageLocation"];
        const tier0 = withValue(partOf(veleroParts, "tier0"), path, undefined);
        assert.equal(
            await why(velero.judge({ tier0 })),
            "there is no BackupStorageLocation default.",
        );
        const away = withValue(partOf(veleroParts, "away"), ["spec", "default"], true);
        assert.equal(await velero.verdict(velero.judge({ tier0, away })), "met");
        const server = withValue(
            partOf(veleroParts, "server"),
            ["spec", "template", "spec", "containers", 0, "args", 3],
            "--default-backup-storage-location=away",
        );
        assert.equal(await velero.verdict(velero.judge({ tier0, server })), "met");
    });

    it("is met when a second schedule of tier 0 takes the same namespaces away", async () => {
        const near = within("velero", "velero.io/v1", "BackupStorageLocation", "near", {
            spec: { config: { s3Url: "http://rgw.rook-ceph.svc" } },
        });
        const here: Path = ["spec", "template", "storageLocation"];
        const local = {
            ...withValue(partOf(veleroParts, "tier0"), here, "near"),
            urn: `${partOf(veleroParts, "tier0").urn}-local`,
        };
        const quick = withValue(local, ["metadata", "name"], "quick");
        assert.equal(await velero.verdict(velero.judge({ near, quick })), "met");
        const wider = withValue(quick, ["spec", "template", "includedNamespaces"], ["*"]);
        assert.equal((await velero.found(velero.judge({ near, wider }))).length, 1);
    });

    it("is not judged where the way to the store is unknown", async () => {
        const unknown: readonly (readonly [string, Path])[] = [
            ["away", URL_OF],
            ["away", ["spec", "config", "insecureSkipTLSVerify"]],
            ["away", ["spec"]],
            ["tier0", ["spec", "template", "storageLocation"]],
            ["server", ["spec", "template", "spec", "containers", 0, "args"]],
        ];
        for (const [name, path] of unknown) {
            assert.equal(await velero.verdict(velero.with(name, path, UNKNOWN)), "not judged");
        }
    });
});
