import assert from "node:assert/strict";
import type { Manifest } from "../../../components/base/object";
import { lldap } from "../../../components/identity/lldap";
import {
    bootstrap,
    bootstrapFiles,
    groupFiles,
    schema,
} from "../../../components/identity/lldap-jobs";
import { baseDn } from "../../../components/identity/lldap-objects";
import { toManifest } from "../../../preview/recorded-stack";
import { type RecordedStack, stack } from "../../fixtures/stack";
import { declaredFlows, flowTexts } from "../flows";

interface Container {
    readonly image: string;
    readonly env: readonly { readonly name: string; readonly value?: string }[];
    readonly livenessProbe?: { readonly exec: { readonly command: readonly string[] } };
    readonly startupProbe?: object;
}

interface PodSpec {
    readonly enableServiceLinks: boolean;
    readonly containers: readonly [Container];
    readonly volumes: readonly { readonly secret?: { readonly secretName: string } }[];
}

function podOf({ spec }: Manifest): PodSpec {
    return (spec as { template: { spec: PodSpec } }).template.spec;
}

const DEPLOYMENT = "Deployment/lldap/lldap";

describe("Lldap", () => {
    let prod: RecordedStack;
    let dev: RecordedStack;
    before(async () => {
        prod = (await stack("prod")).component("lldap");
        dev = (await stack("dev")).component("lldap");
    });

    function jobOf(purpose: string) {
        const found = prod.resources.find(({ name }) =>
            name.includes(`:Job/lldap/lldap-${purpose}-`),
        );
        assert.ok(found, purpose);
        return found;
    }

    it("has two replicas behind a budget in prod, and one in dev", () => {
        const replicas = (part: RecordedStack) =>
            (part.object(DEPLOYMENT).spec as { replicas: number }).replicas;
        assert.deepEqual([prod, dev].map(replicas), [2, 1]);
        assert.equal(prod.ofKind("PodDisruptionBudget").length, 1);
        assert.deepEqual(dev.ofKind("PodDisruptionBudget"), []);
    });

    it("keeps everything in a database of the shared cluster, over TLS with a name that is checked", () => {
        const { env } = podOf(prod.object(DEPLOYMENT)).containers[0];
        assert.equal(
            env.find(({ name }) => name === "LLDAP_DATABASE_URL")?.value,
            "postgres://$(DATABASE_USERNAME):$(DATABASE_PASSWORD)@identity-db-rw.identity-db.svc:5432/" +
                "lldap?sslmode=verify-full&sslrootcert=/certificates/database/ca.crt",
        );
        const order = env.map(({ name }) => name);
        // Kubernetes replaces only what stands before.
        assert.ok(order.indexOf("DATABASE_PASSWORD") < order.indexOf("LLDAP_DATABASE_URL"));
        const { spec } = prod.object("Database/identity-db/lldap");
        assert.deepEqual(spec, {
            cluster: { name: "identity-db" },
            name: "lldap",
            owner: "lldap",
            databaseReclaimPolicy: "retain",
        });
        assert.equal(prod.resource("Database/identity-db/lldap").protect, true);
    });

    it("shows no secret in its pods: each is read from a Secret that says who renews it", () => {
        const { env } = podOf(prod.object(DEPLOYMENT)).containers[0];
        const secret = /PASS|SECRET|SEED|USERNAME/;
        const plain = env.filter(
            ({ name, value }) =>
                secret.test(name) &&
                value !== undefined &&
                name !== "LLDAP_FORCE_LDAP_USER_PASS_RESET",
        );
        assert.deepEqual(plain, []);
        for (const { metadata } of prod.ofKind("Secret")) {
            const { annotations = {} } = metadata;
            assert.equal(annotations["secret.platform/owner"], "platform-admin", metadata.name);
            assert.match(annotations["secret.platform/rotate-after"] ?? "", /^\d+d$/);
        }
        assert.deepEqual(
            prod
                .ofKind("Secret")
                .map(({ metadata: { name = "", namespace = "" } }) => `${namespace}/${name}`)
                .sort(),
            [
                "authelia/lldap-account-authelia",
                "identity-db/lldap-login",
                "keycloak/lldap-account-keycloak",
                "lldap/lldap-account-authelia",
                "lldap/lldap-account-keycloak",
                "lldap/lldap-administrator",
                "lldap/lldap-database",
                "lldap/lldap-seed",
                "lldap/lldap-sessions",
            ],
        );
    });

    it("gives the role the password that the client has", () => {
        const { spec } = prod.object("DatabaseRole/identity-db/lldap");
        const { passwordSecret } = spec as { passwordSecret: { name: string } };
        const own = prod.resource(`Secret/identity-db/${passwordSecret.name}`);
        const copy = prod.resource("Secret/lldap/lldap-database");
        assert.equal(own.parent, copy.parent);
        assert.ok(
            "cnpg.io/reload" in
                (prod.object("Secret/identity-db/lldap-login").metadata.labels ?? {}),
        );
    });

    it("speaks LDAPS with a certificate for its Service, and starts anew when it is renewed", () => {
        const { spec } = prod.object("Certificate/lldap/lldap-ldaps");
        const { dnsNames, issuerRef } = spec as {
            dnsNames: readonly string[];
            issuerRef: { name: string };
        };
        assert.ok(dnsNames.includes("lldap.lldap.svc"));
        assert.equal(issuerRef.name, "internal");
        const { volumes, containers } = podOf(prod.object(DEPLOYMENT));
        assert.ok(volumes.some(({ secret }) => secret?.secretName === "lldap-ldaps"));
        // The command compares what is shown with the file.
        assert.deepEqual(containers[0].livenessProbe?.exec.command, ["/app/lldap", "healthcheck"]);
        assert.ok(containers[0].startupProbe);
    });

    it("is not told of Services by variables that it would take for its own settings", () => {
        assert.equal(podOf(prod.object(DEPLOYMENT)).enableServiceLinks, false);
    });

    it("makes a group for each role of people, by a Job that is named after what it does", () => {
        const job = jobOf("bootstrap");
        const { data } = prod.object("ConfigMap/lldap/lldap-groups");
        assert.deepEqual(Object.keys(data as object).sort(), [
            "app-developer.json",
            "monitoring-reader.json",
            "platform-admin.json",
            "storage-admin.json",
        ]);
        assert.equal(podOf(toManifest(job)).containers[0].image, lldap.images.lldap.reference);
        assert.ok(job.dependencies.some((urn) => urn.endsWith(DEPLOYMENT)));
    });

    it("has its tables made once, before the servers start: two that make them at once fail", () => {
        const job = jobOf("schema");
        const server = prod.object(DEPLOYMENT);
        const { env } = podOf(toManifest(job)).containers[0];
        assert.deepEqual(env, podOf(server).containers[0].env);
        assert.ok(prod.resource(DEPLOYMENT).dependencies.includes(job.urn));
    });

    it("is reached by its own Jobs, the login, the gateway and whoever collects, and reaches its database", () => {
        assert.deepEqual(flowTexts(declaredFlows(prod)), [
            "lldap authelia-directory in",
            "lldap blackbox-to-directory in",
            "lldap dns out",
            "lldap keycloak-directory in",
            "lldap keycloak-realm-directory in",
            "lldap lldap-bootstrap in",
            "lldap lldap-bootstrap out",
            "lldap lldap-database-clients out",
            "lldap lldap-database-clients-2 out",
            "lldap lldap-metrics in",
            "lldap lldap-page-route in",
        ]);
    });
});

