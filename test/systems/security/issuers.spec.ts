import assert from "node:assert/strict";
import { certManager } from "../../../components/security/cert-manager";
import { stack } from "../../fixtures/stack";
import { acme, alone } from "../variants";

describe("Issuers", () => {
    it("makes a CA that keeps its key when it is renewed", async () => {
        const issuers = (await stack("prod")).component("issuers");
        const { isCA, secretName, issuerRef, privateKey } = issuers.object(
            "Certificate/cert-manager/internal-ca",
        ).spec as Record<string, Record<string, unknown>>;
        assert.equal(isCA, true);
        assert.equal(issuerRef?.name, "internal-root");
        assert.equal(privateKey?.rotationPolicy, "Never");
        assert.deepEqual(issuers.object("ClusterIssuer/internal").spec, { ca: { secretName } });
    });

    it("has no ACME issuer and no Secret unless it is configured", async () => {
        const issuers = (await stack("prod")).component("issuers");
        assert.deepEqual(
            issuers.ofKind("ClusterIssuer").map(({ metadata }) => metadata.name),
            ["internal", "internal-root"],
        );
        assert.deepEqual(issuers.ofKind("Secret"), []);
    });

    it("answers ACME through DNS with the token of the configuration", async () => {
        const issuers = (await alone(certManager, acme)).component("issuers");
        const { acme: server } = issuers.object("ClusterIssuer/acme").spec as {
            acme: { email: string; solvers: object[] };
        };
        assert.equal(server.email, "admin@example.org");
        assert.deepEqual(server.solvers, [
            {
                selector: { dnsZones: ["home.example.org"] },
                dns01: {
                    cloudflare: {
                        apiTokenSecretRef: { name: "cloudflare-api-token", key: "api-token" },
                    },
                },
            },
        ]);
        const [secret] = issuers.ofType("platform:base:ConfiguredSecret");
        assert.equal(secret?.inputs.source, "configuration");
        assert.deepEqual(secret.inputs.keys, ["api-token"]);
    });
});
