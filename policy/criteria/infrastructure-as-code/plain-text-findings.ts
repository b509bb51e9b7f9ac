/** What IAC-04 says of a secret that was found: where and what it is, never its value. */
import { type Found, placesIn } from "../../engines/plain-text/texts";

export const USE_A_SECRET = "put it into a Secret and reference that";

/** What a place has, as a sentence goes on after its name. */
export function describe(found: Found): string {
    return found.by === "shape" ? `holds ${found.shape}` : `has a literal value for ${found.name}`;
}

/** Every secret below a value, each place with what it has, once. */
export function placesOf(
    value: unknown,
    path: string,
    skip?: ReadonlySet<unknown>,
): { readonly path: string; readonly text: string }[] {
    const all = placesIn(value, path, skip).map(({ path: place, found }) => ({
        path: place,
        text: describe(found),
    }));
    const distinct = new Map(all.map((place) => [`${place.path} ${place.text}`, place] as const));
    return [...distinct.values()];
}
