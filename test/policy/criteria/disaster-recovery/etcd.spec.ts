import * as assert from "node:assert/strict";
import { etcdSnapshots } from "../../../../policy/criteria/disaster-recovery/etcd";
import { type Path, Sound } from "../../change";
import { type Inputs, platform, UNKNOWN } from "../../harness";
import { snapshotJob, veleroParts } from "../../sound-backups";

const stack = new Sound(etcdSnapshots, { platform: platform(), job: snapshotJob });
const CONTAINER = ["spec", "jobTemplate", "spec", "template", "spec", "containers", 0];
const JOB = "CronJob/talos-backup/etcd";

/** The job with its variables replaced. */
function withEnvironment(...env: Inputs[]) {
    return stack.with("job", [...CONTAINER, "env"], env);
}

const key = { name: "AGE_X25519_PUBLIC_KEY", value: "age1qqqq" };

describe("DR-05", () => {
    it("is met by a job that saves etcd every six hours, encrypted and elsewhere", async () => {
        assert.equal(await stack.verdict(stack.judge()), "met");
        assert.equal(await stack.verdict(withEnvironment(key)), "met", "Amazon's own store");
    });

    it("is not applicable while nothing is backed up, nor to a cluster that was there before", async () => {
        assert.equal(await stack.verdict(stack.without("job")), "not applicable");
        const server = veleroParts.tier0;
        const existing = platform({ source: "existing" });
        const before = stack.judge({ job: undefined, server, platform: existing });
        assert.equal(await stack.verdict(before), "not applicable");
    });

    it("is violated as soon as something else is backed up", async () => {
        const result = stack.judge({ job: undefined, server: veleroParts.tier0 });
        assert.deepEqual(await stack.found(result), [
            "Platform/platform: nothing saves etcd; add a CronJob of talos-backup.",
        ]);
    });

    const bad: readonly (readonly [Path, unknown, string])[] = [
        [["spec", "schedule"], "0 */8 * * *", "spec.schedule is"],
        [["spec", "schedule"], undefined, "spec.schedule is absent"],
        [["spec", "suspend"], true, "spec.suspend is true"],
        [[...CONTAINER, "env", 1], undefined, "the variable AGE_X25519_PUBLIC_KEY is absent"],
        [[...CONTAINER, "env", 1, "value"], "secret", "the variable AGE_X25519_PUBLIC_KEY is"],
        [[...CONTAINER, "env", 0, "value"], "http://nas.example.org", "its store is no place"],
        [[...CONTAINER, "env", 0, "value"], "rgw.rook-ceph.svc:80", "its store is no place"],
    ];
    for (const [path, value, message] of bad) {
        it(`is violated by ${path.slice(-2).join(".")} ${JSON.stringify(value)}`, async () => {
            const [found = "", ...more] = await stack.found(stack.with("job", path, value));
            assert.ok(found.startsWith(`${JOB}: ${message}`), found);
            assert.deepEqual(more, []);
        });
    }

    it("is violated by switching encryption off", async () => {
        const result = withEnvironment(key, { name: "DISABLE_ENCRYPTION", value: "true" });
        assert.deepEqual(await stack.found(result), [
            `${JOB}: the variable DISABLE_ENCRYPTION is "true"; leave it out, so that snapshots are encrypted.`,
        ]);
    });

    it("takes a key from a Secret, and does not judge what only an update knows", async () => {
        const hidden = { valueFrom: { secretKeyRef: { name: "age", key: "public" } } };
        assert.equal(
            await stack.verdict(withEnvironment({ ...key, value: undefined, ...hidden })),
            "met",
        );
        for (const path of [
            ["spec", "schedule"],
            ["spec", "suspend"],
            [...CONTAINER, "env"],
        ]) {
            assert.equal(await stack.verdict(stack.with("job", path, UNKNOWN)), "not judged");
        }
    });
});
