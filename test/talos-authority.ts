/** An authority of Talos for tests. */
import { webcrypto } from "node:crypto";
import "reflect-metadata"; // @peculiar/x509 asks for it
import * as x509 from "@peculiar/x509";

const base64 = (text: string) => Buffer.from(text).toString("base64");

/** Certificate and key, PEM in base64, as a machine configuration has them. */
export interface EncodedPair {
    readonly certificate: string;
    readonly key: string;
}

/** An authority as Talos makes them: Ed25519, its key labelled in Talos' way. */
export async function authority(days = 3650): Promise<EncodedPair> {
    x509.cryptoProvider.set(webcrypto);
    const keys = (await webcrypto.subtle.generateKey({ name: "Ed25519" }, true, [
        "sign",
        "verify",
    ])) as webcrypto.CryptoKeyPair;
    const certificate = await x509.X509CertificateGenerator.createSelfSigned({
        name: "O=talos",
        keys: keys,
        notAfter: new Date(Date.now() + days * 86_400_000),
        signingAlgorithm: { name: "Ed25519" },
        extensions: [
            new x509.BasicConstraintsExtension(true, undefined, true),
            // Whoever makes a certificate chooses how: Go takes a part of a SHA-256 (RFC 7093).
            new x509.SubjectKeyIdentifierExtension("7aa7759532340aaf1f103a16f139e010d3cbd5e6"),
        ],
    });
    const der = Buffer.from(await webcrypto.subtle.exportKey("pkcs8", keys.privateKey));
    return {
        certificate: base64(certificate.toString("pem")),
        key: base64(
            `-----BEGIN ED25519 PRIVATE KEY-----\n${der.toString("base64")}\n-----END ED25519 PRIVATE KEY-----\n`,
        ),
    };
}
