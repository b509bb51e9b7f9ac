/** CronJobs that must really run, and often enough. */
import { longestGap } from "./cron";
import type { Finding } from "../kernel/criterion";
import { judgeExpectation } from "../kernel/expectation";
import type { Fact } from "../kernel/facts";
import { read } from "../kernel/tree";

/**
 * Judges the schedule of a CronJob.
 *
 * @param isEnough whether the longest wait between two runs, in hours, is short enough; without end
 *     where it does not run again and again
 * @param wanted what to do about it
 */
export function judgeSchedule(
    fact: Fact,
    isEnough: (hours: number) => boolean,
    wanted: string,
): Finding[] {
    return [
        {
            what: "spec.suspend",
            reading: read(fact.inputs, ["spec", "suspend"]),
            good: (value: unknown) => value === false,
            wanted: "let it run",
            absentIsGood: true as const,
        },
        {
            what: "spec.schedule",
            reading: read(fact.inputs, ["spec", "schedule"]),
            good: (value: unknown) => isEnough(longestGap(String(value), "cronJob") ?? Infinity),
            wanted,
        },
    ].flatMap((expectation) => judgeExpectation(fact, expectation));
}
