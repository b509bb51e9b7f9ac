/** Objects that controllers make of declared ones, as references and selectors meet them. */
import type { Labels, MadeValues, ServicePort, Surroundings } from "../../../operators/behaviour";
import type { Facts, ObjectOf } from "../../kernel/facts";
import { isWorkload, mostReplicas } from "../../kubernetes/scaling";
import { claimsOfSet } from "../../kubernetes/volume-access";
import type { OperatedResource } from "../operated/resources";

/** An object that a controller makes. */
export interface Made {
    /** `<group>/<Kind>`. */
    readonly kind: string;
    /** Absent for cluster-scoped kinds. */
    readonly namespace?: string;
    readonly name: string;
    /** Keys of a Secret or ConfigMap; undefined when nobody can say. */
    readonly keys?: readonly string[];
    /** For a Service: the pods behind it, none when it has no selector of its own. */
    readonly selector?: Labels;
    readonly ports?: readonly ServicePort[];
}

/** A Secret; without keys nobody can say which it has. */
export function secret(
    namespace: string | undefined,
    name: string,
    keys?: readonly string[],
): Made {
    return { kind: "/Secret", namespace, name, keys };
}

/** Everything that operators make of a resource besides pods. */
export function madeOf(
    { fact, resource, behaviour }: OperatedResource,
    surroundings: Surroundings,
): Made[] {
    const { namespace: own } = fact.object;
    const values = (kind: string, found: readonly MadeValues[] = []): Made[] =>
        found.map(({ namespace = own, ...rest }) => ({ kind, namespace, ...rest }));
    return [
        ...(behaviour.services?.(resource, surroundings) ?? []).map(
            ({ namespace = own, ...rest }): Made => ({
                kind: "/Service",
                namespace,
                ...rest,
            }),
        ),
        ...values("/Secret", behaviour.secrets?.(resource)),
        ...values("/ConfigMap", behaviour.configMaps?.(resource, surroundings)),
        ...(behaviour.objects?.(resource, surroundings) ?? []),
    ];
}

/** `<group>/<Kind>` of claims. */
export const CLAIM = "/PersistentVolumeClaim";

/** Claims that the controller makes for the pods of a StatefulSet, if anybody knows how many. */
export function claimsMade(fact: ObjectOf, facts: Facts): readonly Made[] | "unknown" {
    const { group, kind, namespace } = fact.object;
    if (group !== "apps" || kind !== "StatefulSet" || !isWorkload(fact)) {
        return [];
    }
    const count = mostReplicas(facts, fact);
    return count === "unknown"
        ? count
        : claimsOfSet(fact, count).map((name) => ({ kind: CLAIM, namespace, name }));
}
