import * as assert from "node:assert/strict";
import { type CronDialect, longestGap } from "../../../policy/kubernetes/cron";

const DAY = 24;

describe("policy/kubernetes/cron", () => {
    // Taken from robfig/cron itself: the longest step between results of `Next` over 57 years.
    const gaps: readonly (readonly [string, CronDialect, number])[] = [
        ["0 */6 * * *", "cronJob", 6],
        ["0 0,6,12,20 * * *", "cronJob", 8],
        ["0 2 * * *", "velero", DAY],
        ["0 3 * * 0", "velero", 7 * DAY],
        ["0 3 * * SUN", "velero", 7 * DAY],
        ["0 0 1 * *", "velero", 31 * DAY],
        ["0 0 29 2 *", "velero", 1461 * DAY],
        ["0 0 31 * *", "velero", 61 * DAY],
        ["0 0 */2 * *", "velero", 2 * DAY],
        ["30 8-18/2 * * mon-fri", "velero", 62],
        ["@weekly", "velero", 7 * DAY],
        ["@hourly", "cronJob", 1],
        ["@every 90m", "velero", 1.5],
        ["@every 1h30m", "velero", 1.5],
        ["CRON_TZ=Europe/Berlin 0 2 * * *", "velero", DAY],
        ["0 0 2 * * *", "cloudNativePg", DAY],
        ["@daily", "cloudNativePg", DAY],
        // With five fields the first is the second all the same.
        ["0 2 * * *", "cloudNativePg", 1],
    ];
    for (const [expression, dialect, hours] of gaps) {
        it(`waits at most ${hours} h between two runs of ${expression} (${dialect})`, () => {
            assert.equal(longestGap(expression, dialect), hours);
        });
    }

    it("takes either day where both kinds are restricted, and both where one is every day", () => {
        assert.equal(longestGap("0 0 1,15 * 1", "velero"), 7 * DAY);
        assert.equal(longestGap("0 0 1 * *", "velero"), 31 * DAY);
        // The older parser still calls a stepped star every day.
        assert.equal(longestGap("0 0 */2 * 1", "velero"), 2 * DAY);
        assert.equal(longestGap("0 0 0 */2 * 1", "cloudNativePg"), 21 * DAY);
    });

    it("waits for ever for what never comes", () => {
        for (const expression of ["0 0 30 2 *", ", * * * *"]) {
            assert.equal(longestGap(expression, "velero"), Infinity, expression);
        }
    });

    it("refuses what the parser refuses", () => {
        for (const expression of [
            "",
            "daily",
            "@fortnightly",
            "@every 1 week",
            "0 0 * *",
            "0 0 0 * * *",
            "60 * * * *",
            "* 24 * * *",
            "* * 0 * *",
            "* * * 13 *",
            "* * * * 7",
            "*/0 * * * *",
            "5-2 * * * *",
            "1-2-3 * * * *",
            "1/2/3 * * * *",
            "-1 * * * *",
            "TZ=Nowhere/Land 0 0 * * *",
        ]) {
            assert.equal(longestGap(expression, "velero"), undefined, expression);
        }
        // The API server wants the zone in a field of its own.
        assert.equal(longestGap("TZ=UTC 0 0 * * *", "cronJob"), undefined);
    });
});
