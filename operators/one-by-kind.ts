/** One room for each kind, where several operators are told by objects of a kind that others use too. */
import type { Behaviour, Resource } from "./behaviour";

function isMeant({ only }: Behaviour, name: string): boolean {
    return only === undefined || ("test" in only ? only.test(name) : only.includes(name));
}

/** A pattern for exactly these names, or for what a pattern of them is for. */
function patternOf({ only }: Behaviour): string {
    return only === undefined
        ? ""
        : "test" in only
          ? only.source
          : `^(?:${only.map((name) => name.replaceAll(".", "\\.")).join("|")})$`;
}

/** Rooms of objects that tell operators what to make: each answers for the names that it is about. */
function together(kind: string, rooms: readonly Behaviour[]): Behaviour {
    const roomOf = ({ metadata }: Resource) => rooms.find((room) => isMeant(room, metadata.name));
    return {
        kind,
        only: new RegExp(rooms.map(patternOf).join("|")),
        source: rooms.map(({ source }) => source).join("; "),
        pods: (resource, around) => roomOf(resource)?.pods?.(resource, around) ?? [],
        objects: (resource, around) => roomOf(resource)?.objects?.(resource, around) ?? [],
    };
}

/**
 * The rooms by `<group>/<Kind>`.
 *
 * @throws Error when a kind has several of which one is not about certain names, or answers for more
 * than pods and objects: nobody could say which of them an object belongs to
 */
export function oneByKind(rooms: readonly Behaviour[]): ReadonlyMap<string, Behaviour> {
    const kinds = new Map<string, Behaviour[]>();
    for (const room of rooms) {
        kinds.set(room.kind, [...(kinds.get(room.kind) ?? []), room]);
    }
    return new Map(
        [...kinds].map(([kind, found]) => {
            const [only, ...others] = found;
            if (only !== undefined && others.length === 0) {
                return [kind, only];
            }
            const known = new Set(["kind", "only", "source", "pods", "objects"]);
            const unclear = found.some(
                (room) =>
                    room.only === undefined || Object.keys(room).some((field) => !known.has(field)),
            );
            if (unclear) {
                throw new Error(`${kind} has several rooms, of which one is about every object`);
            }
            return [kind, together(kind, found)];
        }),
    );
}
