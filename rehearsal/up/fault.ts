/** What a scenario found: one sentence each. */
export class ScenarioFault extends Error {
    constructor(readonly faults: readonly string[]) {
        super(faults.join("\n"));
    }
}

/** @throws ScenarioFault with those sentences whose condition does not hold */
export function require(
    ...conditions: readonly (readonly [holds: boolean, sentence: string])[]
): void {
    const faults = conditions.filter(([holds]) => !holds).map(([, sentence]) => sentence);
    if (faults.length > 0) {
        throw new ScenarioFault(faults);
    }
}
