import * as assert from "node:assert/strict";
import { parseImage } from "../../../policy/kubernetes/images";
import {
    isLiteralSecret,
    isSecretName,
    secretFlags,
    secretLines,
    secretShape,
} from "../../../policy/criteria/infrastructure-as-code/plain-text";
import { parseQuantity } from "../../../policy/kubernetes/quantities";
import { selects, selectsAll } from "../../../policy/kubernetes/selectors";
import type { Reading } from "../../../policy/kernel/tree";
import { UNKNOWN } from "../harness";

const known = (value: unknown): Reading => ({ state: "known", value });

describe("policy/kubernetes/images", () => {
    const cases = {
        busybox: ["docker.io", "library/busybox", undefined, undefined],
        "rook/ceph:v1.20.6": ["docker.io", "rook/ceph", "v1.20.6", undefined],
        "index.docker.io/rook/ceph:v1": ["docker.io", "rook/ceph", "v1", undefined],
        "localhost:5000/a/b:1": ["localhost:5000", "a/b", "1", undefined],
        "quay.io/a/b:1@sha256:abc": ["quay.io", "a/b", "1", "sha256:abc"],
        "quay.io/a/b@sha256:abc": ["quay.io", "a/b", undefined, "sha256:abc"],
    };
    for (const [reference, [registry, repository, tag, digest]] of Object.entries(cases)) {
        it(`reads ${reference} the way Docker does`, () => {
            assert.deepEqual(parseImage(reference), { registry, repository, tag, digest });
        });
    }
});

describe("policy/kubernetes/quantities", () => {
    const cases = { "500m": 0.5, "2": 2, "1.5": 1.5, "128Mi": 134217728, "8G": 8e9, "1e3": 1000 };
    for (const [text, number] of Object.entries(cases)) {
        it(`reads ${text}`, () => {
            assert.equal(parseQuantity(text), number);
        });
    }

    it("takes numbers as they are and refuses what is no quantity", () => {
        assert.equal(parseQuantity(3), 3);
        for (const text of ["", "many", "1 Gi", "5x", undefined, {}]) {
            assert.equal(parseQuantity(text), undefined);
        }
    });
});

describe("policy/kubernetes/selectors", () => {
    const labels = { app: "web", tier: "front" };
    const expression = (operator: string, key: string, values?: string[]) =>
        known({ matchExpressions: [{ key, operator, values }] });

    it("an empty selector selects everything, an absent one nothing", () => {
        assert.equal(selects(known({}), labels), true);
        assert.equal(selects({ state: "absent" }, labels), false);
    });

    it("matchLabels must all be there", () => {
        assert.equal(selects(known({ matchLabels: { app: "web" } }), labels), true);
        assert.equal(selects(known({ matchLabels: { app: "web", x: "y" } }), labels), false);
    });

    it("matchExpressions follow their operators", () => {
        assert.equal(selects(expression("In", "app", ["web"]), labels), true);
        assert.equal(selects(expression("In", "app", ["db"]), labels), false);
        assert.equal(selects(expression("In", "none", ["web"]), labels), false);
        assert.equal(selects(expression("NotIn", "app", ["db"]), labels), true);
        assert.equal(selects(expression("NotIn", "none", ["db"]), labels), true);
        assert.equal(selects(expression("NotIn", "app", ["web"]), labels), false);
        assert.equal(selects(expression("Exists", "tier"), labels), true);
        assert.equal(selects(expression("Exists", "none"), labels), false);
        assert.equal(selects(expression("DoesNotExist", "none"), labels), true);
        assert.equal(selects(expression("DoesNotExist", "tier"), labels), false);
        assert.equal(selects(expression("Like", "app"), labels), false);
    });

    it("nobody can say what an unknown selector selects", () => {
        assert.equal(selects({ state: "unknown" }, labels), "unknown");
        assert.equal(selects(known({ matchLabels: { app: UNKNOWN } }), labels), "unknown");
    });

    it("selectsAll wants no condition at all", () => {
        assert.ok(selectsAll({ state: "absent" }));
        assert.ok(selectsAll(known({})));
        assert.ok(selectsAll(known({ matchLabels: {}, matchExpressions: [] })));
        assert.ok(!selectsAll(known({ matchLabels: { app: "web" } })));
        assert.ok(!selectsAll({ state: "unknown" }));
    });
});

