import * as assert from "node:assert/strict";
import { isLiteralSecret, isSecretByName } from "../../../../policy/engines/plain-text/literals";

const isSecret = (name: string, value: string) => isLiteralSecret({ name, value, isWhole: true });

describe("policy/engines/plain-text/literals", () => {
    const names = (
        "PASSWORD DB_PASSWORD dbPassword db-password POSTGRES_PASSWD password2 PGPASSWORD MYSQL_PWD " +
        "REDISCLI_AUTH masterauth requirepass DBPASS bindpw rootpw smtpPass LDAP_BIND_PW storepass keypass " +
        "keystorePassword truststore.password ssl.key.password spring.datasource.password passPhrase " +
        "MINIO_ROOT_PASSWORD ADMIN_PASSWORD_INITIAL PASSWORD_DB RABBITMQ_ERLANG_COOKIE pgbouncer_auth_pass " +
        "psk preSharedKey presharedkey PresharedKey apikey APIKEY apiKey API_KEY N8N_ENCRYPTION_KEY " +
        "awsSecretAccessKey awssecretaccesskey accesskey SECRET_KEY_BASE DJANGO_SECRET_KEY PrivateKey " +
        "AccountKey SharedAccessKey hmacKey signingKey AES_KEY unsealKey LICENSE_KEY " +
        "GITHUB_TOKEN TOKEN_GITHUB apiToken authToken _authToken bearer_token joinToken PVE_TOKEN_SECRET " +
        "clientSecret OIDC_CLIENT_SECRET JWT_SECRET COOKIE_SECRET WEBHOOK_SECRET credentials"
    ).split(" ");
    for (const name of names) {
        it(`${name} holds a secret`, () => {
            assert.ok(isSecret(name, "Sup3rSafe"));
        });
    }

    const secrets: readonly (readonly [string, string, string])[] = [
        ["DB_PASSWORD", "123456", "digits only"],
        ["API_TOKEN", "123456789012", "digits only"],
        ["password", "correct horse battery staple", "several words"],
        ["password", "p(ss;w{rd", "punctuation"],
        ["password", "changeme", "a default"],
        ["password", "password", "a default"],
        ["POSTGRES_PASSWORD", "$ecret!1", "a dollar"],
        ["TOKEN", "aGVsbG8/d29ybGQ+c2VjcmV0==", "base64 with a slash"],
        ["TOKEN", "/aGVsbG8+d29ybGQ=", "base64 that starts like a path"],
        ["webhookSecret", "9f8e7d6c5b4a39281706", "nobody's name"],
        ["secret", "hunter2hunter2", "nobody's name"],
        ["secretKey", "supersecretpassword", "no name of a key"],
        ["PAGERDUTY_ROUTING_KEY", "R0ABCDEF12345678GHIJ1234567890AB", "a key that opens"],
        ["passwordHash", "{SHA}W6ph5Mm5Pz8GgiULbPgzG37mj9g=", "the digest of a fast function"],
        ["Authorization", "Basic dXNlcjpwYXNzd29yZA==", "a header"],
        ["Proxy-Authorization", "Bearer abcdef123456", "a header"],
        ["X-Api-Key", "Sup3rSafe", "a header"],
        ["NEO4J_AUTH", "neo4j/Sup3rSafe", "name and password"],
        ["BASIC_AUTH", "admin:Sup3rSafe", "name and password"],
        ["auth", "dXNlcjpTdXAzclNhZmU=", "name and password in base64"],
    ];
    for (const [name, value, what] of secrets) {
        it(`${name} with ${what} is one`, () => {
            assert.ok(isSecret(name, value));
        });
    }

    const harmless = [
        "",
        "true",
        "no",
        "30s",
        "1h30m",
        "512Mi",
        "/run/secrets/password",
        "./token",
        "https://vault.example.org/token",
        "$(DB_PASSWORD)",
        "${DB_PASSWORD}",
        "$DB_PASSWORD",
        "$dex.github.clientSecret",
        "$__file{/etc/secrets/password}",
        "{{ .Values.password }}",
        "env.DB_PASSWORD",
        "<password>",
        "********",
        "file:/etc/token",
        "op://vault/item/field",
        "ENC[AES256_GCM,data:abc,type:str]",
        // Digests of slow functions may lie beside the names of users.
        "$argon2id$v=19$m=65536,t=3,p=4$c29tZXNhbHQ$abc",
        "$2y$10$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy",
    ];
    for (const value of harmless) {
        it(`PASSWORD=${value} is no secret`, () => {
            assert.ok(!isSecret("PASSWORD", value));
        });
    }

    const others: readonly (readonly [string, string])[] = [
        // Names of keys in Secrets, and of Secrets.
        ["userPasswordKey", "password"],
        ["passwordKey", "admin-password"],
        ["secretKey", "admin-password"],
        ["clientSecretKey", "client-secret"],
        ["accessKeyIdName", "AWS_ACCESS_KEY_ID"],
        ["existingSecret", "db-auth"],
        ["existingSecretPasswordKey", "Passw0rdKey1x"],
        ["passwordSecretRef", "db"],
        ["secretName", "db"],
        ["TLS_SECRET", "web-tls"],
        ["caCertsSecret", "ca-certs-secret"],
        ["imagePullSecret", "regcred"],
        ["credentialsSecret", "cloud-credentials"],
        ["nginx.ingress.kubernetes.io/auth-secret", "basic-auth"],
        ["csi.storage.k8s.io/provisioner-secret-name", "rook-csi"],
        // What is said of a secret.
        ["PASSWORD_FILE", "hunter2-Xy"],
        ["tokenTtl", "3600"],
        ["token_type", "Bearer12x3y4"],
        ["TOKEN_URL", "issuer1x2y3z"],
        ["passwordAuthentication", "no"],
        ["password_encryption", "scram-sha-256"],
        ["password_min_length", "800"],
        ["automountServiceAccountToken", "false"],
        ["checksum/secret", "3f2a9b0c4d5e6f708192a3b4c5d6e7f8091a2b3c4d5e6f708192a3b4c5d6e7f8"],
        // Tokens that are counted, and that page.
        ["maxTokens", "4096"],
        ["max_tokens", "200000"],
        ["tokens-per-second", "100000"],
        ["token_bucket", "12345678"],
        ["nextPageToken", "abc1D2e3F4"],
        // Keys that open nothing, and words that only contain one.
        ["publicKey", "AAAAC3NzaC1lZDI1NTE5"],
        ["topologyKey", "kubernetes.io/hostname"],
        ["routing_key", "orders.created.v1"],
        ["cacheKey", "Sup3rSafe"],
        ["MONKEY", "Sup3rSafe"],
        ["KEYBOARD", "Us1ntl9x"],
        ["COMPASS", "north-1x2y3z"],
        ["proxy_pass", "backend"],
        // nsswitch.conf, and the shell's working directory.
        ["passwd", "files"],
        ["passwd", "files systemd"],
        ["PWD", "/app"],
        ["authorization-mode", "Node,RBAC"],
        ["auth", "oauth2-proxy"],
        ["NEO4J_AUTH", "none"],
    ];
    for (const [name, value] of others) {
        it(`${name}=${value} only sounds like a secret`, () => {
            assert.ok(!isSecret(name, value));
        });
    }

    it("a flag may name a Secret by one word, a password never", () => {
        const isFlag = true;
        assert.ok(!isLiteralSecret({ name: "webhook-secret", value: "hooks2", isFlag }));
        assert.ok(isLiteralSecret({ name: "webhook-secret", value: "hooks2" }));
        assert.ok(isLiteralSecret({ name: "password", value: "hooks", isFlag }));
    });

    it("says of a name alone whether a computed value is a secret", () => {
        assert.equal(isSecretByName("DB_PASSWORD"), true);
        assert.equal(isSecretByName("TLS_SECRET"), "maybe");
        assert.equal(isSecretByName("DB_HOST"), false);
    });
});
