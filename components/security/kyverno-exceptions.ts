/** What preview lets be, admission lets be: PolicyExceptions from the exceptions of criteria. Pure. */
import { endOf, onlyFor } from "../../operators/kyverno-exceptions";
import { admissionExemptions } from "../../trust/admission-exemptions";
import type { Exception } from "../base/exceptions";
import type { Manifest } from "../base/object";
import { policiesOf } from "./kyverno-policies";

/** The only namespace in which Kyverno looks for PolicyExceptions. */
export const exceptionNamespace = "kyverno";

/** Today in UTC, by which the policy pack judges too. */
function currentDay(): string {
    return new Date().toISOString().slice(0, 10);
}

/**
 * The PolicyException of an exception; undefined where no policy is about its criterion, where
 * Kyverno is not asked anyway, and after its last day. Kyverno stops counting it on that day too,
 * but looks again only when a policy or an exception changes (v1.19.0: ListExceptions in
 * pkg/cel/engine/exception.go, called by the reconciler), so it also goes from the program.
 *
 * @param today `YYYY-MM-DD`
 */
export function policyException(
    { criterion, resource, reason, guard, expires }: Exception,
    today = currentDay(),
): Manifest | undefined {
    const [kind = "", namespace, name, ...rest] = resource.split("/");
    const policies = policiesOf(criterion);
    if (policies.length === 0 || namespace === undefined || name === undefined || rest.length > 0) {
        return undefined;
    }
    if (namespace in admissionExemptions || expires < today) {
        return undefined;
    }
    return {
        apiVersion: "policies.kyverno.io/v1",
        kind: "PolicyException",
        metadata: {
            name: `${criterion}-${kind}-${namespace}-${name}`.toLowerCase(),
            namespace: exceptionNamespace,
            annotations: {
                "policies.kyverno.io/title": `${resource} is excepted from ${criterion} until ${expires}`,
                "policies.kyverno.io/description": `${reason} Instead: ${guard}`,
            },
        },
        spec: {
            policyRefs: policies.map((policy) => ({ kind: "ValidatingPolicy", name: policy })),
            matchConditions: [
                { name: "only-this-object", expression: onlyFor(kind, namespace, name) },
            ],
            expiresAt: endOf(expires),
        },
    };
}
