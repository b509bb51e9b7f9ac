/** What PodDisruptionBudgets kept, and whom they kept waiting. Pure. */
import { readTree } from "../../policy/kernel/tree";
import type { LiveObject } from "../../kubernetes-client/kubernetes";
import { intervalsOf, leastReady, stepsOf } from "../loss/timeline";
import type { Recording } from "../recorder";
import { ableMembers } from "../roles";
import { keyOf, type Measured } from "../services";
import type { RefusedEviction } from "./evictions";

/** A budget that let no pod go. */
export interface Blocked {
    /** `namespace/name`; undefined when it is no single budget's doing. */
    readonly budget?: string;
    readonly pods: readonly string[];
    /** The API server's. */
    readonly words: string;
    /** Its missing pods are on that node, or need it: it waits rightly. */
    readonly waitsFor?: string;
    /** It would block for ever. */
    readonly deadlock: boolean;
}

/** A budget whose pods were fewer than it keeps. */
export interface Below {
    readonly budget: string;
    readonly desired: number;
    readonly least: number;
}

/** The status of budgets, by `namespace/name`. */
export type BudgetStates = ReadonlyMap<
    string,
    { readonly desired: number; readonly healthy: number; readonly expected: number }
>;

/** Reads the status of budgets. */
export function budgetStates(budgets: readonly LiveObject[]): BudgetStates {
    return new Map(
        budgets.map((budget) => {
            const { desiredHealthy, currentHealthy, expectedPods } = readTree(budget, "status");
            const { namespace = "", name } = budget.metadata;
            return [
                `${namespace}/${name}`,
                {
                    desired: Number(desiredHealthy ?? 0),
                    healthy: Number(currentHealthy ?? 0),
                    expected: Number(expectedPods ?? 0),
                },
            ];
        }),
    );
}

/**
 * The budgets of roles that do not yield yet: their operator moves the role only when all members
 * are ready, and some are not.
 */
export function unyielding(
    budgets: readonly Measured[],
    pods: readonly LiveObject[],
    silent: ReadonlySet<string>,
): Set<string> {
    return new Set(
        budgets
            .filter(({ role }) => {
                const wanted = role?.yieldsWith;
                return (
                    role !== undefined &&
                    wanted !== undefined &&
                    ableMembers(role, pods, silent).length < wanted
                );
            })
            .map(({ name }) => name),
    );
}

/**
 * Why evictions are refused while nothing moves any more. A budget with all of its pods healthy
 * blocks for ever; one that misses some waits for the node that is down, if one is. So does one
 * whose single pod has a role that does not yield before all others of its set are back.
 *
 * @param waiting such budgets: see {@link unyielding}
 */
export function blockedBy(
    refusals: readonly RefusedEviction[],
    states: BudgetStates,
    otherDown: string | undefined,
    waiting: ReadonlySet<string> = new Set(),
): Blocked[] {
    const byWords = new Map<string, RefusedEviction[]>();
    for (const refusal of refusals) {
        const key = `${refusal.budget ?? ""} ${refusal.words}`;
        byWords.set(key, [...(byWords.get(key) ?? []), refusal]);
    }
    return [...byWords.values()].flatMap((alike) => {
        const [first] = alike;
        if (first === undefined) {
            return [];
        }
        const { budget, words } = first;
        const state = budget === undefined ? undefined : states.get(budget);
        const waits =
            otherDown !== undefined &&
            state !== undefined &&
            (state.healthy < state.expected || waiting.has(budget ?? ""));
        return [
            {
                budget,
                words,
                pods: alike.map(({ pod }) => pod).sort(),
                waitsFor: waits ? otherDown : undefined,
                deadlock: !waits,
            },
        ];
    });
}

/**
 * The budgets that a drain broke: fewer healthy pods than they keep, and fewer than before. Budgets
 * of a role are left out: the label itself moves.
 */
export function belowBudget(
    budgets: readonly Measured[],
    recording: Recording,
    states: BudgetStates,
    dead: ReadonlySet<string>,
): Below[] {
    return budgets.flatMap((item) => {
        const state = states.get(item.name);
        const steps = stepsOf(intervalsOf(recording.samples.get(keyOf(item)) ?? []), dead);
        if (state === undefined || item.role !== undefined) {
            return [];
        }
        const least = leastReady(steps);
        const kept = Math.min(state.desired, steps[0]?.ready ?? 0);
        return least < kept ? [{ budget: item.name, desired: state.desired, least }] : [];
    });
}
