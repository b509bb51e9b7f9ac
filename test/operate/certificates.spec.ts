import assert from "node:assert/strict";
import { generateKeyPairSync, X509Certificate } from "node:crypto";
import { signClient } from "../../operate/certificates/client-certificate";
import { authorityOf, clientOf, replaceClient } from "../../preview/engine/talos-secrets";
import { authority } from "../talos-authority";

const base64 = (text: string) => Buffer.from(text).toString("base64");
const secret = (value: unknown) => ({
    "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
    plaintext: JSON.stringify(value),
});

const decoded = (text: string) => new X509Certificate(Buffer.from(text, "base64"));

describe("a renewed client certificate", () => {
    it("is signed by the cluster's authority, for an administrator, for a year", async () => {
        const from = await authority();
        const { certificate } = await signClient(from, new Date("2026-11-27T00:00:00Z"));
        const made = decoded(certificate);
        const issuer = decoded(from.certificate);
        assert.equal(made.checkIssued(issuer), true);
        assert.equal(made.verify(issuer.publicKey), true);
        assert.equal(made.subject, "O=os:admin");
        assert.equal(made.ca, false);
        assert.equal(new Date(made.validTo).toISOString(), "2027-11-27T00:00:00.000Z");
        assert.deepEqual(made.keyUsage, ["1.3.6.1.5.5.7.3.2"]);
    });

    it("has the key of its certificate, in the form that Talos reads", async () => {
        const { certificate, key } = await signClient(await authority());
        const pem = Buffer.from(key, "base64").toString();
        assert.match(pem, /^-----BEGIN ED25519 PRIVATE KEY-----\n/);
        const readable = pem.replaceAll("ED25519 PRIVATE KEY", "PRIVATE KEY");
        const { createPrivateKey } = await import("node:crypto");
        assert.equal(decoded(certificate).checkPrivateKey(createPrivateKey(readable)), true);
    });

    it("does not outlive its authority", async () => {
        const { certificate } = await signClient(await authority(10));
        const days = (new Date(decoded(certificate).validTo).getTime() - Date.now()) / 86_400_000;
        assert.ok(days < 10.1, String(days));
    });

    it("is refused when the key is not the authority's", async () => {
        const { certificate } = await authority();
        const { key } = await authority();
        await assert.rejects(signClient({ certificate, key }), /does not belong/);
        const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
        const rsa = privateKey.export({ type: "pkcs8", format: "pem" }).toString();
        await assert.rejects(signClient({ certificate, key: base64(rsa) }));
    });
});

describe("the state with a renewed certificate", () => {
    const client = { caCertificate: "ca", clientCertificate: "old", clientKey: "old-key" };
    const machineSecrets = { certs: { os: { cert: "authority", key: "authority-key" } } };
    const stateWith = (outputs: Record<string, unknown>) => ({
        version: 3,
        deployment: {
            resources: [
                { type: "pulumi:pulumi:Stack", urn: "stack" },
                { type: "talos:machine/secrets:Secrets", urn: "secrets", outputs },
            ],
        },
    });
    /** The forms in which secrets are marked: as a whole, inside, and not at all. */
    const forms = {
        whole: { clientConfiguration: secret(client), machineSecrets: secret(machineSecrets) },
        inside: {
            clientConfiguration: { ...client, clientKey: secret(client.clientKey) },
            machineSecrets: {
                certs: { os: { cert: "authority", key: secret("authority-key") } },
            },
        },
        plain: { clientConfiguration: client, machineSecrets },
    };

    for (const [form, outputs] of Object.entries(forms)) {
        it(`keeps everything else, with secrets marked ${form}`, () => {
            const state = stateWith(structuredClone(outputs));
            assert.deepEqual(authorityOf(state), {
                certificate: "authority",
                key: "authority-key",
            });
            replaceClient(state, { certificate: "new", key: "new-key" });
            assert.equal(clientOf(state), "new");
            const text = JSON.stringify(state);
            assert.ok(text.includes("new-key"));
            assert.ok(!text.includes("old"));
            assert.equal(
                text.split("4dabf18193072939515e22adb298388d").length,
                JSON.stringify(stateWith(outputs)).split("4dabf18193072939515e22adb298388d").length,
            );
            assert.ok(text.includes("caCertificate"));
        });
    }

    it("is told apart from a state without a cluster", () => {
        assert.equal(authorityOf({ deployment: { resources: [] } }), undefined);
        assert.equal(authorityOf({}), undefined);
    });
});
