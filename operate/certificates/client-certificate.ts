/**
 * A new client certificate for Talos' API, signed with the authority of the cluster's secrets: no
 * node is asked, so an ended one is no obstacle.
 */
import { webcrypto } from "node:crypto";
import "reflect-metadata"; // @peculiar/x509 asks for it
import * as x509 from "@peculiar/x509";
import type { KeyPair } from "../../preview/engine/talos-secrets";

x509.cryptoProvider.set(webcrypto);

/** Days that a new certificate lives; Talos' own default is a year. */
const validDays = 365;
const day = 86_400_000;
const algorithm = { name: "Ed25519" };
/** Talos writes the label of RFC 8410 keys in its own way (siderolabs/crypto: x509/constants.go). */
const keyLabel = "ED25519 PRIVATE KEY";

function fromBase64(text: string): string {
    return Buffer.from(text, "base64").toString("utf8");
}

function toBase64(text: string): string {
    return Buffer.from(text, "utf8").toString("base64");
}

/** The DER inside a PEM, whatever its label. */
function derOf(pem: string): Uint8Array<ArrayBuffer> {
    const body = pem.replaceAll(/-----[A-Z0-9 ]+-----/g, "").replaceAll(/\s/g, "");
    return Uint8Array.from(Buffer.from(body, "base64"));
}

function pemOf(label: string, der: ArrayBuffer): string {
    const lines =
        Buffer.from(der)
            .toString("base64")
            .match(/.{1,64}/g) ?? [];
    return `-----BEGIN ${label}-----\n${lines.join("\n")}\n-----END ${label}-----\n`;
}

/**
 * Names the authority as it names itself: OpenSSL finds no authority by another identifier, and each
 * library computes its own.
 */
function keyIdentifierOf(issuer: x509.X509Certificate): x509.Extension[] {
    const own = issuer.getExtension(x509.SubjectKeyIdentifierExtension);
    return own === null ? [] : [new x509.AuthorityKeyIdentifierExtension(own.keyId)];
}

/**
 * Signs a certificate for an administrator.
 *
 * @param authority certificate and key of Talos' authority, `machineSecrets.certs.os`
 * @throws Error when the authority is none, or its key does not belong to it
 */
export async function signClient(authority: KeyPair, now = new Date()): Promise<KeyPair> {
    const issuer = new x509.X509Certificate(fromBase64(authority.certificate));
    const signingKey = await webcrypto.subtle.importKey(
        "pkcs8",
        derOf(fromBase64(authority.key)),
        algorithm,
        false,
        ["sign"],
    );
    const keys = (await webcrypto.subtle.generateKey(algorithm, true, [
        "sign",
        "verify",
    ])) as webcrypto.CryptoKeyPair;
    const certificate = await x509.X509CertificateGenerator.create({
        serialNumber: Buffer.from(webcrypto.getRandomValues(new Uint8Array(16))).toString("hex"),
        issuer: issuer.subject,
        // The role is the organization (siderolabs/talos: pkg/machinery/role).
        subject: "O=os:admin",
        notBefore: new Date(now.getTime() - 60_000),
        notAfter: new Date(Math.min(now.getTime() + validDays * day, issuer.notAfter.getTime())),
        publicKey: keys.publicKey,
        signingKey,
        signingAlgorithm: algorithm,
        extensions: [
            new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
            new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.clientAuth]),
            ...keyIdentifierOf(issuer),
        ],
    });
    if (!(await certificate.verify({ publicKey: issuer, signatureOnly: true }))) {
        throw new Error("the key of the authority does not belong to its certificate");
    }
    const key = await webcrypto.subtle.exportKey("pkcs8", keys.privateKey);
    return {
        certificate: toBase64(certificate.toString("pem") + "\n"),
        key: toBase64(pemOf(keyLabel, key)),
    };
}
