/** Constraint templates and constraints of Gatekeeper, from the rules that Kyverno enforces. Pure. */
import { onlyFor } from "../../operators/kyverno-exceptions";
import { admissionExemptions } from "../../trust/admission-exemptions";
import type { Exception } from "../base/exceptions";
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

/** What becomes of an object that violates a constraint. */
export type Enforcement = "deny" | "dryrun";

/** Kind of the constraints of a rule: `require-limits` is `PlatformRequireLimits`. */
function kindOf({ name }: AdmissionRule): string {
    const words = name.split("-").map((word) => word.charAt(0).toUpperCase() + word.slice(1));
    return `Platform${words.join("")}`;
}

/** An exception of an object that Gatekeeper is asked about; the others need none. */
export function isAskedAbout({ criterion, resource, expires }: Exception, today: string): boolean {
    const [, namespace, name, ...rest] = resource.split("/");
    return (
        [...podRules, labelRule].some((rule) => rule.criterion === criterion) &&
        name !== undefined &&
        rest.length === 0 &&
        namespace !== undefined &&
        !(namespace in admissionExemptions) &&
        expires >= today
    );
}

/** A condition for each exception of the rule; the object and what is made from it is let be. */
function spared({ criterion }: AdmissionRule, exceptions: readonly Exception[]) {
    return exceptions
        .filter((exception) => exception.criterion === criterion)
        .map(({ resource }) => {
            const [kind = "", namespace = "", name = ""] = resource.split("/");
            return {
                name: `not-${kind}-${namespace}-${name}`.toLowerCase(),
                expression: `!(${onlyFor(kind, namespace, name)})`,
            };
        });
}

function template(rule: AdmissionRule, exceptions: readonly Exception[]): Manifest {
    const kind = kindOf(rule);
    return {
        apiVersion: "templates.gatekeeper.sh/v1",
        kind: "ConstraintTemplate",
        metadata: {
            name: kind.toLowerCase(),
            annotations: {
                title: rule.title,
                description: rule.message,
                // Gatekeeper makes the kind of its constraints of it (gatekeeper v3.23.0:
                // pkg/controller/constrainttemplate).
                "pulumi.com/waitFor": "jsonpath={.status.created}=true",
            },
        },
        spec: {
            crd: { spec: { names: { kind } } },
            targets: [
                {
                    target: "admission.k8s.gatekeeper.sh",
                    code: [
                        {
                            engine: "K8sNativeValidation",
                            source: {
                                failurePolicy: "Fail",
                                // Else the API server would be told to enforce it as well.
                                generateVAP: false,
                                matchCondition: [
                                    notLeaving,
                                    ...(rule === labelRule ? [madeByHand] : []),
                                    ...spared(rule, exceptions),
                                ],
                                variables: rule === labelRule ? [] : variables,
                                validations: [
                                    { expression: rule.expression, message: rule.message },
                                ],
                            },
                        },
                    ],
                },
            ],
        },
    };
}

function constraint(rule: AdmissionRule, enforcementAction: Enforcement): Manifest {
    const kinds =
        rule === labelRule
            ? Object.entries(labelled).map(([group, list]) => ({
                  apiGroups: [group],
                  kinds: [...list],
              }))
            : [{ apiGroups: [""], kinds: ["Pod"] }];
    return {
        apiVersion: "constraints.gatekeeper.sh/v1beta1",
        kind: kindOf(rule),
        metadata: { name: rule.name },
        spec: {
            enforcementAction,
            match: {
                kinds,
                excludedNamespaces: Object.keys(admissionExemptions),
                // Templates of workloads are judged too, as pods that are made of them.
                source: rule === labelRule || rule.podsOnly === true ? "Original" : "All",
            },
        },
    };
}

/** A rule with both of its objects. */
export interface GatekeeperPolicy {
    readonly template: Manifest;
    readonly constraint: Manifest;
}

/**
 * The rules of SEC-05.
 *
 * @param exceptions those that are about objects of which it is asked
 */
export function gatekeeperPolicies(
    enforcement: Enforcement,
    exceptions: readonly Exception[],
): GatekeeperPolicy[] {
    return [...podRules, labelRule].map((rule) => ({
        template: template(rule, exceptions),
        constraint: constraint(rule, enforcement),
    }));
}

function expansion(
    name: string,
    kinds: Readonly<Record<string, readonly string[]>>,
    templateSource: string,
): Manifest {
    return {
        apiVersion: "expansion.gatekeeper.sh/v1beta1",
        kind: "ExpansionTemplate",
        metadata: { name },
        spec: {
            applyTo: Object.entries(kinds).map(([group, list]) => ({
                groups: [group],
                versions: ["v1"],
                kinds: [...list],
            })),
            templateSource,
            generatedGVK: { group: "", version: "v1", kind: "Pod" },
        },
    };
}

/** Pods of workloads, so that a bad template is refused when it is applied and not by its events. */
export const podsOfWorkloads: readonly Manifest[] = [
    expansion(
        "pods-of-workloads",
        { apps: ["DaemonSet", "Deployment", "StatefulSet"], batch: ["Job"] },
        "spec.template",
    ),
    expansion("pods-of-cron-jobs", { batch: ["CronJob"] }, "spec.jobTemplate.spec.template"),
];

/** Kinds that Gatekeeper is asked about, as rules of its webhook. */
export const askedAbout = Object.entries(labelled).map(([group, kinds]) => ({
    apiGroups: [group],
    apiVersions: ["v1"],
    operations: ["CREATE", "UPDATE"],
    resources: [
        ...kinds.map((kind) => `${kind.toLowerCase()}s`),
        // Debug containers come later, but they are containers.
        ...(group === "" ? ["pods/ephemeralcontainers"] : []),
    ],
}));

/** Plural names of the kinds of its constraints, for its rights. */
export const constraintKinds: readonly string[] = [...podRules, labelRule].map((rule) =>
    kindOf(rule).toLowerCase(),
);
