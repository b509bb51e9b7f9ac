/** Kyverno: exceptions name the policies that they relax. */
import type { Behaviour } from "./behaviour";

const source = "kyverno v1.19.0: api/kyverno/v2, api/policies.kyverno.io/v1";

/** The rooms of the kinds. */
export const kyverno: readonly Behaviour[] = [
    {
        kind: "kyverno.io/PolicyException",
        source,
        names: [
            {
                path: "spec.exceptions[].policyName",
                kind: "kyverno.io/ClusterPolicy",
                inNamespace: "kyverno.io/Policy",
            },
        ],
    },
    {
        kind: "policies.kyverno.io/PolicyException",
        source,
        typedNames: [
            {
                path: "spec.policyRefs[]",
                group: "policies.kyverno.io",
                kind: "ValidatingPolicy",
            },
        ],
    },
];
