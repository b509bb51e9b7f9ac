/** An OpenID Connect issuer as far as an API server asks one: its keys, and tokens signed with them. */
import { execFileSync } from "node:child_process";
import { generateKeyPairSync, sign } from "node:crypto";
import { once } from "node:events";
import * as fs from "node:fs";
import * as https from "node:https";
import type { AddressInfo } from "node:net";
import * as path from "node:path";

type Claims = Readonly<Record<string, unknown>>;

const KEY = "test";
const encoded = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");

/** A certificate for the loopback address that is its own authority. */
function certificate(folder: string): { key: Buffer; cert: Buffer } {
    const [key, cert] = [path.join(folder, "issuer.key"), path.join(folder, "issuer.crt")] as const;
    execFileSync(
        "openssl",
        [
            ...["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"],
            ...["-nodes", "-days", "1", "-subj", "/CN=issuer", "-keyout", key, "-out", cert],
            ...["-addext", "subjectAltName=IP:127.0.0.1"],
        ],
        { stdio: "ignore" },
    );
    return { key: fs.readFileSync(key), cert: fs.readFileSync(cert) };
}

/** An administrator's certificate, as Talos signs it, and who signed it. */
export function administratorCertificate(folder: string) {
    const at = (name: string) => path.join(folder, name);
    const openssl = (...options: string[]) => execFileSync("openssl", options, { stdio: "ignore" });
    const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
    openssl(
        ...["req", "-x509", ...key, "-days", "1", "-subj", "/CN=kubernetes"],
        ...["-keyout", at("ca.key"), "-out", at("ca.crt")],
    );
    openssl(
        ...["req", ...key, "-subj", "/O=system:masters/CN=admin"],
        ...["-keyout", at("admin.key"), "-out", at("admin.csr")],
    );
    fs.writeFileSync(at("admin.ext"), "extendedKeyUsage=clientAuth");
    openssl(
        ...["x509", "-req", "-days", "1", "-in", at("admin.csr"), "-out", at("admin.crt")],
        ...["-CA", at("ca.crt"), "-CAkey", at("ca.key"), "-CAcreateserial"],
        ...["-extfile", at("admin.ext")],
    );
    const read = (name: string) => fs.readFileSync(at(name));
    return {
        authority: at("ca.crt"),
        identity: { key: read("admin.key"), cert: read("admin.crt") },
    };
}

/** A running issuer. */
export class FakeIssuer {
    private readonly keys = generateKeyPairSync("ec", { namedCurve: "P-256" });
    /** Whom the token endpoint says that a code stands for. */
    person: Claims = {};

    private constructor(
        private readonly server: https.Server,
        /** PEM of who signed its certificate. */
        readonly certificateAuthority: string,
    ) {}

    /** Address of the issuer. */
    get url(): string {
        return `https://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
    }

    /** @throws Error where there is no openssl */
    static async start(folder: string): Promise<FakeIssuer> {
        const files = certificate(folder);
        const issuer = new FakeIssuer(https.createServer(files), files.cert.toString());
        issuer.server.on("request", ({ url }, response) => {
            response.setHeader("Content-Type", "application/json");
            response.end(JSON.stringify(issuer.answer(url ?? "")));
        });
        issuer.server.listen(0, "127.0.0.1");
        await once(issuer.server, "listening");
        return issuer;
    }

    /** A token of somebody, valid for ten minutes unless the claims say otherwise. */
    token(claims: Claims): string {
        const now = Math.floor(Date.now() / 1000);
        const body = { iss: this.url, aud: "kubernetes", sub: "id", iat: now, exp: now + 600 };
        const header = { alg: "ES256", typ: "JWT", kid: KEY };
        const content = `${encoded(header)}.${encoded({ ...body, ...claims })}`;
        const key = { key: this.keys.privateKey, dsaEncoding: "ieee-p1363" } as const;
        return `${content}.${sign("sha256", Buffer.from(content), key).toString("base64url")}`;
    }

    /** Ends it. */
    async stop(): Promise<void> {
        if (this.server.listening) {
            this.server.closeAllConnections();
            this.server.close();
            await once(this.server, "close");
        }
    }

    private answer(path: string): object {
        if (path === "/token") {
            return { access_token: "a", token_type: "Bearer", id_token: this.token(this.person) };
        }
        return path === "/.well-known/openid-configuration"
            ? {
                  issuer: this.url,
                  jwks_uri: `${this.url}/keys`,
                  authorization_endpoint: `${this.url}/authorize`,
                  token_endpoint: `${this.url}/token`,
                  response_types_supported: ["code"],
                  subject_types_supported: ["public"],
                  id_token_signing_alg_values_supported: ["ES256"],
              }
            : {
                  keys: [
                      {
                          ...this.keys.publicKey.export({ format: "jwk" }),
                          kid: KEY,
                          alg: "ES256",
                          use: "sig",
                      },
                  ],
              };
    }
}
