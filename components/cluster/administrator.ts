/** A certificate with which the cluster's own authority lets somebody in for an hour. */
import { createPrivateKey, webcrypto } from "node:crypto";
import type { ClientCertificate } from "./kubernetes-api";

/** Certificate and key of an authority as Talos writes them: PEM in base64. */
export interface Authority {
    readonly cert: string;
    readonly key: string;
}

const HOUR = 3_600_000;
/** Talos makes the authority of Kubernetes so (siderolabs/talos: pkg/machinery/config/generate/secrets). */
const ALGORITHM = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" } as const;

const decoded = (base64: string): string => Buffer.from(base64, "base64").toString("utf8");
const encoded = (text: string): string => Buffer.from(text, "utf8").toString("base64");

/** The signing key of an authority, whatever form its PEM has. */
async function signingKeyOf({ key }: Authority): Promise<webcrypto.CryptoKey> {
    const der = createPrivateKey(decoded(key)).export({ type: "pkcs8", format: "der" });
    return webcrypto.subtle.importKey("pkcs8", Uint8Array.from(der), ALGORITHM, false, ["sign"]);
}

/**
 * Signs a certificate of an administrator, which lives in memory only. The kubeconfig of the stack is
 * of no use where it is asked for: it exists only after every node was configured.
 *
 * @param authority of Kubernetes, `machineSecrets.certs.k8s`
 * @throws Error when it is no authority, or of another kind
 */
export async function administrator(
    authority: Authority,
    now = Date.now(),
): Promise<ClientCertificate> {
    // They are needed only when a node changes, and take a while to load.
    await import("reflect-metadata");
    const x509 = await import("@peculiar/x509");
    x509.cryptoProvider.set(webcrypto);
    const issuer = new x509.X509Certificate(decoded(authority.cert));
    const keys = await webcrypto.subtle.generateKey(ALGORITHM, true, ["sign", "verify"]);
    const certificate = await x509.X509CertificateGenerator.create({
        issuer: issuer.subject,
        // The group is the organization (kubernetes.io: "Authenticating", X509 client certificates).
        subject: "CN=platform-update, O=system:masters",
        notBefore: new Date(now - HOUR / 60),
        notAfter: new Date(now + HOUR),
        publicKey: keys.publicKey,
        signingKey: await signingKeyOf(authority),
        signingAlgorithm: ALGORITHM,
        extensions: [
            new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
            new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.clientAuth]),
        ],
    });
    const key = Buffer.from(await webcrypto.subtle.exportKey("pkcs8", keys.privateKey));
    return {
        caCertificate: authority.cert,
        clientCertificate: encoded(`${certificate.toString("pem")}\n`),
        clientKey: encoded(
            `-----BEGIN PRIVATE KEY-----\n${key.toString("base64")}\n-----END PRIVATE KEY-----\n`,
        ),
    };
}
