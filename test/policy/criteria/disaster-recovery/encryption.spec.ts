import * as assert from "node:assert/strict";
import { backupEncryption } from "../../../../policy/criteria/disaster-recovery/encryption";
import { Sound, withValue } from "../../change";
import { UNKNOWN } from "../../harness";
import { repositoryPassword, veleroParts, within } from "../../sound-backups";

const velero = new Sound(backupEncryption, { ...veleroParts, secret: repositoryPassword });

describe("DR-03", () => {
    it("is met by a generated password, known or not", async () => {
        assert.equal(await velero.verdict(velero.judge()), "met");
        const unknown = velero.with("secret", ["stringData"], UNKNOWN);
        assert.equal(await velero.verdict(unknown), "met");
    });

    it("is not applicable without Velero", async () => {
        const all = Object.keys(veleroParts);
        assert.equal(await velero.verdict(velero.without(...all)), "not applicable");
    });

    it("is violated without a Secret, which Velero would fill with what its source shows", async () => {
        assert.deepEqual(await velero.found(velero.without("secret")), [
            "Deployment/velero/velero: no Secret velero-repo-credentials is in namespace velero, so Velero encrypts with the password that its source shows; make one with the key repository-password.",
        ]);
        const elsewhere = velero.with("secret", ["metadata", "namespace"], "other");
        assert.equal((await velero.found(elsewhere)).length, 1);
    });

    it("is violated by another key, and by a password in the program", async () => {
        const secret = withValue(repositoryPassword, ["stringData"], { password: "a" });
        assert.deepEqual(await velero.found(velero.judge({ secret })), [
            "Secret/velero/velero-repo-credentials: it has no key repository-password, with which Velero encrypts.",
        ]);
        const plain = { ...repositoryPassword, parent: undefined };
        assert.deepEqual(await velero.found(velero.judge({ secret: plain })), [
            "Secret/velero/velero-repo-credentials: its password is written in the program; generate it with components/base/secret.ts.",
        ]);
    });

    it("is met by a Secret that a controller makes", async () => {
        const sealed = within(
            "velero",
            "bitnami.com/v1alpha1",
            "SealedSecret",
            "velero-repo-credentials",
            { spec: { encryptedData: { "repository-password": "AgB" } } },
        );
        assert.equal(await velero.verdict(velero.judge({ secret: sealed })), "met");
    });
});
