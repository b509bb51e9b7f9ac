/**
 * Judges objects by the admission policies as Kyverno does: the real CEL expressions over what the
 * API server would send. The namespace decides first, then the match conditions, then the rules.
 */
import type { Manifest } from "../../../components/base/object";
import { policies } from "../../../components/security/kyverno-policies";
import type { Workload } from "../workloads";

interface Expression {
    readonly name: string;
    readonly expression: string;
}

interface PolicySpec {
    readonly matchConstraints: {
        readonly namespaceSelector: {
            readonly matchExpressions: readonly { readonly values: readonly string[] }[];
        };
        readonly resourceRules: readonly { readonly resources: readonly string[] }[];
    };
    readonly matchConditions?: readonly Expression[];
    readonly variables?: readonly Expression[];
    readonly validations: readonly { readonly expression: string; readonly message: string }[];
}

/** The pod that a workload makes, as its controller sends it. */
export function podOf({ manifest, template }: Workload): Manifest {
    const { name, namespace } = manifest.metadata;
    return {
        apiVersion: "v1",
        kind: "Pod",
        metadata: { ...template.metadata, namespace, ownerReferences: [{ name }] },
        spec: template.spec,
    };
}

/** Names of the policies that refuse the object. */
export async function refusals(object: Manifest): Promise<string[]> {
    const { Environment } = await import("@marcbachmann/cel-js");
    const environment = new Environment({
        enableOptionalTypes: true,
        unlistedVariablesAreDyn: true,
    });
    const resource = `${object.kind.toLowerCase()}s`;
    return policies
        .filter((policy) => {
            const spec = policy.spec as PolicySpec;
            const { namespaceSelector, resourceRules } = spec.matchConstraints;
            const exempt = namespaceSelector.matchExpressions.flatMap(({ values }) => values);
            if (exempt.includes(object.metadata.namespace ?? "")) {
                return false;
            }
            if (!resourceRules.some(({ resources }) => resources.includes(resource))) {
                return false;
            }
            const variables: Record<string, unknown> = {};
            const evaluate = (expression: string): unknown =>
                environment.evaluate(expression, { object, variables });
            if (!(spec.matchConditions ?? []).every(({ expression }) => evaluate(expression))) {
                return false;
            }
            for (const { name, expression } of spec.variables ?? []) {
                variables[name] = evaluate(expression);
            }
            return !spec.validations.every(({ expression }) => evaluate(expression) === true);
        })
        .map(({ metadata }) => metadata.name ?? "");
}
