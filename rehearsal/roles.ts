/**
 * Roles among equal pods, which operators keep as labels, such as the primary of a database. Their
 * Services and budgets select by that label. Pure.
 */
import type { Labels, MovingRole } from "../operators/behaviour";
import { operatedPods } from "../policy/engines/operated/made";
import type { Facts } from "../policy/kernel/facts";
import { readString } from "../policy/kernel/tree";
import type { LiveObject } from "../kubernetes-client/kubernetes";
import { stateOf } from "./pod-informer";

/** A role that one pod of a set has. */
export interface Role extends MovingRole {
    readonly namespace: string;
    /** Labels of all pods that may have it. */
    readonly pods: Labels;
}

/** The roles of a stack. */
export function rolesOf(facts: Facts): Role[] {
    return operatedPods(facts).made.flatMap(({ fact, pods: { role, labels } }) =>
        role === undefined
            ? []
            : [{ ...role, namespace: fact.object.namespace ?? "default", pods: labels }],
    );
}

/** Nodes that roles flee. */
export interface Troubled {
    readonly silent: ReadonlySet<string>;
    readonly cordoned: ReadonlySet<string>;
}

const nodeOf = (pod: LiveObject) => readString(pod, "spec", "nodeName") ?? "";

/** The pods of a role. */
function members(role: Role, pods: readonly LiveObject[]): LiveObject[] {
    return pods
        .filter(
            ({ metadata }) =>
                metadata.namespace === role.namespace &&
                Object.entries(role.pods).every(([key, value]) => metadata.labels?.[key] === value),
        )
        .sort((one, other) => (one.metadata.name < other.metadata.name ? -1 : 1));
}

/** The pods that can take the role: ready, and not on a silent node. */
export function ableMembers(
    role: Role,
    pods: readonly LiveObject[],
    silent: ReadonlySet<string>,
): LiveObject[] {
    return members(role, pods).filter(
        (pod) => stateOf(pod) === "ready" && !silent.has(nodeOf(pod)),
    );
}

/** Which pods need another value of the label, by uid; nobody is promoted who cannot serve. */
export function roleChanges(
    role: Role,
    pods: readonly LiveObject[],
    { silent, cordoned }: Troubled,
): Map<LiveObject, string> {
    const all = members(role, pods);
    const able = ableMembers(role, pods, silent);
    const valueOf = ({ metadata }: LiveObject) => metadata.labels?.[role.label];
    const holder = all.find((pod) => valueOf(pod) === role.holder);
    const serves =
        holder !== undefined &&
        stateOf(holder) === "ready" &&
        (role.notices === "readiness" || !silent.has(nodeOf(holder)));
    const elsewhere = able.filter((pod) => holder === undefined || nodeOf(pod) !== nodeOf(holder));
    const mayYield =
        serves && cordoned.has(nodeOf(holder)) && elsewhere.length + 1 === role.yieldsWith;
    const heir =
        serves && !mayYield ? undefined : elsewhere.find((pod) => !cordoned.has(nodeOf(pod)));
    const next = heir ?? (serves ? holder : (elsewhere[0] ?? holder));
    return new Map(
        all
            .map((pod): [LiveObject, string] => [pod, pod === next ? role.holder : role.other])
            .filter(([pod, value]) => valueOf(pod) !== value),
    );
}
