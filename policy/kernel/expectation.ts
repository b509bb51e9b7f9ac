/** What a criterion wants of one value, for criteria that want many. */
import { type Finding, notJudged, violated } from "./criterion";
import type { Fact } from "./facts";
import { type Reading, showReading } from "./tree";

/** What one value must be. */
export interface Expectation {
    /** How messages call the value. */
    readonly what: string;
    readonly reading: Reading;
    readonly good: (value: unknown) => boolean;
    /** What to do about it, after "; ". */
    readonly wanted: string;
    /** The default of the API is good. */
    readonly absentIsGood?: true;
}

/** A value that must be exactly this one. */
export function exactly(wanted: unknown): Pick<Expectation, "good" | "wanted"> {
    return { good: (value) => value === wanted, wanted: `set it to ${String(wanted)}` };
}

/** The finding about an expectation that is not met, or whose value only an update will know. */
export function judgeExpectation(fact: Fact, expectation: Expectation): Finding[] {
    const { what, reading, good, wanted, absentIsGood = false } = expectation;
    if (reading.state === "unknown") {
        return [notJudged(fact, `${what} is known only at the update`)];
    }
    const isMet = reading.state === "known" ? good(reading.value) : absentIsGood;
    return isMet ? [] : [violated(fact, `${what} is ${showReading(reading)}; ${wanted}`)];
}
