/**
 * Controllers of which nobody described what they make: custom resources without a room, and
 * programs whose roles let them make Secrets or pods as they like. What such a one may make is never
 * called missing.
 */
import { behaviours, inert } from "../../../operators";
import type { Fact } from "../../kernel/facts";
import type { Access, Makes } from "./access";
import { accountOf, madeByPods } from "./made-by-pods";
import type { LabelledPods } from "./pods";

/** API groups of which operators/ says what becomes of their kinds. */
const DESCRIBED: ReadonlySet<string> = new Set(
    [...behaviours.keys(), ...Object.keys(inert)].map((kind) => kind.slice(0, kind.indexOf("/"))),
);

/**
 * Whether operators/ says what the pods make: they write the status of kinds that have a room, or
 * their arguments name the Secrets that they make.
 */
function isDescribed(pods: LabelledPods, access: Access, what: Makes): boolean {
    const account = accountOf(pods);
    return (
        pods.made !== undefined ||
        access.operatedGroups(account).some((group) => DESCRIBED.has(group)) ||
        (what === "secrets" && madeByPods(pods, access).length > 0)
    );
}

/** A program that nobody described and that may make such objects in the namespace. */
export function unknownMaker(
    all: Iterable<readonly LabelledPods[]>,
    access: Access,
    what: Makes,
    namespace: string,
): Fact | undefined {
    for (const pods of [...all].flat()) {
        if (
            pods.fact !== undefined &&
            access.makes(what, accountOf(pods), namespace) &&
            !isDescribed(pods, access, what)
        ) {
            return pods.fact;
        }
    }
    return undefined;
}

/** What a finding says of a controller that nobody described. */
export function mayMake({ key }: Fact): string {
    return `${key} may make it, and nobody described in operators/ what it makes`;
}
