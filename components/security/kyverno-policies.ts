/** The admission policies of SEC-05. Pure. */
import { admissionExemptions } from "../../trust/admission-exemptions";
import type { Manifest } from "../base/object";
import {
    type AdmissionRule,
    labelled,
    labelRule,
    madeByHand,
    notLeaving,
    podRules,
    variables,
} from "./admission-rules";

const exemptNamespaces = Object.keys(admissionExemptions);

/** Names of the policies about a criterion. */
export function policiesOf(criterion: string): string[] {
    return [...podRules, labelRule]
        .filter((rule) => rule.criterion === criterion)
        .map(({ name }) => name);
}

function policy(
    rule: AdmissionRule,
    spec: Readonly<Record<string, unknown>>,
    resourceRules: object[],
) {
    return {
        apiVersion: "policies.kyverno.io/v1",
        kind: "ValidatingPolicy",
        metadata: {
            name: rule.name,
            annotations: {
                "policies.kyverno.io/title": rule.title,
                "policies.kyverno.io/description": rule.message,
            },
        },
        spec: {
            validationActions: ["Deny"],
            failurePolicy: "Fail",
            matchConstraints: {
                namespaceSelector: {
                    matchExpressions: [
                        {
                            key: "kubernetes.io/metadata.name",
                            operator: "NotIn",
                            values: exemptNamespaces,
                        },
                    ],
                },
                resourceRules,
            },
            ...spec,
            validations: [{ expression: rule.expression, message: rule.message }],
        },
    } satisfies Manifest;
}

function resourceRule(apiGroup: string, resources: readonly string[]) {
    return {
        apiGroups: [apiGroup],
        apiVersions: ["v1"],
        operations: ["CREATE", "UPDATE"],
        resources,
    };
}

/**
 * The eight enforcing policies of SEC-05, as Kyverno's CEL kind: `ClusterPolicy` is deprecated since
 * 1.17 and planned to go in 1.20, `ValidatingPolicy` is stable in `policies.kyverno.io/v1`.
 *
 * Kyverno derives the rules for Deployments and other pod makers itself (autogen), so a bad template
 * is refused when it is applied and not minutes later, in the events of a ReplicaSet.
 */
export const policies: readonly Manifest[] = [
    ...podRules.map((rule) =>
        policy(
            rule,
            {
                matchConditions: [notLeaving],
                variables,
                ...(rule.podsOnly === true
                    ? { autogen: { podControllers: { controllers: [] } } }
                    : {}),
            },
            [resourceRule("", ["pods"])],
        ),
    ),
    policy(
        labelRule,
        {
            matchConditions: [notLeaving, madeByHand],
        },
        Object.entries(labelled).map(([group, kinds]) =>
            resourceRule(
                group,
                kinds.map((kind) => `${kind.toLowerCase()}s`),
            ),
        ),
    ),
];