describe("objects of LLDAP", () => {
    const objects = {
        namespace: "lldap",
        image: "ghcr.io/lldap/lldap:v1",
        replicas: 2,
        domain: "home.example.org",
        database: { host: "db", port: 5432, database: "lldap", credentials: "db", authority: "ca" },
        certificate: "tls",
        sessions: "sessions",
        seed: "seed",
        administrator: "administrator",
    };

    it("have a base DN that follows the domain", () => {
        assert.equal(baseDn("home.example.org"), "dc=home,dc=example,dc=org");
    });

    it("name a group in the form of the script", () => {
        assert.deepEqual(groupFiles(["people"]), { "people.json": '{"name":"people"}' });
    });

    it("have a new Job for other groups or another image, and the same for the same", () => {
        const nameOf = (groups: readonly string[], image = objects.image) =>
            bootstrap({ ...objects, image }, bootstrapFiles("lldap", groups)).metadata.name;
        assert.equal(nameOf(["a"]), nameOf(["a"]));
        assert.notEqual(nameOf(["a"]), nameOf(["a", "b"]));
        assert.notEqual(nameOf(["a"]), nameOf(["a"], "ghcr.io/lldap/lldap:v2"));
        const tables = (image: string) => schema({ ...objects, image }).metadata.name;
        assert.equal(tables(objects.image), tables(objects.image));
        assert.notEqual(tables(objects.image), tables("ghcr.io/lldap/lldap:v2"));
    });
});
