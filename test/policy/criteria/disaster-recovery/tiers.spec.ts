import * as assert from "node:assert/strict";
import { backupTiers } from "../../../../policy/criteria/disaster-recovery/tiers";
import { partOf, Sound, withValue } from "../../change";
import { judge, UNKNOWN } from "../../harness";
import { veleroParts } from "../../sound-backups";
import { definition } from "../../sound-parts";

const velero = new Sound(backupTiers, veleroParts);

describe("DR-01", () => {
    it("is met by the three tiers", async () => {
        assert.equal(await velero.verdict(velero.judge()), "met");
    });

    it("is not applicable without Velero, and violated by Velero without schedules", async () => {
        assert.equal((await judge([])).verdict("DR-01").verdict, "not applicable");
        const crd = definition("schedules.velero.io", "velero.io", "Schedule", "Namespaced");
        assert.equal((await judge([crd])).of("DR-01").length, 3);
    });

    it("is violated by a tier that is missing or paused", async () => {
        assert.deepEqual(await velero.found(velero.without("tier2")), [
            "Deployment/velero/velero: no Schedule is tier 2; add one that runs every 168 h and keeps 90 days.",
        ]);
        assert.deepEqual(await velero.found(velero.with("tier0", ["spec", "paused"], true)), [
            "Schedule/velero/tier-0: it is paused; let it run.",
            "Deployment/velero/velero: no Schedule is tier 0; add one that runs every 6 h and keeps 7 days.",
        ]);
    });

    it("is violated by a tier that runs too rarely, by what Velero makes of the expression", async () => {
        const found = (expression: unknown) =>
            velero.found(velero.with("tier0", ["spec", "schedule"], expression));
        assert.deepEqual(await found("0 0,8,16 * * *"), [
            "Schedule/velero/tier-0: it may wait 8 h between two backups; tier 0 runs every 6 h.",
        ]);
        assert.deepEqual(await found("@every 6h"), []);
        assert.deepEqual(await found("0 0 */6 * * *"), [
            "Schedule/velero/tier-0: spec.schedule is no cron expression that Velero understands.",
        ]);
        assert.equal((await found(undefined)).length, 1);
    });

    it("is violated by a retention that no tier has, also the server's default", async () => {
        const ttl = ["spec", "template", "ttl"];
        assert.deepEqual((await velero.found(velero.with("tier0", ttl, "48h"))).slice(0, 1), [
            "Schedule/velero/tier-0: spec.template.ttl is 2 days; keep 7 days (tier 0), 30 days (tier 1), 90 days (tier 2).",
        ]);
        assert.deepEqual((await velero.found(velero.with("tier2", ttl, "72h"))).slice(0, 1), [
            "Schedule/velero/tier-2: it keeps each backup for 72 h and may wait 168 h for the next, so that at times there is none; keep 7 days (tier 0), 30 days (tier 1), 90 days (tier 2).",
        ]);
        // Velero's own default is that of tier 1.
        assert.equal(await velero.verdict(velero.with("tier1", ttl, undefined)), "met");
        const server = withValue(
            partOf(veleroParts, "server"),
            ["spec", "template", "spec", "containers", 0, "args"],
            ["server", "--default-backup-ttl=48h"],
        );
        const tier1 = withValue(partOf(veleroParts, "tier1"), ttl, undefined);
        assert.equal(await velero.verdict(velero.judge({ server, tier1 })), "violated");
    });

    it("is not judged where schedule, retention or pause are unknown", async () => {
        for (const path of [["schedule"], ["template", "ttl"], ["paused"], ["template"]]) {
            const result = velero.with("tier0", ["spec", ...path], UNKNOWN);
            assert.equal(await velero.verdict(result), "not judged", path.join("."));
        }
    });
});
