/** Kinds whose CRDs an operator registers while it runs, when a custom resource asks for it. Pure. */
import { behaviours } from ".";

/** Each such kind, as `group/Kind`, with the kind of the custom resource that asks for it. */
export function registrarKinds(): ReadonlyMap<string, string> {
    return new Map(
        [...behaviours.values()].flatMap(({ kind, defines = [] }) =>
            defines.map((defined): [string, string] => [defined, kind]),
        ),
    );
}
