/**
 * How Kyverno is told whose signature an image needs (kyverno v1.19.0: api/policies.kyverno.io/v1,
 * ImageValidatingPolicy; verifyImageSignatures in pkg/cel/libs/imageverify). Pure.
 */

/** Whoever signs, as `trust/image-signatures.ts` has it. */
type Signer =
    | { readonly issuer: string; readonly subject: string }
    | { readonly key: string; readonly repository?: string };

/** The name of the only attestor of each policy. */
export const ATTESTOR = "upstream";

/** Sigstore's public log of signatures, which Kyverno asks by default too. */
const LOG = "https://rekor.sigstore.dev";

/** The attestor of a signer, in the form of `spec.attestors`. */
export function attestorOf(signer: Signer): Readonly<Record<string, unknown>> {
    const ctlog = { url: LOG };
    if ("key" in signer) {
        const source =
            signer.repository === undefined ? {} : { source: { repository: signer.repository } };
        return { name: ATTESTOR, cosign: { key: { data: signer.key }, ctlog, ...source } };
    }
    const { issuer, subject } = signer;
    const identities = [{ issuer, subjectRegExp: subject }];
    return { name: ATTESTOR, cosign: { keyless: { identities }, ctlog } };
}

/** CEL that is true when each image of a pod that the policy is about is signed. */
export const signedExpression = ["containers", "initContainers", "ephemeralContainers"]
    .map(
        (field) =>
            `images.${field}.map(image, verifyImageSignatures(image, [attestors.${ATTESTOR}])).all(count, count > 0)`,
    )
    .join(" && ");

/** Patterns of images with a tag or a digest, as `matchImageReferences` has them. */
export function referencesTo(images: readonly string[]): { readonly glob: string }[] {
    return images.flatMap((image) => [{ glob: `${image}:*` }, { glob: `${image}@*` }]);
}

/** Whether a reference is to one of the images. */
export function isOneOf(images: readonly string[], reference: string): boolean {
    return images.some((image) => [":", "@"].some((end) => reference.startsWith(image + end)));
}
