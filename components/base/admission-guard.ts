/** What the API server refuses an account of the platform, beyond what its roles say. Pure. */
import type { Manifest } from "./object";

const apiVersion = "admissionregistration.k8s.io/v1";

/** A rule in CEL, and what is said where it does not hold. */
export interface AdmissionRule {
    readonly expression: string;
    readonly message: string;
}

/** What an account is held to. */
export interface AdmissionGuard {
    /** Of the policy and of its binding. */
    readonly name: string;
    /** ServiceAccount that is held. */
    readonly account: { readonly namespace: string; readonly name: string };
    /** Name of the condition that it is this account. */
    readonly condition: string;
    /** What of the API is looked at (`spec.matchConstraints.resourceRules`). */
    readonly resources: readonly object[];
    readonly rules: readonly AdmissionRule[];
}

/** Holds an account to rules: a ValidatingAdmissionPolicy that denies, also when it cannot be asked. */
export function admissionGuard(guard: AdmissionGuard): Manifest[] {
    const { name, account, condition, resources, rules } = guard;
    return [
        {
            apiVersion,
            kind: "ValidatingAdmissionPolicy",
            metadata: { name },
            spec: {
                failurePolicy: "Fail",
                matchConstraints: { resourceRules: [...resources] },
                matchConditions: [
                    {
                        name: condition,
                        expression: `request.userInfo.username == "system:serviceaccount:${account.namespace}:${account.name}"`,
                    },
                ],
                validations: rules.map((rule) => ({ ...rule })),
            },
        },
        {
            apiVersion,
            kind: "ValidatingAdmissionPolicyBinding",
            metadata: { name },
            spec: { policyName: name, validationActions: ["Deny"] },
        },
    ];
}
