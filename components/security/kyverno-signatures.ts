/** Policies that verify the signatures of images, one for each source that signs. Pure. */
import { attestorOf, referencesTo, signedExpression } from "../../operators/kyverno-images";
import { admissionExemptions } from "../../trust/admission-exemptions";
import { signedImages } from "../../trust/image-signatures";
import type { Manifest } from "../base/object";

/** Whether images without a signature are refused or only told of. */
export type SignatureMode = "audit" | "enforce";

/**
 * Controllers that make pods and their makers from what was admitted before: what they make is not
 * verified again, so that a pod starts anew while registries and Sigstore cannot be reached.
 */
const CONTROLLERS = ["deployment", "replicaset", "statefulset", "daemon-set", "cronjob", "job"].map(
    (name) => `system:serviceaccount:kube-system:${name}-controller`,
);

/**
 * The policies. Tags stay as they are: the program owns the field, and a digest in its place would
 * be a difference at each preview. A tag is verified by the digest that it has when it is admitted.
 */
export function signaturePolicies(mode: SignatureMode): Manifest[] {
    return Object.entries(signedImages).map(([name, { images, signer }]) => ({
        apiVersion: "policies.kyverno.io/v1",
        kind: "ImageValidatingPolicy",
        metadata: {
            name: `signed-${name}`,
            annotations: {
                "policies.kyverno.io/title": `Images of ${name} as upstream signs them`,
                "policies.kyverno.io/description": `${images.join(", ")} must carry the signature of upstream.`,
            },
        },
        spec: {
            validationActions: [mode === "enforce" ? "Deny" : "Audit"],
            failurePolicy: mode === "enforce" ? "Fail" : "Ignore",
            // A registry and Sigstore answer in a second or two, and not always.
            webhookConfiguration: { timeoutSeconds: 20 },
            evaluation: { background: { enabled: false } },
            matchConstraints: {
                namespaceSelector: {
                    matchExpressions: [
                        {
                            key: "kubernetes.io/metadata.name",
                            operator: "NotIn",
                            values: Object.keys(admissionExemptions),
                        },
                    ],
                },
                resourceRules: [
                    {
                        apiGroups: [""],
                        apiVersions: ["v1"],
                        operations: ["CREATE", "UPDATE"],
                        resources: ["pods"],
                    },
                ],
            },
            matchConditions: [
                {
                    name: "not-made-from-a-template",
                    expression: `!(request.userInfo.?username.orValue("") in ${JSON.stringify(CONTROLLERS)})`,
                },
            ],
            matchImageReferences: referencesTo(images),
            validationConfigurations: { mutateDigest: false, verifyDigest: false, required: false },
            attestors: [attestorOf(signer)],
            validations: [
                {
                    expression: signedExpression,
                    message: `An image of ${name} is not signed as upstream signs it: take the release's own image, or correct trust/image-signatures.ts.`,
                },
            ],
        },
    }));
}
