/** Every operator's room, by kind, and the kinds of which no operator makes pods. */
import type { Behaviour } from "./behaviour";

const rooms: readonly (readonly Behaviour[])[] = [];

/** What operators make, by `<group>/<Kind>`. */
export const behaviours: ReadonlyMap<string, Behaviour> = new Map(
    rooms.flat().map((behaviour) => [behaviour.kind, behaviour]),
);
