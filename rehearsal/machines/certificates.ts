/** Certificates of the simulation: an authority of its own, and what others' authorities sign. */
import { webcrypto } from "node:crypto";
import "reflect-metadata"; // @peculiar/x509 asks for it
import * as x509 from "@peculiar/x509";

x509.cryptoProvider.set(webcrypto);

const ECDSA = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" } as const;
const DAY = 86_400_000;

/** Certificate and key, PEM. */
export interface KeyPair {
    readonly certificate: string;
    readonly key: string;
}

/** An authority that can sign. */
export interface Authority {
    readonly certificate: x509.X509Certificate;
    readonly signingKey: webcrypto.CryptoKey;
    readonly algorithm: typeof ECDSA | { readonly name: "Ed25519" };
}

function pem(label: string, der: ArrayBuffer): string {
    const lines =
        Buffer.from(der)
            .toString("base64")
            .match(/.{1,64}/g) ?? [];
    return `-----BEGIN ${label}-----\n${lines.join("\n")}\n-----END ${label}-----\n`;
}

/** The DER of a PEM whatever its label: Talos writes `ED25519 PRIVATE KEY` (siderolabs/crypto). */
function der(text: string): Uint8Array<ArrayBuffer> {
    const body = text.replaceAll(/-----[A-Z0-9 ]+-----/g, "").replaceAll(/\s/g, "");
    return Uint8Array.from(Buffer.from(body, "base64"));
}

/** Makes an authority that lives for a day. */
export async function makeAuthority(name: string): Promise<Authority> {
    const keys = await webcrypto.subtle.generateKey(ECDSA, true, ["sign", "verify"]);
    const certificate = await x509.X509CertificateGenerator.createSelfSigned({
        name: `CN=${name}`,
        notBefore: new Date(Date.now() - 60_000),
        notAfter: new Date(Date.now() + DAY),
        keys,
        signingAlgorithm: ECDSA,
        extensions: [
            new x509.BasicConstraintsExtension(true, undefined, true),
            new x509.KeyUsagesExtension(
                x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign,
                true,
            ),
        ],
    });
    return { certificate, signingKey: keys.privateKey, algorithm: ECDSA };
}

/** Reads an authority of a machine configuration: Ed25519 for Talos, ECDSA for Kubernetes. */
export async function readAuthority(
    { certificate, key }: KeyPair,
    kind: "talos" | "kubernetes",
): Promise<Authority> {
    const algorithm = kind === "talos" ? ({ name: "Ed25519" } as const) : ECDSA;
    const { createPrivateKey } = await import("node:crypto");
    const pkcs8 =
        kind === "talos"
            ? der(key)
            : Uint8Array.from(createPrivateKey(key).export({ type: "pkcs8", format: "der" }));
    return {
        certificate: new x509.X509Certificate(certificate),
        signingKey: await webcrypto.subtle.importKey("pkcs8", pkcs8, algorithm, false, ["sign"]),
        algorithm,
    };
}

/** Whom a certificate is for. */
export interface Subject {
    /** Such as `CN=admin, O=system:masters`. */
    readonly name: string;
    /** Addresses and names of a server; empty for a client. */
    readonly addresses: readonly string[];
    /** Days until it ends. */
    readonly days: number;
}

const isAddress = (text: string) => /^[0-9.]+$/.test(text);

/** Signs a certificate with a new key. */
export async function sign(
    { certificate: issuer, signingKey, algorithm }: Authority,
    { name, addresses, days }: Subject,
): Promise<KeyPair> {
    const keys = await webcrypto.subtle.generateKey(ECDSA, true, ["sign", "verify"]);
    const usage = x509.ExtendedKeyUsage[addresses.length > 0 ? "serverAuth" : "clientAuth"];
    const certificate = await x509.X509CertificateGenerator.create({
        serialNumber: Buffer.from(webcrypto.getRandomValues(new Uint8Array(15))).toString("hex"),
        issuer: issuer.subject,
        subject: name,
        notBefore: new Date(Date.now() - 60_000),
        notAfter: new Date(Date.now() + days * DAY),
        publicKey: keys.publicKey,
        signingKey,
        signingAlgorithm: algorithm,
        extensions: [
            new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
            new x509.ExtendedKeyUsageExtension([usage]),
            ...(addresses.length > 0
                ? [
                      new x509.SubjectAlternativeNameExtension(
                          addresses.map((value) => ({
                              type: isAddress(value) ? ("ip" as const) : ("dns" as const),
                              value,
                          })),
                      ),
                  ]
                : []),
        ],
    });
    return {
        certificate: `${certificate.toString("pem")}\n`,
        key: pem("PRIVATE KEY", await webcrypto.subtle.exportKey("pkcs8", keys.privateKey)),
    };
}
