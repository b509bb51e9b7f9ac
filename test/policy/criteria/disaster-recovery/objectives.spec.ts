import * as assert from "node:assert/strict";
import { recoveryObjectives } from "../../../../policy/criteria/disaster-recovery/objectives";
import { partOf, Sound, withValue } from "../../change";
import { UNKNOWN } from "../../harness";
import { databaseParts, veleroParts } from "../../sound-backups";
import { libraryOf, runbooks } from "../../sound-monitoring";

const parts = { ...veleroParts, ...databaseParts };
const stack = new Sound(recoveryObjectives(runbooks), parts);
const TIMEOUT = ["spec", "postgresql", "parameters", "archive_timeout"];

function withRunbook(text: string, name = "restore-all.md") {
    return new Sound(recoveryObjectives(libraryOf({ [`runbooks/${name}`]: text })), parts);
}

describe("DR-08", () => {
    it("is met by schedules and a runbook that keep the promise", async () => {
        assert.equal(await stack.verdict(stack.judge()), "met");
    });

    it("is not applicable without a tier 0 and an archive", async () => {
        const result = stack.without("tier0", "database");
        assert.equal(await stack.verdict(result), "not applicable");
    });

    it("is violated by a namespace of tier 0 that is backed up too rarely", async () => {
        const slow = stack.with("tier0", ["spec", "schedule"], "0 */8 * * *");
        assert.deepEqual(await stack.found(slow), [
            "Namespace/apps: it is in tier 0 and may lose 8 h of data; back it up every 6 h.",
        ]);
        // Another schedule makes up for it.
        const tier0 = withValue(partOf(parts, "tier0"), ["spec", "schedule"], "0 */8 * * *");
        const tier1 = withValue(partOf(parts, "tier1"), ["spec", "schedule"], "@hourly");
        assert.equal(await stack.verdict(stack.judge({ tier0, tier1 })), "met");
    });

    for (const [value, hours] of Object.entries({ "0": "never", "7h": "7 h", "1d": "a day" })) {
        it(`is violated by a database that archives ${value}: ${hours}`, async () => {
            assert.deepEqual(await stack.found(stack.with("database", TIMEOUT, value)), [
                `Cluster/apps/db: spec.postgresql.parameters.archive_timeout is "${value}"; archive at least every 6 h.`,
            ]);
        });
    }

    it("reads the units of PostgreSQL", async () => {
        for (const value of ["300", "5min", "6h", "90 s", "60000ms"]) {
            assert.equal(await stack.verdict(stack.with("database", TIMEOUT, value)), "met", value);
        }
    });

    it("is violated without a runbook that promises two hours, in steps", async () => {
        const steps = "1. Start.\n2. Finish.\n";
        for (const [text, name] of [
            ["RTO: 3 h\n\n1. Start.\n"],
            ["RTO: 2 h\n\nNo steps.\n"],
            [`No promise.\n\n${steps}`],
            [`RTO: 2 h\n\n${steps}`, "upgrade.md"],
        ] as const) {
            const other = withRunbook(text, name);
            const found = await other.found(other.judge());
            assert.equal(found.length, 1, text);
            assert.match(found[0] ?? "", /no runbook about restoring says "RTO: 2 h" or less/);
        }
        for (const promise of ["RTO: 2 h", "The RTO is at most 1.5 hours.", "RTO 45 minutes"]) {
            const other = withRunbook(`${promise}\n\n${steps}`);
            assert.equal(await other.verdict(other.judge()), "met", promise);
        }
    });

    it("is not judged away from its repository, and where schedules or settings are unknown", async () => {
        const alone = new Sound(recoveryObjectives(undefined), parts);
        assert.equal(await alone.verdict(alone.judge()), "not judged");
        const schedule = stack.with("tier0", ["spec", "schedule"], UNKNOWN);
        assert.equal(await stack.verdict(schedule), "not judged");
        assert.equal(await stack.verdict(stack.with("database", TIMEOUT, UNKNOWN)), "not judged");
    });
});
