import assert from "node:assert/strict";
import type { Manifest } from "../../../components/base/object";
import { type RecordedStack, stack } from "../../fixtures/stack";

const CLUSTER = "Cluster/identity-db/identity-db";

interface ClusterSpec {
    readonly instances: number;
    readonly certificates: { readonly serverTLSSecret: string; readonly serverCASecret: string };
    readonly postgresql: { readonly pg_hba: readonly string[] };
}

interface CertificateSpec {
    readonly secretName: string;
    readonly dnsNames: readonly string[];
    readonly issuerRef: { readonly kind: string; readonly name: string };
    readonly secretTemplate: { readonly labels: Readonly<Record<string, string>> };
}

const clusterOf = ({ spec }: Manifest) => spec as ClusterSpec;
const certificateOf = ({ spec }: Manifest) => spec as CertificateSpec;

describe("a shared database cluster", () => {
    let prod: RecordedStack;
    let dev: RecordedStack;
    before(async () => {
        prod = (await stack("prod")).component("identity-db");
        dev = (await stack("dev")).component("identity-db");
    });

    it("has three instances in prod and one in dev, and is protected in prod only", () => {
        const instances = (part: RecordedStack) => clusterOf(part.object(CLUSTER)).instances;
        assert.deepEqual([prod, dev].map(instances), [3, 1]);
        assert.deepEqual(
            [prod, dev].map((part) => part.resource(CLUSTER).protect),
            [true, false],
        );
    });

    it("shows a certificate that clients of other namespaces can judge, and wants TLS of them", () => {
        const { certificates, postgresql } = clusterOf(prod.object(CLUSTER));
        const { serverTLSSecret, serverCASecret } = certificates;
        assert.equal(serverTLSSecret, serverCASecret);
        const [certificate] = prod.ofKind("Certificate");
        assert.ok(certificate);
        const { secretName, dnsNames, issuerRef, secretTemplate } = certificateOf(certificate);
        assert.equal(secretName, serverTLSSecret);
        assert.ok(dnsNames.includes("identity-db-rw.identity-db.svc"));
        assert.deepEqual([issuerRef.kind, issuerRef.name], ["ClusterIssuer", "internal"]);
        assert.ok("cnpg.io/reload" in secretTemplate.labels);
        assert.deepEqual(postgresql.pg_hba, ["hostnossl all all all reject"]);
    });

    it("starts after its certificate was asked for", () => {
        const { dependencies } = prod.resource(CLUSTER);
        assert.ok(
            dependencies.some((urn) => urn.includes("Certificate/identity-db/identity-db-tls")),
        );
    });
});
