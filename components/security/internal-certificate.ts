/** Certificates of the platform's own authority, for names that only exist inside. Pure. */
import type { Manifest } from "../base/object";
import { issuers } from "./issuers";

/** Of the encodings, the one that every TLS library reads. */
const encoding = { encoding: "PKCS8" };
const renewedKey = { algorithm: "ECDSA", size: 256, ...encoding, rotationPolicy: "Always" };
const keptKeys = {
    RSA: { algorithm: "RSA", size: 3072, ...encoding, rotationPolicy: "Never" },
    ECDSA: { algorithm: "ECDSA", size: 256, ...encoding, rotationPolicy: "Never" },
};

/** What a certificate is for. */
export interface InternalCertificate {
    /** Name of the Certificate and of its Secret. */
    readonly name: string;
    readonly namespace: string;
    /** Names under which the holder is reached; the first is the subject as well. */
    readonly names: readonly [string, ...string[]];
    readonly usage: "server auth" | "client auth";
    /** Labels of the Secret, for operators that look for them. */
    readonly labels?: Readonly<Record<string, string>>;
    /** Annotations of the Secret. */
    readonly annotations?: Readonly<Record<string, string>>;
    /** For a key that signs something: its kind; it is the same until somebody deletes the Secret. */
    readonly keptKey?: keyof typeof keptKeys;
}

/** Names of a Service, from its own namespace, from others, and in full. */
export function serviceNames(service: string, namespace: string): [string, ...string[]] {
    const inside = `${service}.${namespace}.svc`;
    return [inside, service, `${service}.${namespace}`, `${inside}.cluster.local`];
}

/**
 * A Certificate whose Secret has `tls.crt`, `tls.key` and, in `ca.crt`, the authority by which others
 * judge it. It lives 90 days and is renewed with a new key a month before its end.
 */
export function internalCertificate(of: InternalCertificate): Manifest {
    const { name, namespace, names, usage, labels, annotations, keptKey } = of;
    const template = { ...(labels && { labels }), ...(annotations && { annotations }) };
    const [commonName] = names;
    return {
        apiVersion: "cert-manager.io/v1",
        kind: "Certificate",
        metadata: { name, namespace, annotations: { "pulumi.com/waitFor": "condition=Ready" } },
        spec: {
            secretName: name,
            ...(Object.keys(template).length === 0 ? {} : { secretTemplate: template }),
            commonName,
            dnsNames: names,
            usages: ["digital signature", usage],
            duration: "2160h",
            renewBefore: "720h",
            privateKey: keptKey === undefined ? renewedKey : keptKeys[keptKey],
            issuerRef: {
                group: "cert-manager.io",
                kind: "ClusterIssuer",
                name: issuers.internal,
            },
        },
    };
}
