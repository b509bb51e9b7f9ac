import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { generateKeyPairSync } from "node:crypto";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import * as yaml from "js-yaml";
import type { Manifest } from "../../../components/base/object";
import { findExecutable } from "../../../components/base/helm";
import type { OidcClient } from "../../../components/base/oidc-client";
import {
    type AutheliaConfiguration,
    autheliaFile,
    autheliaFolders,
    digestFile,
    secretFiles,
    signingKeyFile,
} from "../../../components/identity/authelia-configuration";
import { digestOf } from "../../../components/identity/client-secrets";
import { personRoleNames } from "../../../components/foundation/roles";
import { type RecordedStack, stack, stackWith } from "../../fixtures/stack";
import { declaredFlows, flowTexts } from "../flows";

const CONFIGURATION = "ConfigMap/authelia/authelia";
const DEPLOYMENT = "Deployment/authelia/authelia";

function configurationOf(recorded: RecordedStack): string {
    return (
        (recorded.object(CONFIGURATION).data as Record<string, string>)["configuration.yml"] ?? ""
    );
}

interface Rules {
    readonly default_policy: string;
    readonly rules: readonly {
        readonly domain: string;
        readonly policy: string;
        readonly subject: readonly string[];
    }[];
}

function rulesOf(recorded: RecordedStack): Rules {
    return (yaml.load(configurationOf(recorded)) as { access_control: Rules }).access_control;
}

const shop: OidcClient = {
    id: "shop",
    name: "Shop",
    host: "shop",
    redirects: ["/oauth"],
    scopes: ["openid", "groups", "offline_access"],
    groups: ["app-developer"],
};
const terminal: OidcClient = {
    ...shop,
    id: "terminal",
    redirects: ["http://localhost:8000"],
    isPublic: true,
    factors: "one",
};
const mail = {
    host: "smtp.example.org",
    port: 587,
    from: "a@example.org",
    username: "a",
} as const;

/** A configuration with everything that one may have. */
const full: AutheliaConfiguration = {
    domain: "home.example.org",
    host: "auth.home.example.org",
    mail,
    database: { host: "db.svc", port: 5432, database: "authelia" },
    redis: {
        host: "redis",
        port: 6379,
        sentinels: { masterName: "myMaster", hosts: ["a.headless", "b.headless"], port: 26379 },
    },
    directory: { url: "ldaps://lldap.svc:636", baseDn: "dc=home", dn: "uid=authelia,dc=home" },
    pages: [{ what: "shop", host: "shop", guard: "sign-on", groups: ["app-developer"] }],
    clients: [shop, terminal],
    outsideClients: [
        {
            id: "proxmox",
            name: "Proxmox",
            redirects: ["https://pve.example.org:8006"],
            groups: ["platform-admin"],
            digest: `$pbkdf2-sha512$100000$c2FsdHNhbHRzYWx0c2FsdA$${"A".repeat(86)}`,
        },
        { id: "cli", name: "CLI", redirects: ["http://localhost:1"], groups: ["platform-admin"] },
    ],
};

