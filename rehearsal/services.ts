/**
 * Whom losses and drains are measured by: every Service with a selector, and every budget of pods
 * that no Service reaches. Pure.
 */
import type { Manifest } from "../components/base/object";
import { priorities } from "../components/base/priority";
import type { PodSet } from "../policy/capacity/pod-set";
import { priorityOf } from "../policy/capacity/stack-pods";
import type { Facts } from "../policy/machinery/facts";
import { selects } from "../policy/machinery/selectors";
import { read, readLabels, readList, readString } from "../policy/machinery/tree";
import { type Role, rolesOf } from "./roles";
import type { RehearsedStack } from "./stack";
import { namespacedName, standInServices } from "./stand-ins-services";

/** A Service or a budget. */
export interface Measured {
    /** `namespace/name`. */
    readonly name: string;
    readonly kind: "Service" | "PodDisruptionBudget";
    /** How many pods must be ready: one, or the majority where pods vote. */
    readonly needed: number;
    /** It must never have fewer. */
    readonly critical: boolean;
    /** Why it may have fewer all the same. */
    readonly reason?: string;
    /** The role that its pods have beside their set. */
    readonly role?: Role;
    /** As the API has it: `matchLabels` and `matchExpressions`. */
    readonly selector: unknown;
}

/** Pods that decide by majority: Ceph's monitors and Redis' sentinels. */
const VOTERS = /^CephCluster\/.* mon$|^RedisSentinel\//;

/** Workloads that are as important as the platform itself, or listed in the settings (HA-04). */
function criticalSets(facts: Facts): (set: PodSet) => boolean {
    const listed = readList(facts.platform()?.inputs, "criticalWorkloads");
    const priority = priorityOf(facts);
    return ({ key, spec }) =>
        listed.includes(key) ||
        priority(readString(spec, "priorityClassName")) >= priorities.platform.value;
}

/** The exception of HA-04 that covers a set, on the day of the rehearsal. */
function exceptionOf(facts: Facts, today: string): (set: PodSet) => string | undefined {
    const valid = facts
        .exceptions()
        .filter(({ criterion, expires }) => criterion === "HA-04" && expires >= today);
    return ({ fact, count }) =>
        count > 1 ? undefined : valid.find(({ resource }) => resource === fact.key)?.reason;
}

/** The labels of a set's pods, those of a role included. */
function labelsOf({ namespace, labels }: PodSet, roles: readonly Role[]) {
    const own = roles.filter(
        (role) =>
            role.namespace === namespace &&
            Object.entries(role.pods).every(([key, value]) => labels[key] === value),
    );
    return [
        labels,
        ...own.flatMap(({ label, holder, other }) =>
            [holder, other].map((value) => ({ ...labels, [label]: value })),
        ),
    ];
}

/** Everything that is measured of a stack. */
export function measuredOf(
    { facts, capacity, objects }: Pick<RehearsedStack, "facts" | "capacity" | "objects">,
    today: string,
): Measured[] {
    const roles = rolesOf(facts);
    const isCritical = criticalSets(facts);
    const excepted = exceptionOf(facts, today);
    const running = capacity.sets.filter(({ count, perNode }) => perNode || count > 0);
    const manifests = [...objects.map(({ manifest }) => manifest), ...standInServices(facts)];
    const toMeasured = (
        manifest: Manifest,
        kind: Measured["kind"],
        selector: unknown,
    ): { measured: Measured; sets: readonly PodSet[] } => {
        const namespace = readString(manifest, "metadata", "namespace") ?? "default";
        const sets = running.filter(
            (set) =>
                set.namespace === namespace &&
                labelsOf(set, roles).some(
                    (labels) => selects({ state: "known", value: selector }, labels) === true,
                ),
        );
        const labels = readLabels(selector, "matchLabels");
        const role = roles.find(
            ({ label, holder, ...other }) =>
                other.namespace === namespace && labels[label] === holder,
        );
        const voters = sets.filter(({ key }) => VOTERS.test(key));
        const count = voters.reduce((sum, set) => sum + set.count, 0);
        return {
            sets,
            measured: {
                name: namespacedName(manifest),
                kind,
                needed: count > 0 ? Math.floor(count / 2) + 1 : 1,
                critical: sets.some(isCritical),
                reason: sets.map(excepted).find((reason) => reason !== undefined),
                role,
                selector,
            },
        };
    };
    const services = manifests
        .filter(({ kind }) => kind === "Service")
        .flatMap((manifest) => {
            const selector = read(manifest, ["spec", "selector"]);
            return selector.state === "known"
                ? [toMeasured(manifest, "Service", { matchLabels: selector.value })]
                : [];
        });
    const reached = new Set(services.flatMap(({ sets }) => sets));
    const budgets = manifests
        .filter(({ kind }) => kind === "PodDisruptionBudget")
        .map((manifest) => {
            const selector = read(manifest, ["spec", "selector"]);
            const value = selector.state === "known" ? selector.value : undefined;
            return toMeasured(manifest, "PodDisruptionBudget", value);
        })
        .filter(({ sets }) => sets.length > 0 && !sets.some((set) => reached.has(set)));
    return [...services, ...budgets].map(({ measured }) => measured);
}