describe("policy/criteria/infrastructure-as-code/plain-text", () => {
    const secretNames = [
        "PASSWORD",
        "DB_PASSWORD",
        "dbPassword",
        "db-password",
        "POSTGRES_PASSWD",
        "N8N_ENCRYPTION_KEY",
        "awsSecretAccessKey",
        "API_KEY",
        "apiToken",
        "REDIS_PASS",
        "clientSecret",
        "GF_SECURITY_ADMIN_PASSWORD",
        "SECRET_KEY_BASE",
        "password2",
    ];
    for (const name of secretNames) {
        it(`${name} holds a secret`, () => {
            assert.ok(isSecretName(name));
            assert.ok(isLiteralSecret(name, "hunter2-Xy"));
        });
    }

    const otherNames = [
        "PASSWORD_FILE",
        "tokenTtl",
        "existingSecret",
        "secretName",
        "TLS_SECRET",
        "imagePullSecret",
        "TOKEN_URL",
        "MONKEY",
        "KEYBOARD",
        "cacheKey",
        "automountServiceAccountToken",
        "passwordSecretRef",
        "COMPASS",
    ];
    for (const name of otherNames) {
        it(`${name} only sounds like a secret`, () => {
            assert.ok(
                !isLiteralSecret(
                    name,
                    name === "automountServiceAccountToken" ? "false" : "some-name",
                ),
            );
        });
    }

    const harmless = [
        "",
        "true",
        "8080",
        "30s",
        "1h30m",
        "512Mi",
        "/run/secrets/password",
        "./token",
        "https://vault.example.org/token",
        "$(DB_PASSWORD)",
        "${DB_PASSWORD}",
        "$__file{/etc/secrets/password}",
        "{{ .Values.password }}",
        "<password>",
        "********",
        "file:/etc/token",
    ];
    for (const value of harmless) {
        it(`PASSWORD=${value} is no literal secret`, () => {
            assert.ok(!isLiteralSecret("PASSWORD", value));
        });
    }

    it("base64 with slashes is no path", () => {
        assert.ok(isLiteralSecret("TOKEN", "aGVsbG8/d29ybGQ+c2VjcmV0=="));
        assert.ok(isLiteralSecret("TOKEN", "/aGVsbG8+d29ybGQ="));
    });

    const shapes = {
        // In two parts, so that secret scanners leave this file alone.
        "a private key": ["x\n-----BEGIN RSA PRIV", "ATE KEY-----\nMII"].join(""),
        "an AWS access key": ["key AKIA", "IOSFODNN7EXAMPLE end"].join(""),
        "a GitHub token": `ghp_${"a1".repeat(18)}`,
        "a signed token": "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.SflKxwRJSMeKKF2QT4",
        "a URL with a password": "postgres://app:hunter2@db.apps:5432/app",
    };
    for (const [name, text] of Object.entries(shapes)) {
        it(`knows the shape of ${name}`, () => {
            assert.equal(secretShape(text), name);
        });
    }

    for (const text of [
        "-----BEGIN CERTIFICATE-----",
        "-----BEGIN PUBLIC KEY-----",
        "https://example.org/path?at=me@example.org",
        "postgres://app:$(PASSWORD)@db/app",
        "postgres://app:${PASSWORD}@db/app",
        "https://host:8443/path@2x.png",
        "http://user@host/",
    ]) {
        it(`finds nothing in ${text}`, () => {
            assert.equal(secretShape(text), undefined);
        });
    }

    it("finds literal flags, inline and as the next argument", () => {
        assert.deepEqual(
            secretFlags([
                "--password=abc",
                "--token",
                "abc",
                "--secret-name=x",
                "--password",
                "--v",
            ]),
            ["password", "token"],
        );
        assert.deepEqual(secretFlags(["--token-file=/run/token", "--password=$(PASSWORD)"]), []);
    });

    it("finds lines of a configuration file, not sentences, lists or references", () => {
        const text = [
            "password: hunter2",
            '  "api_key": "abcdef",',
            "- token = abcdef",
            "password: the one you chose",
            "password: ${PASSWORD}",
            "passwordFile: /run/password",
            "# token: abcdef",
            "token: [a, b]",
        ].join("\n");
        assert.deepEqual(secretLines(text), ["password", "api_key", "token"]);
    });
});