describe("Authelia", () => {
    let prod: RecordedStack;
    let dev: RecordedStack;
    before(async () => {
        [prod, dev] = await Promise.all([stack("prod"), stack("dev")]);
    });

    it("has two replicas behind a budget in prod, and one in dev", () => {
        const replicas = (part: RecordedStack) =>
            (part.object(DEPLOYMENT).spec as { replicas: number }).replicas;
        assert.deepEqual([prod, dev].map(replicas), [2, 1]);
        assert.ok(prod.object("PodDisruptionBudget/authelia/authelia"));
    });

    it("lets people of known groups into each guarded page, and nobody anywhere else", () => {
        const { default_policy: otherwise, rules } = rulesOf(prod);
        const { pages } = prod.settings.signOn;
        assert.ok(pages.some(({ host }) => host === "ceph"));
        assert.equal(otherwise, "deny");
        assert.deepEqual(
            rules.map(({ domain, policy }) => [domain, policy]),
            pages.map(({ host, guard }) => [
                `${host}.home.example.org`,
                guard === "sign-on" ? "one_factor" : "two_factor",
            ]),
        );
        // LLDAP makes the last one itself.
        const known = new Set([...personRoleNames, "lldap_admin"].map((group) => `group:${group}`));
        for (const { domain, subject } of rules) {
            assert.ok(subject.length > 0, domain);
            assert.deepEqual(
                subject.filter((group) => !known.has(group)),
                [],
                domain,
            );
        }
        const guarded = prod
            .ofKind("SecurityPolicy")
            .filter(({ spec }) => JSON.stringify(spec).includes("extAuth"))
            .flatMap(({ metadata: { namespace = "" }, spec }) =>
                (spec as { targetRefs: { name: string }[] }).targetRefs.flatMap(
                    ({ name }) =>
                        (
                            prod.object(`HTTPRoute/${namespace}/${name}`).spec as {
                                hostnames: string[];
                            }
                        ).hostnames,
                ),
            );
        // A host may have several routes, to the Services of one system.
        assert.deepEqual([...new Set(guarded)].sort(), rules.map(({ domain }) => domain).sort());
    });

    it("asks all sentinels for the master of its sessions in prod, and in dev the only Redis", () => {
        const storeOf = (recorded: RecordedStack) =>
            (yaml.load(configurationOf(recorded)) as { session: { redis: object } }).session.redis;
        const nodes = [0, 1, 2].map((index) => ({
            host: `authelia-redis-sentinel-${index}.authelia-redis-sentinel-headless`,
            port: 26379,
        }));
        const { redisSentinelConfig } = prod.object("RedisSentinel/authelia/authelia-redis")
            .spec as { redisSentinelConfig: { masterGroupName: string } };
        assert.deepEqual(storeOf(prod), {
            max_retries: 5,
            high_availability: { sentinel_name: redisSentinelConfig.masterGroupName, nodes },
        });
        assert.deepEqual(storeOf(dev), { host: "authelia-redis-master", port: 6379 });
        const variable = "AUTHELIA_SESSION_REDIS_HIGH_AVAILABILITY_SENTINEL_PASSWORD_FILE";
        const gives = (recorded: RecordedStack) =>
            JSON.stringify(recorded.object(DEPLOYMENT).spec).includes(variable);
        assert.deepEqual([prod, dev].map(gives), [true, false]);
    });

    it("has no rule for the page of a system that is off", async () => {
        const without = await stackWith({ systems: { n8n: { enabled: false } } });
        assert.deepEqual(
            rulesOf(without).rules.filter(({ domain }) => domain.startsWith("n8n.")),
            [],
        );
    });

    it("is asked by policies of other namespaces, which it permits by name", () => {
        const grants = prod.ofKind("ReferenceGrant");
        const asking = prod
            .ofKind("SecurityPolicy")
            .filter(({ spec }) => JSON.stringify(spec).includes('"extAuth"'))
            .map(({ metadata }) => `policies-of-${metadata.namespace ?? ""}`);
        assert.ok(asking.includes("policies-of-rook-ceph"));
        assert.deepEqual(
            grants.map(({ metadata }) => metadata.name).sort(),
            [...new Set(asking)].sort(),
        );
        for (const { metadata, spec } of grants) {
            assert.equal(metadata.namespace, "authelia");
            assert.deepEqual((spec as { to: unknown }).to, [
                { group: "", kind: "Service", name: "authelia" },
            ]);
        }
    });

    it("reads no secret but from files, each from a Secret that is there", () => {
        const text = configurationOf(prod);
        assert.doesNotMatch(text, /password:|encryption_key/);
        for (const [, value] of text.matchAll(/secret: (.*)/g)) {
            assert.match(value ?? "", /^'\{\{ secret "\/secrets\/client-[a-z]+" \}\}'$/);
        }
        const { template } = prod.object(DEPLOYMENT).spec as {
            template: { spec: { containers: { env: { name: string; value?: string }[] }[] } };
        };
        const env = template.spec.containers[0]?.env ?? [];
        for (const { name, value = "" } of env) {
            assert.match(name, /^X_AUTHELIA_CONFIG|_FILE$/);
            assert.match(value, /^\/|^template$/);
        }
        for (const { metadata } of prod.ofKind("Secret")) {
            if (metadata.namespace === "authelia" && metadata.name !== "authelia-redis-password") {
                assert.ok("secret.platform/owner" in (metadata.annotations ?? {}), metadata.name);
            }
        }
    });

    it("starts anew when its configuration changes", async () => {
        const annotation = ({ spec }: Manifest) =>
            (spec as { template: { metadata: { annotations: Record<string, string> } } }).template
                .metadata.annotations["platform/configuration"];
        const other = await stackWith({ systems: { n8n: { enabled: false } } });
        assert.notEqual(annotation(prod.object(DEPLOYMENT)), annotation(other.object(DEPLOYMENT)));
    });

    it("writes codes to a file without mail, and sends them where the site has an account", async () => {
        assert.match(configurationOf(prod), /filename: \/notifications\/notification\.txt/);
        const sending = await stackWith({ mail });
        assert.match(configurationOf(sending), /address: submission:\/\/smtp\.example\.org:587/);
        assert.ok(sending.object("Secret/authelia/authelia-mail"));
        const flows = flowTexts(declaredFlows(sending.component("authelia")));
        assert.ok(flows.includes("authelia mail out"));
        assert.ok(!flowTexts(declaredFlows(prod)).includes("authelia mail out"));
    });

    it("is a provider as soon as somebody asks for a client", async () => {
        const off = { enabled: false };
        const systems = {
            ...{ keycloak: off, grafanaOperator: off, rbac: off, tenants: off },
            ...{
                audiobookshelf: off,
                matrix: off,
                backstage: off,
                openBao: off,
                externalSecrets: off,
                jupyterhub: off,
                airflow: off,
            },
        };
        const without = await stackWith({ systems });
        assert.deepEqual(without.settings.signOn.clients, []);
        assert.doesNotMatch(configurationOf(without), /identity_providers/);
        const clients = full.outsideClients;
        const asked = await stackWith({ systems: { authelia: { clients } } });
        assert.match(configurationOf(asked), /client_id: proxmox/);
        const { spec } = asked.object("Certificate/authelia/authelia-signing");
        const { privateKey } = spec as { privateKey: object };
        assert.deepEqual(privateKey, {
            algorithm: "RSA",
            size: 3072,
            encoding: "PKCS8",
            rotationPolicy: "Never",
        });
    });
});

