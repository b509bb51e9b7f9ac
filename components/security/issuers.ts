import type * as pulumi from "@pulumi/pulumi";
import type { SystemContext } from "../base/foundation";
import type { KubernetesObject, ManifestInput } from "../base/object";
import { Part } from "../base/part";
import { ConfiguredSecret, yearly } from "../base/secret";
import type { CertManager, certManager } from "./cert-manager";

/** Arguments of {@link Issuers}. */
export interface IssuersArgs extends SystemContext<typeof certManager> {
    /** Its webhook must answer: without it each of these objects is refused. */
    readonly manager: Pick<CertManager, "home" | "definitions" | "ready">;
}

/** Names of the ClusterIssuers, for certificates. */
export const issuers = {
    /** The platform's own CA: names that only exist inside. */
    internal: "internal",
    /** Certificates that every browser trusts; there only when `certManager.acme` is set. */
    acme: "acme",
} as const;

const ROOT = "internal-root";
const CA_SECRET = "internal-ca";
const TOKEN_SECRET = "cloudflare-api-token";
const TOKEN_KEY = "api-token";

/** Waits for the controller's word instead of for the object's mere existence. */
const untilReady = { "pulumi.com/waitFor": "condition=Ready" };

/** Who signs: a CA of the platform's own and, when configured, an ACME server. */
export class Issuers extends Part {
    /** The issuer named {@link issuers}.internal signs. */
    readonly internal: KubernetesObject;
    /** The issuer named {@link issuers}.acme; undefined without `certManager.acme`. */
    readonly acme: KubernetesObject | undefined;
    /** What certificates depend on. */
    readonly ready: readonly KubernetesObject[];

    constructor(
        name: string,
        { site, settings, secret, manager }: IssuersArgs,
        opts: pulumi.ComponentResourceOptions,
    ) {
        super("security", "Issuers", name, { site }, {}, opts);
        const { home, definitions, ready } = manager;
        const create = (manifest: ManifestInput, needs: readonly pulumi.Resource[]) => {
            const definition = definitions.get(`cert-manager.io/${manifest.kind}`);
            return this.object(manifest, {
                dependsOn: [...(definition ? [definition] : []), ...ready, ...needs],
            });
        };
        const issuer = (
            issuerName: string,
            spec: Readonly<Record<string, unknown>>,
            needs: readonly pulumi.Resource[],
            annotations: Readonly<Record<string, string>> = {},
        ) =>
            create(
                {
                    apiVersion: "cert-manager.io/v1",
                    kind: "ClusterIssuer",
                    metadata: { name: issuerName, annotations },
                    spec,
                },
                needs,
            );

        const root = issuer(ROOT, { selfSigned: {} }, [], untilReady);
        const authority = create(
            {
                apiVersion: "cert-manager.io/v1",
                kind: "Certificate",
                metadata: { name: CA_SECRET, namespace: home.name, annotations: untilReady },
                spec: {
                    isCA: true,
                    commonName: `${site.cluster.name} internal CA`,
                    secretName: CA_SECRET,
                    // People install this certificate by hand on their devices, so it lives ten
                    // years and its renewal, a year before the end, keeps the key: whatever it
                    // signed stays valid. A leaked key is answered by deleting the Secret.
                    duration: "87600h",
                    renewBefore: "8760h",
                    privateKey: { algorithm: "ECDSA", size: 256, rotationPolicy: "Never" },
                    issuerRef: { group: "cert-manager.io", kind: "ClusterIssuer", name: ROOT },
                },
            },
            [root, home.object],
        );
        this.internal = issuer(
            issuers.internal,
            { ca: { secretName: CA_SECRET } },
            [authority],
            untilReady,
        );
        const { acme } = settings;
        if (acme !== undefined) {
            const token = new ConfiguredSecret(
                TOKEN_SECRET,
                {
                    namespace: home,
                    rotation: yearly,
                    values: { [TOKEN_KEY]: secret("cloudflareApiToken") },
                },
                { parent: this },
            );
            // No wait here: an outage of the ACME server must not stop the platform.
            this.acme = issuer(
                issuers.acme,
                {
                    acme: {
                        email: acme.email,
                        server: acme.server,
                        privateKeySecretRef: { name: "acme-account-key" },
                        solvers: [
                            {
                                selector: { dnsZones: [site.domain] },
                                dns01: {
                                    cloudflare: {
                                        apiTokenSecretRef: {
                                            name: token.secretName,
                                            key: TOKEN_KEY,
                                        },
                                    },
                                },
                            },
                        ],
                    },
                },
                [token.object],
            );
        }
        this.ready = [this.internal, ...(this.acme ? [this.acme] : [])];
    }
}
