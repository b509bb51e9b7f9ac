/**
 * Whether preview and admission let the same objects be: each PolicyException stands for exceptions
 * from criteria, and each of those that a policy is about has its PolicyException.
 */
import { endOf, onlyFor } from "../../../operators/kyverno-exceptions";
import { admissionExceptions, admissionExemptions } from "../../../trust/admission-exemptions";
import { type Finding, notJudged, violated } from "../../kernel/criterion";
import type { ExceptionFact } from "../../kernel/exceptions";
import type { Facts, ObjectOf } from "../../kernel/facts";
import { holdsUnknown, readList, readString, type Tree } from "../../kernel/tree";
import type { WorkloadFact } from "../../kubernetes/scaling";
import { ask } from "./expressions";
import { admissionProbes } from "./probes";

/** A policy by its name, with what it asks. */
export interface NamedPolicy {
    readonly name: string;
    readonly spec: Tree;
}

const UNCOVERED =
    "it exempts pods from policies; list it with its reason in trust/admission-exemptions.ts, declare an exception for just its object, or remove it";

/** The criteria that a policy is about: those of the pods that it refuses. */
function criteriaOf({ spec }: NamedPolicy): string[] {
    const refused = admissionProbes.filter(({ pod }) => ask(spec, pod) === "refuses");
    return [...new Set(refused.map(({ criterion }) => criterion))];
}

/** The expression with which a PolicyException is about one object; none for a cluster-wide one. */
function expressionFor(resource: string): string | undefined {
    const [kind, namespace, name] = resource.split("/");
    return kind === undefined || namespace === undefined || name === undefined
        ? undefined
        : onlyFor(kind, namespace, name);
}

function referred({ inputs }: ObjectOf): string[] {
    return readList(inputs, "spec", "policyRefs").map((ref) => readString(ref, "name") ?? "?");
}

/** More conditions narrow an exception further. */
function isAbout({ inputs }: ObjectOf, resource: string): boolean {
    const expression = expressionFor(resource);
    return readList(inputs, "spec", "matchConditions").some(
        (condition) => readString(condition, "expression") === expression,
    );
}

/** What is wrong with an exception from one policy. */
function judgeReference(
    about: readonly ExceptionFact[],
    fact: ObjectOf,
    policy: NamedPolicy,
): Finding[] {
    const ends = readString(fact.inputs, "spec", "expiresAt");
    return criteriaOf(policy).flatMap((criterion) => {
        const exception = about.find((one) => one.criterion === criterion);
        if (exception === undefined) {
            return [
                violated(
                    fact,
                    `it exempts from ${policy.name}, but the exceptions of its object say nothing of ${criterion}; declare one, or take the policy out`,
                ),
            ];
        }
        const end = endOf(exception.expires);
        return ends !== undefined && Date.parse(ends) <= Date.parse(end)
            ? []
            : [
                  violated(
                      fact,
                      `its expiresAt is ${ends ?? "absent"}, while the exception from ${criterion} ends on ${exception.expires}; set it to ${end}`,
                  ),
              ];
    });
}

function judgePolicyException(
    facts: Facts,
    fact: ObjectOf,
    policies: readonly NamedPolicy[],
): Finding[] {
    if (fact.object.group === "kyverno.io") {
        return [violated(fact, UNCOVERED)];
    }
    if (holdsUnknown(fact.inputs.spec)) {
        return [notJudged(fact, "whom it exempts from policies is known only at the update")];
    }
    const about = facts.exceptions().filter(({ resource }) => isAbout(fact, resource));
    if (about.length === 0) {
        return [violated(fact, UNCOVERED)];
    }
    const names = referred(fact);
    const known = policies.filter(({ name }) => names.includes(name));
    return known.flatMap((policy) => judgeReference(about, fact, policy));
}

/** The pod that a workload makes, as far as policies ask. */
function podOf({ object, workload }: WorkloadFact): Tree {
    return {
        apiVersion: "v1",
        kind: "Pod",
        metadata: { namespace: object.namespace, labels: workload.podLabels },
        spec: workload.podSpec,
    };
}

/** Excepted workloads that admission would refuse all the same. */
function judgeExcepted(
    facts: Facts,
    policyExceptions: readonly ObjectOf[],
    policies: readonly NamedPolicy[],
): Finding[] {
    const exceptions = facts.exceptions();
    const excepted = facts
        .workloads()
        .filter(({ object }) => !((object.namespace ?? "") in admissionExemptions));
    return excepted.flatMap((fact) => {
        const criteria = exceptions
            .filter(({ resource }) => resource === fact.key)
            .map(({ criterion }) => criterion);
        if (criteria.length === 0) {
            return [];
        }
        const letIn = policyExceptions.filter((one) => isAbout(one, fact.key)).flatMap(referred);
        return policies
            .filter(({ name }) => !letIn.includes(name))
            .filter((policy) => criteriaOf(policy).some((one) => criteria.includes(one)))
            .filter(({ spec }) => ask(spec, podOf(fact)) === "refuses")
            .map(({ name }) =>
                violated(
                    fact,
                    `its exception lets it be, but policy ${name} refuses its pods: no PolicyException is about it`,
                ),
            );
    });
}

/** Exceptions from policies and from criteria, both ways. */
export function judgeExceptions(facts: Facts, policies: readonly NamedPolicy[]): Finding[] {
    const found = ["kyverno.io", "policies.kyverno.io"].flatMap((group) =>
        facts.objects(group, "PolicyException"),
    );
    return [
        ...found
            .filter(({ key }) => !(key in admissionExceptions))
            .flatMap((fact) => judgePolicyException(facts, fact, policies)),
        ...judgeExcepted(facts, found, policies),
    ];
}
