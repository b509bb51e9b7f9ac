/** Feast's servers: what they keep where, and who reaches them. */
import assert from "node:assert/strict";
import type { Manifest } from "../../../components/base/object";
import { type RecordedStack, stack } from "../../fixtures/stack";

describe("Feast", () => {
    let whole: RecordedStack;
    let prod: RecordedStack;
    before(async () => {
        whole = await stack("prod");
        prod = whole.component("feast");
    });
    const text = (manifest: Manifest) => JSON.stringify(manifest);

    it("has two servers that keep nothing, behind a budget", () => {
        const deployment = text(prod.object("Deployment/feast/feast"));
        assert.match(deployment, /"replicas":2/);
        assert.match(deployment, /"image":"quay\.io\/feastdev\/feature-server:0\.66\.0"/);
        assert.ok(!deployment.includes("persistentVolumeClaim"));
        assert.equal(prod.ofKind("PodDisruptionBudget").length, 1);
    });

    it("writes no password: it comes from a Secret, to a database over verified TLS", () => {
        const configuration = text(prod.object("ConfigMap/feast/feast-configuration"));
        assert.match(
            configuration,
            /psycopg:\/\/\$\{PGUSER\}:\$\{PGPASSWORD\}@ml-db-rw\.ml-db\.svc/,
        );
        assert.match(configuration, /sslmode: verify-full/);
        assert.match(
            text(prod.object("Deployment/feast/feast")),
            /"PGPASSWORD","valueFrom":\{"secretKeyRef":\{"(key|name)":"(password|feast-database)"/,
        );
    });

    it("is reached by notebooks, which have no way to its database", () => {
        const flows = (namespace: string) =>
            whole
                .ofKind("NetworkPolicy")
                .filter(({ metadata }) => metadata.namespace === namespace)
                .map(text)
                .join("\n");
        assert.match(flows("feast"), /"port":6566/);
        assert.match(flows("jupyter-users"), /"port":6570/);
        assert.ok(!flows("jupyter-users").includes("5432"));
    });

    it("is not there in dev", async () => {
        const names = (await stack("dev")).ofKind("Namespace").map(({ metadata }) => metadata.name);
        assert.ok(!names.includes("feast"));
    });
});
