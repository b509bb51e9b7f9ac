/**
 * Who signs the images that come from where (SEC-05). Kyverno verifies them in the cluster, the pack
 * that it does. Changed only on purpose: an entry says whose word is enough for code to run.
 *
 * Only what upstream documents, or what its workflow of releases does, is here. Sources whose images
 * run in namespaces that admission leaves alone are not: nobody would ask (admission-exemptions.ts).
 */

/** Whoever signs: a workflow that Sigstore knows by its identity, or the owner of a key. */
export type Signer =
    | {
          /** Who says who it is. */
          readonly issuer: string;
          /** Whole pattern of the certificate's subject, as RE2 has it. */
          readonly subject: string;
      }
    | {
          /** In PEM. */
          readonly key: string;
          /** Where its signatures are, if not beside the images. */
          readonly repository?: string;
      };

/** Images with a signer. */
export interface SignedImages {
    /** Full names without tag or digest. */
    readonly images: readonly string[];
    readonly signer: Signer;
    /** Where upstream says so. */
    readonly source: string;
}

const GITHUB = "https://token.actions.githubusercontent.com";

/** The sources, by a name for the policy. */
export const signedImages: Readonly<Record<string, SignedImages>> = {
    "cloudnative-pg": {
        images: ["ghcr.io/cloudnative-pg/cloudnative-pg"],
        signer: {
            issuer: GITHUB,
            subject:
                "^https://github\\.com/cloudnative-pg/cloudnative-pg/\\.github/workflows/release-publish\\.yml@refs/tags/v.+$",
        },
        source: "cloudnative-pg v1.30: docs/src/installation_upgrade.md, Verifying the operator images",
    },
    "postgres-containers": {
        images: ["ghcr.io/cloudnative-pg/postgresql"],
        signer: {
            issuer: GITHUB,
            subject: "^https://github\\.com/cloudnative-pg/postgres-containers/.+$",
        },
        source: "cloudnative-pg v1.30: docs/src/installation_upgrade.md, Verifying PostgreSQL operand images",
    },
    "external-secrets": {
        images: ["ghcr.io/external-secrets/external-secrets"],
        signer: {
            issuer: GITHUB,
            subject: "^https://github\\.com/external-secrets/external-secrets/.+$",
        },
        source: "external-secrets v2.9: .github/actions/sign/action.yml, and docs/guides/security-best-practices.md",
    },
    openbao: {
        images: ["quay.io/openbao/openbao"],
        signer: {
            issuer: GITHUB,
            subject:
                "^https://github\\.com/openbao/openbao/\\.github/workflows/release-images\\.yml@refs/.+$",
        },
        source: "openbao v2.6: .github/workflows/release-images.yml, Sign images w/ Cosign",
    },
    "prometheus-operator": {
        images: [
            "quay.io/prometheus-operator/admission-webhook",
            "quay.io/prometheus-operator/prometheus-config-reloader",
            "quay.io/prometheus-operator/prometheus-operator",
        ],
        signer: {
            issuer: GITHUB,
            subject:
                "^https://github\\.com/prometheus-operator/prometheus-operator/\\.github/workflows/publish\\.yaml@refs/tags/v.+$",
        },
        source: "prometheus-operator v0.93: .github/workflows/publish.yaml with scripts/push-docker-image.sh",
    },
    "sealed-secrets": {
        images: ["docker.io/bitnami/sealed-secrets-controller"],
        signer: {
            key: [
                "-----BEGIN PUBLIC KEY-----",
                "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEseWNtEaI73oDVgjfLzU4eQYHE11i",
                "MzRSNs1TA+cTT/Lw70ckfCC/vHnOXKACF2dnhsZsNNj647p9mAiYNVl9ug==",
                "-----END PUBLIC KEY-----",
                "",
            ].join("\n"),
            repository: "ghcr.io/bitnami/sealed-secrets-controller/signs",
        },
        source: "sealed-secrets v0.38: .github/workflows/cosign.pub, and README.md, How to verify the images?",
    },
};