describe("the digest of a client's secret", () => {
    it("is the same for the same salt, and another for another", async () => {
        const digest = await digestOf("secret", "saltsaltsaltsalt");
        assert.match(digest, /^\$pbkdf2-sha512\$100000\$[\w./]+\$[\w./]{86}$/);
        assert.equal(await digestOf("secret", "saltsaltsaltsalt"), digest);
        assert.notEqual(await digestOf("secret", "saltsaltsaltsal2"), digest);
    });
});

describe("authelia config validate", () => {
    const program = findExecutable("authelia", (process.env.PATH ?? "").split(path.delimiter));
    let folder: string;
    before(async function () {
        if (program === undefined) {
            console.log("    (authelia is not on the PATH: 3 checks of its configuration skipped)");
            this.skip();
        }
        folder = fs.mkdtempSync(path.join(os.tmpdir(), "authelia-"));
        const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
        const pem = privateKey.export({ type: "pkcs8", format: "pem" });
        fs.writeFileSync(path.join(folder, signingKeyFile), pem);
        const digest = await digestOf("a secret", "saltsaltsaltsalt");
        const { clients } = (await stack("prod")).settings.signOn;
        for (const { id } of [shop, ...clients]) {
            fs.writeFileSync(path.join(folder, digestFile(id)), digest);
        }
        for (const [, file] of Object.values(secretFiles)) {
            fs.writeFileSync(path.join(folder, file), "x".repeat(64));
        }
    });
    after(() => {
        if (program !== undefined) {
            fs.rmSync(folder, { recursive: true, force: true });
        }
    });

    function validate(text: string, without: readonly string[] = []) {
        const file = path.join(folder, "configuration.yml");
        const folders = [autheliaFolders.secrets, autheliaFolders.authorities];
        const here = folders.reduce(
            (all, each) => all.replace(new RegExp(`(?<=["\\s'])${each}(?=[/\\s])`, "g"), folder),
            text,
        );
        fs.writeFileSync(file, here);
        const variables = Object.values(secretFiles)
            .filter(([, secret]) => !without.includes(secret))
            .map(([variable, secret]) => [`AUTHELIA_${variable}_FILE`, path.join(folder, secret)]);
        const { stdout, stderr } = spawnSync(
            program ?? "",
            ["config", "validate", "--config", file, "--config.experimental.filters", "template"],
            { encoding: "utf8", env: Object.fromEntries(variables) as NodeJS.ProcessEnv },
        );
        return `${stdout}${stderr}`;
    }
    const FINE = /^Configuration parsed and loaded successfully without errors\.\s*$/;

    it("takes the configuration of prod and of dev", async () => {
        const without = { prod: [], dev: [secretFiles.sentinels[1]] };
        for (const profile of ["prod", "dev"] as const) {
            const text = configurationOf(await stack(profile));
            const missing = [secretFiles.mail[1], ...without[profile]];
            assert.match(validate(text, missing), FINE, profile);
        }
    });

    it("takes one with clients, mail and everything else", () => {
        assert.match(validate(autheliaFile(full)), FINE);
    });

    it("refuses what is wrong: the test can fail", () => {
        const wrong = autheliaFile({ ...full, clients: [shop, shop] });
        assert.match(validate(wrong), /shop/);
        assert.doesNotMatch(validate(wrong), FINE);
    });
});
