import * as assert from "node:assert/strict";
import { placesIn, secretsInText } from "../../../../policy/engines/plain-text/texts";

/** Whether a file of that name with that text holds a secret. */
const holds = (text: string, file: string) =>
    secretsInText(text, { file, isFile: true }).length > 0;

/** In parts, so that secret scanners leave this file alone. */
const join = (...parts: string[]) => parts.join("");

describe("policy/engines/plain-text/texts", () => {
    const secret: readonly (readonly [string, string])[] = [
        // Connection strings.
        ["url", "jdbc:postgresql://db:5432/app?user=app&password=Sup3rSafe"],
        ["url", "jdbc:sqlserver://h:1433;databaseName=d;user=sa;password=Sup3rSafe;"],
        ["url", "jdbc:oracle:thin:scott/tiger1@//h:1521/x"],
        ["url", "Server=db;Database=x;User Id=app;Password=Sup3rSafe;"],
        ["url", "host=db user=app password=Sup3rSafe dbname=app"],
        ["url", "amqp://u:Sup3rSafe@rabbit:5672/"],
        ["url", "mongodb+srv://u:Sup3rSafe@c.mongodb.net/x"],
        ["url", "redis://:Sup3rSafe@redis:6379/0"],
        ["url", "app:Sup3rSafe@tcp(db:3306)/app?parseTime=true"],
        ["url", "AccountName=a;AccountKey=abcDEF123+/=;EndpointSuffix=core.windows.net"],
        ["url", "jdbc:postgresql://db/app?password=Sup3rSafe&user=app"],
        ["url", "smtp://mail.example.org:465?pass=Sup3rSafe"],
        ["url", "https://x.example.org/api?access_token=Sup3rSafe123abc"],
        ["url", "https://x.example.org/cb?client_secret=Sup3rSafe&x=y"],
        // URLs that are a secret themselves.
        ["url", "https://ntfy.example.org/topic?auth=QmVhcmVyIHRrX2FiY2RlZmdoaWprbG1u"],
        ["url", "https://x.azurewebsites.net/api/f?code=aBc123dEf456gHi789jKl"],
        ["url", "https://hooks.slack.com/services/T0AB1CD2E/B0FG3HI4J/aBcDeFgHiJkLmNoPqRsTuVwX"],
        ["url", "https://discord.com/api/webhooks/123456789012345678/aBcDeFgH-ijklmnop_QRST1234"],
        ["url", "https://x.webhook.office.com/webhookb2/8f3e-11@22/IncomingWebhook/abc123def/456"],
        ["url", "https://api.telegram.org/bot123456789:Hdq5TcvCH1vGWJxfSeof/sendMessage"],
        ["url", "https://chat.example.org/hooks/x8k3j9d7f6s5a4q3w2e1r0t9y8"],
        ["url", "https://x.logic.azure.com/invoke?sp=x&sig=AbC123dEf456gHi789"],
        // Lists of tokens, and a list whose words are no names.
        ["config.yaml", 'tokens: ["frontend", "k3yF0r7heBackend"]'],
        ["config.yaml", 'access_token: ["a1b2c3d4e5f6", "b2c3d4e5f6a1"]'],
        ["config.yaml", 'id_token: "hunterTwo22"'],
        ["config.yaml", 'password: ["hunter", "tiger"]'],
        // SQL.
        ["init.sql", "CREATE USER app WITH PASSWORD 'Sup3rSafe';"],
        ["init.sql", "ALTER ROLE app ENCRYPTED PASSWORD '4711';"],
        ["init.sql", "CREATE USER 'app'@'%' IDENTIFIED BY 'Sup3rSafe';"],
        ["init.sql", "ALTER USER root IDENTIFIED WITH mysql_native_password BY 'Sup3rSafe';"],
        ["init.sql", "CREATE USER app IDENTIFIED BY tiger1;"],
        ["init.sql", "SET PASSWORD FOR 'x'@'%' = PASSWORD('Sup3rSafe');"],
        ["init.sql", "CREATE LOGIN app WITH PASSWORD = N'Sup3rSafe';"],
        ["init.sql", "DO $$ BEGIN CREATE ROLE x PASSWORD 'Sup3rSafe'; END $$;"],
        ["init.sql", "CREATE USER MAPPING FOR a SERVER s OPTIONS (password 'Sup3rSafe');"],
        // Files of settings.
        ["redis.conf", "port 6379\nrequirepass Sup3rSafe\n"],
        ["users.acl", "user app on >Sup3rSafe ~* +@all"],
        ["ldap.conf", "bindpw Sup3rSafe"],
        [".netrc", "machine h login u password Sup3rSafe"],
        ["frr.conf", "router bgp 1\n neighbor 10.0.0.1 password Sup3rSafe"],
        ["keepalived.conf", "authentication {\n auth_pass 12345\n}"],
        ["haproxy.cfg", "frontend x\n  stats auth admin:Sup3rSafe\n"],
        ["sentinel.conf", "sentinel auth-pass mymaster Sup3rSafe"],
        ["ipsec.secrets", ': PSK "Sup3rSafe"'],
        ["httpd.conf", "AuthLDAPBindPassword Sup3rSafe"],
        ["nginx.conf", 'proxy_set_header Authorization "Basic dXNlcjpTdXAzcg==";'],
        ["init.js", 'db.createUser({user: "app", pwd: "Sup3rSafe"})'],
        ["config.json", '{"auths":{"ghcr.io":{"auth":"dXNlcjpTdXAzclNhZmU="}}}'],
        ["my.cnf", "[client]\nuser=root\npassword=Sup3rSafe\n"],
        ["app.properties", "db.password = 123456\n"],
        ["app.toml", 'conn = { host = "db", password = "Sup3rSafe" }\n'],
        ["app.yaml", "{user: app, password: Sup3rSafe}"],
        ["app.yaml", "password: 123456\n"],
        ["app.yaml", "password: >-\n  Sup3rSafe\n"],
        ["app.yaml", "passwords:\n - Sup3rSafe\n"],
        ["app.yaml", "env:\n- name: DB_PASSWORD\n  value: Sup3rSafe\n"],
        ["app.yaml", "{{- if .x }}\npassword: Sup3rSafe\n{{- end }}"],
        ["app.yaml", "kind: Secret\ndata:\n  a: c2VjcmV0\n"],
        ["app.json", '{"user":"app","password":"Sup3rSafe"}'],
        ["app.xml", "<user><password>Sup3rSafe</password></user>"],
        ["app.xml", '<property name="password" value="Sup3rSafe"/>'],
        ["app.xml", "<name>db.password</name><value>Sup3rSafe</value>"],
        ["server.xml", '<Connector port="8443" keystorePass="Sup3rSafe"/>'],
        ["wg0.conf", "[Interface]\nPrivateKey = aGVsbG93b3JsZGhlbGxvd29ybGRoZWxsb3dvcmxkaGU=\n"],
        ["kafka.properties", 'sasl.jaas.config=X required username="u" password="Sup3rSafe";'],
        ["run.py", "db = connect(password='Sup3rSafe')"],
        ["run.sh", "curl -u admin:Sup3rSafe http://x"],
        ["run.sh", "curl -H 'Authorization: Bearer abcdef123456' http://x"],
        ["run", "#!/bin/sh\nmysql -uroot -pSup3rSafe -e x\n"],
        [".pgpass", "db:5432:app:app:Sup3rSafe\n"],
        ["userlist.txt", '"app" "Sup3rSafe"\n'],
        ["htpasswd", "app:$apr1$abcdefgh$0123456789abcdefghijkl\n"],
        // Tokens.
        ["x", `ghp_${"a1B2c3".repeat(6)}`],
        ["x", join("xox", "b-1234567890-abcdefGHIJ")],
        ["x", join("root@pam!pulumi=", "12345678-9abc-4def-8123-456789abcdef")],
        ["x", join("LS0tLS1CRUdJTi", "BQUklWQVRFIEtFWS0tLS0tCk1JSQ==")],
    ];
    for (const [file, text] of secret) {
        it(`finds a secret in ${file}: ${JSON.stringify(text)}`, () => {
            assert.ok(holds(text, file));
        });
    }

    const harmless: readonly (readonly [string, string])[] = [
        ["url", "postgres://app@db/app"],
        ["url", "postgres://app:$(PASSWORD)@db/app"],
        ["url", "https://host:8443/path@2x.png"],
        ["url", "https://hooks.slack.com/services/XXXXXXXX/XXXXXXXX/XXXXXXXXXXXXXXXX"],
        ["init.sql", "CREATE USER app WITH PASSWORD :'password';"],
        ["init.sql", "CREATE USER app WITH PASSWORD '${APP_PASSWORD}';"],
        ["init.sql", "ALTER ROLE app PASSWORD NULL;"],
        ["init.sql", "SELECT password FROM users WHERE name = 'x';"],
        ["init.sql", "CREATE TABLE users (id int, password text NOT NULL);"],
        ["init.sql", "CREATE USER app IDENTIFIED BY RANDOM PASSWORD;"],
        ["init.sql", "-- CREATE USER app PASSWORD 'x'\nSELECT 1;"],
        ["nsswitch.conf", "passwd: files\ngroup: files\nhosts: files dns\n"],
        ["values.yaml", "auth:\n  existingSecret: db-auth\n  userPasswordKey: password\n"],
        ["values.yaml", 'registry:\n  secretName: ""\n  secretKey: npmrc\n'],
        ["values.yaml", "existingSecretKeys:\n  password: db-password\n"],
        ["kafka.yaml", "passwordSecret:\n  secretName: a\n  password: password\n"],
        ["motd", "Password must be at least 8 characters\n"],
        ["rules.yaml", "expr: up{secret=\"db-tls\"} == 0\ndescription: 'The token: it expires'\n"],
        ["secret.yaml", "data:\n  - secretKey: password\n    remoteRef:\n      key: db\n"],
        ["app.yaml", "password: ${PASSWORD}\n"],
        ["app.yaml", "# password: Sup3rSafe\n"],
        ["app.yaml", "password_file: /run/x\ntoken_ttl: 3600\nmax_tokens: 4096\n"],
        ["app.yaml", "sealed:\n  encryptedData:\n    password: AgBy3i4OJSWK\n"],
        ["app.properties", "password = env.DB_PASSWORD"],
        ["run.lua", "local password = ngx.var.password\nif password == nil then\n"],
        ["run.js", "const token = req.headers['x-token'];"],
        ["README.md", "Enter your password: then press enter"],
        ["nginx.conf", "proxy_pass http://backend;\nproxy_set_header X-Token $http_x_token;\n"],
        ["sshd_config", "PasswordAuthentication no\nPermitRootLogin prohibit-password\n"],
        ["postgresql.conf", "password_encryption = scram-sha-256\n"],
        ["pg_hba.conf", "host all all 0.0.0.0/0 scram-sha-256\nlocal all all password\n"],
        ["redis.conf", "requirepass ${REDIS_PASSWORD}\n"],
        ["pam", "password required pam_unix.so\n"],
        ["htpasswd", `user:$2y$10$${"abcdefghij".repeat(5)}ABC\n`],
        ["tls.crt", "-----BEGIN CERTIFICATE-----"],
        // What is in a token, not the token.
        ["configuration.yml", 'claims_policies: {groups: {id_token: ["email", "groups"]}}'],
        [
            "configuration.yml",
            "id_token:\n  - preferred_username\n  - email\naccess_token: [aud, sub]",
        ],
    ];
    for (const [file, text] of harmless) {
        it(`finds nothing in ${file}: ${JSON.stringify(text)}`, () => {
            assert.deepEqual(secretsInText(text, { file, isFile: true }), []);
        });
    }

    it("names settings, and shapes that need no name", () => {
        const url = join("postgres://app:", "hunter2@db.apps:5432/app");
        assert.deepEqual(secretsInText(`password: x1y2z3\nurl: ${url}\n`), [
            { by: "shape", shape: "a URL with a password" },
            { by: "name", name: "password" },
        ]);
    });

    it("says where in an object a secret is", () => {
        const object = {
            metadata: { annotations: { "example.org/db-password": "Sup3rSafe" } },
            spec: {
                auth: { password: "Sup3rSafe", passwordSecret: { secretName: "a", password: "b" } },
                api: { key: "Sup3rSafe" },
                parameters: [{ name: "auth.token", value: "Sup3rSafe" }],
                values: "password: Sup3rSafe\nname: x\n",
                command: ["redis-cli", "-a", "Sup3rSafe"],
            },
        };
        assert.deepEqual(
            placesIn(object, "").map(({ path }) => path),
            [
                "metadata.annotations.example.org/db-password",
                "spec.auth.password",
                "spec.api.key",
                "spec.parameters[0].value",
                "spec.values",
                "spec.command",
            ],
        );
    });

    it("reads a large text without a secret quickly", () => {
        const text = JSON.stringify(
            Array.from({ length: 5000 }, (_, index) => ({ id: index, key: `panel ${index}` })),
        );
        const before = process.cpuUsage().user;
        assert.deepEqual(secretsInText(text, { file: "board.json", isFile: true }), []);
        assert.ok(process.cpuUsage().user - before < 1_000_000);
    });
});
