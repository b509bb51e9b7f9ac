/** What an update deletes, makes anew or cannot do, the gravest first. Pure. */
import type { FieldChange } from "./fields";
import type { ResourcePair } from "./pairs";
import type { PlanResource } from "./plan";
import { refused, replacing } from "./replacements";
import { isPlain, type Losses, nameInWords } from "./words";

/** What happens to a resource besides being made or changed in place. */
export interface Effect {
    readonly verb: "deletes" | "recreates" | "moves" | "cannot change";
    readonly urn: string;
    readonly type: string;
    /** `data` is lost, a `service` is interrupted, or `nothing` of both. */
    readonly cost: "data" | "service" | "nothing";
    /** What a person calls it. */
    readonly noun: string;
    readonly name: string;
    /** Fields that are why. */
    readonly because: readonly FieldChange[];
    /** Name of another resource that is why. */
    readonly with?: string;
    /** What goes with it, and what holds the update back. */
    readonly notes: readonly string[];
}

/** A pair of resources with the fields in which they differ. */
export interface ChangedPair extends ResourcePair {
    readonly fields: readonly FieldChange[];
}

const PROTECTED = "it is protected, so `pulumi up` refuses until somebody unprotects it";
const FORGOTTEN = "Pulumi only forgets it, and it stays where it is";

function effect(
    verb: Effect["verb"],
    old: PlanResource,
    losses: Losses,
    more: Partial<Effect> = {},
): Effect {
    const loss = old.retainOnDelete ? undefined : losses.of(old);
    const cost = loss === undefined ? (isPlain(old) ? "nothing" : "service") : "data";
    return {
        verb,
        urn: old.urn,
        type: old.type,
        cost,
        ...nameInWords(old),
        because: [],
        notes: [
            ...(loss === undefined ? [] : [loss]),
            ...(old.retainOnDelete ? [FORGOTTEN] : []),
            ...(old.protect ? [PROTECTED] : []),
        ],
        ...more,
    };
}

function ofPair({ before, after, by, fields }: ChangedPair, losses: Losses): Effect[] {
    if (by === "identity") {
        return [effect("moves", before, losses)];
    }
    const because = by === "generated name" ? fields : replacing(after, fields);
    const impossible = refused(after, fields).filter((change) => !because.includes(change));
    return [
        ...(because.length > 0 || by === "generated name"
            ? [effect("recreates", before, losses, { because })]
            : []),
        ...(impossible.length > 0
            ? [
                  effect("cannot change", after, losses, {
                      because: impossible,
                      cost: "service",
                      notes: ["its API refuses that, so the update fails"],
                  }),
              ]
            : []),
    ];
}

/** Resources that are made anew because another one is (`replaceWith`). */
function alongWith(
    pairs: readonly ChangedPair[],
    effects: readonly Effect[],
    losses: Losses,
): Effect[] {
    const made = new Map(
        effects.filter(({ verb }) => verb === "recreates").map((each) => [each.urn, each]),
    );
    return pairs.flatMap(({ before, after }) => {
        const cause = after.replaceWith.map((urn) => made.get(urn)).find((found) => found);
        return cause === undefined || made.has(before.urn)
            ? []
            : [effect("recreates", before, losses, { with: `${cause.noun} ${cause.name}` })];
    });
}

const COSTS = ["data", "service", "nothing"];
const VERBS = ["deletes", "recreates", "moves", "cannot change"];

function gravestFirst(one: Effect, other: Effect): number {
    return (
        COSTS.indexOf(one.cost) - COSTS.indexOf(other.cost) ||
        VERBS.indexOf(one.verb) - VERBS.indexOf(other.verb) ||
        (one.urn < other.urn ? -1 : 1)
    );
}

/** Everything that a change does besides making things and changing them in place. */
export function effectsOf(
    pairs: readonly ChangedPair[],
    removed: readonly PlanResource[],
    losses: Losses,
): Effect[] {
    // Components are made of nothing.
    const real = pairs.filter(({ after }) => after.custom);
    const own = [
        ...removed.filter(({ custom }) => custom).map((each) => effect("deletes", each, losses)),
        ...real.flatMap((pair) => ofPair(pair, losses)),
    ];
    return [...own, ...alongWith(real, own, losses)].sort(gravestFirst);
}
