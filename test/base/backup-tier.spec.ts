import * as assert from "node:assert/strict";
import {
    type BackupAnswer,
    backupMarks,
    backupPeriods,
    BackupPlan,
} from "../../components/base/backup-tier";
import { backupTierLabel, keepsNothing } from "../../components/base/labels";
import type { ObjectMetadata } from "../../components/base/object";
import { none } from "../../components/base/capabilities";
import { TIERS } from "../../policy/criteria/disaster-recovery/velero";
import { longestGap } from "../../policy/kubernetes/cron";
import { stack } from "../fixtures/stack";

describe("backup tiers", () => {
    for (const { tier, hours, days, schedule } of backupPeriods) {
        it(`make a backup of tier ${tier} at least every ${hours} h and keep several`, () => {
            const gap = longestGap(schedule, "velero");
            assert.ok(gap !== undefined && gap <= hours, `${schedule} waits ${gap} h`);
            assert.ok(days * 24 >= 2 * hours);
        });
    }

    it("are those by which backups are judged", () => {
        assert.deepEqual(
            backupPeriods.map(({ tier, hours, days }) => ({ tier, hours, days })),
            TIERS.map(({ tier, hours, days }) => ({ tier, hours, days })),
        );
    });

    it("never begin at the same minute", () => {
        const starts = backupPeriods.map(({ schedule }) => schedule);
        assert.equal(new Set(starts).size, starts.length);
    });

    it("stand on the namespace, or the reason why it has none", () => {
        assert.deepEqual(backupMarks(0), { labels: { [backupTierLabel]: "0" }, annotations: {} });
        assert.deepEqual(backupMarks(none("it keeps nothing")), {
            labels: {},
            annotations: { [keepsNothing]: "it keeps nothing" },
        });
    });

    it("are planned from what namespaces say, and a namespace cannot say two things", () => {
        const plan = new BackupPlan();
        const say = (name: string, answer: BackupAnswer) => {
            plan.take(name, answer);
        };
        say("b", 1);
        say("a", 1);
        say("a", 1);
        say("c", none("it keeps nothing"));
        assert.deepEqual(plan.namespacesOf(1), ["a", "b"]);
        assert.deepEqual(plan.namespacesOf(0), []);
        assert.throws(() => {
            say("a", 2);
        }, /The namespace a says twice what is kept of it/);
    });

    it("are on every namespace of the platform, or a reason is", async () => {
        const { resources } = await stack("prod");
        const namespaces = resources.filter(
            ({ type }) => /:Namespace(Patch)?$/.test(type) && type.startsWith("kubernetes:"),
        );
        assert.ok(namespaces.length > 10);
        for (const { name, inputs } of namespaces) {
            const { labels = {}, annotations = {} } = inputs.metadata as ObjectMetadata;
            assert.notEqual(backupTierLabel in labels, keepsNothing in annotations, name);
        }
    });
});
