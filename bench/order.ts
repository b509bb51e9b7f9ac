/**
 * How long sending a stack takes in different orders, reckoned from the times that each object took:
 * by what objects truly need, by the program's own dependencies, and layer by layer. Pure.
 */
import { groupKind } from "../components/base/scope";
import { findReferences } from "../policy/engines/references/references";
import { stackViewOf } from "../policy/engines/references/stack-view";
import type { Facts } from "../policy/kernel/facts";
import { definitionsOf } from "../policy/kubernetes/definitions";
import { Waiting, type WorkItem } from "../rehearsal/graph";
import type { RehearsedStack } from "../rehearsal/stack";

/** Something to send. */
export interface Step extends WorkItem {
    /** Seconds that it takes. */
    readonly seconds: number;
}

/** What one order takes. */
export interface OrderTime {
    /** Seconds with as many at a time as Pulumi allows. */
    readonly seconds: number;
    /** Seconds of its longest chain, which no number at a time shortens. */
    readonly chain: number;
    /** Objects on that chain. */
    readonly length: number;
}

/** The orders of one stack. */
export interface Orders {
    readonly objects: number;
    readonly atOnce: number;
    readonly needs: OrderTime;
    readonly program: OrderTime;
    readonly waves: OrderTime;
}

/**
 * Sends steps in simulated time, each after all that it depends on, those first that came first.
 *
 * @throws Error when steps wait for each other in a circle
 */
export function simulate(steps: readonly Step[], atOnce: number): OrderTime {
    const waiting = new Waiting(steps);
    const { ready } = waiting;
    const chains = new Map<string, { seconds: number; length: number }>();
    const running: { step: Step; until: number }[] = [];
    let [now, chain, length] = [0, 0, 0];
    for (;;) {
        for (const step of ready.splice(0, atOnce - running.length)) {
            running.push({ step, until: now + step.seconds });
        }
        running.sort((one, other) => one.until - other.until);
        const ended = running.shift();
        if (ended === undefined) {
            const stuck = waiting.stuck();
            if (stuck.length > 0) {
                throw new Error(`${stuck.length} steps wait for each other in a circle.`);
            }
            return { seconds: now, chain, length };
        }
        const { step, until } = ended;
        now = until;
        const before = step.dependencies
            .flatMap((id) => chains.get(id) ?? [])
            .reduce((best, one) => (one.seconds > best.seconds ? one : best), {
                seconds: 0,
                length: 0,
            });
        const own = { seconds: before.seconds + step.seconds, length: before.length + 1 };
        chains.set(step.id, own);
        if (own.seconds > chain) {
            [chain, length] = [own.seconds, own.length];
        }
        waiting.end(step);
    }
}

/**
 * What each object truly needs to be taken and used: its namespace, the CRD of its kind, and what it
 * names. That a webhook must answer first is not among it, so this is a lower bound.
 */
export function trueNeeds(facts: Facts): ReadonlyMap<string, readonly string[]> {
    const { inventory } = stackViewOf(facts);
    const definitions = definitionsOf(facts);
    return new Map(
        inventory.objects.map((fact) => {
            const { namespace } = fact.object;
            const home =
                namespace === undefined
                    ? undefined
                    : inventory.find("/Namespace", "", namespace)?.fact?.urn;
            const named = findReferences(fact, inventory, []).references.flatMap(
                ({ kind, namespace: where, name }) =>
                    inventory.find(kind, typeof where === "string" ? where : "", String(name))?.fact
                        ?.urn ?? [],
            );
            const needed = [home, definitions.get(groupKind(fact.object))?.urn, ...named];
            return [fact.urn, [...new Set(needed.filter((urn) => urn !== undefined))]];
        }),
    );
}

/**
 * The orders of a stack.
 *
 * @param secondsOf what each object took
 * @param atOnce how many are sent at a time
 */
export function ordersOf(
    { objects, others, facts }: Pick<RehearsedStack, "objects" | "others" | "facts">,
    secondsOf: (id: string) => number,
    atOnce: number,
): Orders {
    const own = [
        ...objects.map(({ id, dependencies }) => ({ id, seconds: secondsOf(id), dependencies })),
        // Groups of objects take no time, but others wait for what they wait for.
        ...others.map(({ id, dependencies }) => ({ id, seconds: 0, dependencies })),
    ];
    const needs = trueNeeds(facts);
    const layers = new Map<string, Step[]>();
    for (const { id, component, dependencies } of objects) {
        const layer = component.split("/")[0] ?? "";
        const step = { id, seconds: secondsOf(id), dependencies };
        layers.set(layer, [...(layers.get(layer) ?? []), step]);
    }
    const waves = [...layers.values()].map((layer) => simulate(layer, atOnce));
    const sum = (of: keyof OrderTime) => waves.reduce((total, wave) => total + wave[of], 0);
    return {
        objects: objects.length,
        atOnce,
        needs: simulate(
            objects.map(({ id }) => ({
                id,
                seconds: secondsOf(id),
                dependencies: needs.get(id) ?? [],
            })),
            atOnce,
        ),
        program: simulate(own, atOnce),
        waves: { seconds: sum("seconds"), chain: sum("chain"), length: sum("length") },
    };
}
