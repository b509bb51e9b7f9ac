/** Which scenarios are played. Pure. */
import type { Scenario } from "./scenario";
import { SCENARIOS } from "./scenarios";

/** The scenarios that are wanted, each with those that it follows. */
export function chosenScenarios(only: readonly string[]): Scenario[] {
    if (only.length === 0) {
        return [...SCENARIOS];
    }
    const last = Math.max(
        -1,
        ...SCENARIOS.map(({ name, alone }, index) =>
            only.includes(name) && alone !== true ? index : -1,
        ),
    );
    // Between the first and the wanted one only what changes the site back and forth may be left out.
    return SCENARIOS.filter(
        ({ name, alone }, index) =>
            only.includes(name) ||
            (alone !== true &&
                index <= last &&
                (index === 0 ||
                    FOLLOWED.some(([before, after]) => before === name && only.includes(after)))),
    );
}

/** A scenario, and one that needs what it has made. */
const FOLLOWED: readonly (readonly [before: string, after: string])[] = [
    ["node-added", "node-resized"],
    ["node-added", "node-replaced"],
    ["node-added", "node-removed"],
];
