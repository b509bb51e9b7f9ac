/** What a stack promises: the criteria that its profile makes mandatory. Pure. */
import type { PackConfig } from "../preview/analyzer";

/** Tells of a criterion, such as `HA-04`, whether it is promised. */
export type Promised = (criterion: string) => boolean;

/** Reads the levels of a profile; a criterion that they do not name is mandatory, as in the pack. */
export function promisesOf(levels: PackConfig): Promised {
    return (criterion) => {
        const prefix = `${criterion.toLowerCase()}-`;
        const name = Object.keys(levels).find((key) => key.startsWith(prefix)) ?? "";
        const entry = levels[name] ?? levels.all ?? "mandatory";
        return (typeof entry === "string" ? entry : entry.enforcementLevel) !== "advisory";
    };
}
