/**
 * Whom losses and drains are measured by: every Service with a selector, and every budget of pods
 * that no Service reaches. Pure.
 */
import type { Manifest } from "../components/base/object";
import { priorities } from "../components/base/priority";
import type { PodSet } from "../policy/engines/scheduling/pod-set";
import { priorityOf } from "../policy/engines/scheduling/stack-pods";
import { controllersOf, criticalOf } from "../policy/kernel/declarations";
import type { Facts } from "../policy/kernel/facts";
import { selects } from "../policy/kubernetes/selectors";
import { read, readLabels, readString } from "../policy/kernel/tree";
import type { Promised } from "./promises";
import { type Role, rolesOf } from "./roles";
import type { RehearsedStack } from "./stack";
import { namespacedName, standInServices } from "./stand-ins-services";

/** A Service or a budget. */
export interface Measured {
    /** `namespace/name`. */
    readonly name: string;
    readonly kind: "Service" | "PodDisruptionBudget";
    /** Keys of what makes its pods, such as `Deployment/n8n/n8n`. */
    readonly workloads: readonly string[];
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

/** Tells a Service from a budget of the same name. */
export function keyOf({ kind, name }: Pick<Measured, "kind" | "name">): string {
    return `${kind} ${name}`;
}

/** Workloads that are as important as the platform itself, or listed in the settings (HA-04). */
function criticalSets(facts: Facts): (set: PodSet) => boolean {
    const listed = new Set(criticalOf(facts).map(({ resource }) => resource));
    const priority = priorityOf(facts);
    return ({ key, fact, spec }) =>
        listed.has(key) ||
        listed.has(fact.key) ||
        priority(readString(spec, "priorityClassName")) >= priorities.platform.value;
}

/** Why a set may have a single pod: it only reconciles, an exception of HA-04, or no promise. */
function exceptionOf(
    facts: Facts,
    today: string,
    isPromised: Promised,
): (set: PodSet) => string | undefined {
    const valid = facts
        .exceptions()
        .filter(({ criterion, expires }) => criterion === "HA-04" && expires >= today);
    const controllers = controllersOf(facts);
    const general = isPromised("HA-04")
        ? undefined
        : "a single pod, which this profile allows (HA-04 is advisory)";
    return ({ fact, count, perNode }) =>
        count > 1 || perNode
            ? undefined
            : ([...controllers, ...valid].find(({ resource }) => resource === fact.key)?.reason ??
              general);
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

/** A Service or a budget, with the pods behind it. */
interface Matched {
    readonly measured: Measured;
    readonly sets: readonly PodSet[];
}

/** The selector of a Service or a budget, as budgets have it. */
function selectorOf(manifest: Manifest): unknown {
    const selector = read(manifest, ["spec", "selector"]);
    const value = selector.state === "known" ? selector.value : undefined;
    return manifest.kind === "Service" && value !== undefined ? { matchLabels: value } : value;
}

/** Everything that is measured of a stack. */
export interface Yardsticks {
    /** Every Service, and every budget of pods that no Service reaches. */
    readonly measured: readonly Measured[];
    /** Every budget. */
    readonly budgets: readonly Measured[];
}

/**
 * What a stack is measured by.
 *
 * @param today `YYYY-MM-DD`; an exception holds up to and including its last day
 * @param isPromised whether the stack's profile makes a criterion mandatory
 */
export function yardsticksOf(
    { facts, capacity, objects }: Pick<RehearsedStack, "facts" | "capacity" | "objects">,
    today: string,
    isPromised: Promised = () => true,
): Yardsticks {
    const roles = rolesOf(facts);
    const isCritical = criticalSets(facts);
    const excepted = exceptionOf(facts, today, isPromised);
    const running = capacity.sets.filter(({ count, perNode }) => perNode || count > 0);
    const manifests = [...objects.map(({ manifest }) => manifest), ...standInServices(facts)];
    const match = (manifest: Manifest, kind: Measured["kind"]): Matched => {
        const selector = selectorOf(manifest);
        const namespace = readString(manifest, "metadata", "namespace") ?? "default";
        const isSelected = (labels: Readonly<Record<string, string>>) =>
            selects({ state: "known", value: selector }, labels) === true;
        const sets = running.filter(
            (set) => set.namespace === namespace && labelsOf(set, roles).some(isSelected),
        );
        const labels = readLabels(selector, "matchLabels");
        const voters = sets.filter(
            ({ made }) => made?.votes !== undefined && made.role === undefined,
        );
        const votes = voters.reduce((sum, { count }) => sum + count, 0);
        return {
            sets,
            measured: {
                name: namespacedName(manifest),
                kind,
                workloads: sets.map(({ key }) => key),
                needed: votes > 0 ? Math.floor(votes / 2) + 1 : 1,
                critical: sets.some(isCritical),
                reason: sets.map(excepted).find((reason) => reason !== undefined),
                role: roles.find(
                    (role) => role.namespace === namespace && labels[role.label] === role.holder,
                ),
                selector,
            },
        };
    };
    const of = (kind: Measured["kind"]) =>
        manifests
            .filter((manifest) => manifest.kind === kind && selectorOf(manifest) !== undefined)
            .map((manifest) => match(manifest, kind))
            .filter(({ sets }) => sets.length > 0);
    const services = of("Service");
    const budgets = of("PodDisruptionBudget");
    const reached = new Set(services.flatMap(({ sets }) => sets));
    const unreached = budgets.filter(({ sets }) => !sets.some((set) => reached.has(set)));
    return {
        measured: [...services, ...unreached].map(({ measured }) => measured),
        budgets: budgets.map(({ measured }) => measured),
    };
}
