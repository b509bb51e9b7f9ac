/** HA-13: until when a CronJob makes up for a start that it missed while the cluster was changed. */
import { type Finding, notJudged, violated } from "../../kernel/criterion";
import type { Facts } from "../../kernel/facts";
import { read } from "../../kernel/tree";

/**
 * The controller looks every 10 s, so a shorter deadline may never be met
 * (https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/#starting-deadline).
 */
const LEAST = 10;

/**
 * Without a deadline a CronJob that was held up starts whenever it can, hours late and beside the
 * next one; a site says until when that is wanted.
 */
export function judgeDeadlines(facts: Facts): Finding[] {
    return facts.objects("batch", "CronJob").flatMap((fact): Finding[] => {
        const reading = read(fact.inputs, ["spec", "startingDeadlineSeconds"]);
        if (reading.state === "unknown") {
            return [notJudged(fact, "its startingDeadlineSeconds is known only at the update")];
        }
        if (reading.state === "absent") {
            return [
                violated(
                    fact,
                    "startingDeadlineSeconds is absent, so a missed start is made up for at any time; say until when",
                ),
            ];
        }
        return Number(reading.value) >= LEAST
            ? []
            : [
                  violated(
                      fact,
                      `startingDeadlineSeconds is ${JSON.stringify(reading.value)}, and the controller looks only every ${LEAST} s; make it longer`,
                  ),
              ];
    });
}
