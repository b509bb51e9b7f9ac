import * as assert from "node:assert/strict";
import { limitsOf } from "../../../../policy/criteria/disaster-recovery/ages";
import { restoreTests } from "../../../../policy/criteria/disaster-recovery/restore-tests";
import { type Path, Sound } from "../../change";
import { type Inputs, UNKNOWN } from "../../harness";
import { databaseParts, scheduled, veleroParts } from "../../sound-backups";
import { prometheusParts } from "../../sound-monitoring";
import { restoreParts } from "../../sound-restores";

const parts = { ...veleroParts, ...databaseParts, ...restoreParts, ...prometheusParts };
const stack = new Sound(restoreTests, parts);
const MARKS = ["metadata", "annotations", "platform/restores"];
const EXPRESSION = ["spec", "groups", 0, "rules", 1, "expr"];
const NAMESPACE =
    "Namespace/apps: nobody knows whether it can be restored: no CronJob with the annotation platform/restores names namespace/apps; say beside its tier what its volumes must hold (restoreCheck).";
const DATABASE =
    "Cluster/apps/db: nobody knows whether it can be restored: no CronJob with the annotation platform/restores names database/apps/db; let a restore test make a copy of it from its archive.";

function age(expression: string) {
    return stack.with("restoreAlert", EXPRESSION, expression);
}

describe("DR-07", () => {
    it("is met where every namespace with volumes and every database is restored each month", async () => {
        assert.deepEqual(await stack.found(stack.judge()), []);
        const result = await stack.judge();
        assert.equal(result.verdict("DR-07").subjects, 2);
        assert.equal(result.verdict("DR-07").verdict, "met");
    });

    it("is not applicable only to a stack without state", async () => {
        const without = stack.without("claim", "database");
        assert.equal(await stack.verdict(without), "not applicable");
        const volumes = stack.without("database", "restoreDatabase");
        assert.equal(await stack.verdict(volumes), "met");
    });

    it("is violated by state that no test restores, whatever else is switched off", async () => {
        const nothing = Object.keys({ ...restoreParts, ...veleroParts }).filter(
            (name) => !["namespace", "claim", "platform"].includes(name),
        );
        assert.deepEqual(
            await stack.found(stack.without(...nothing)),
            [NAMESPACE, DATABASE].map((message) =>
                message.replace(/; [^;]*$/, "; switch systems.restoreTests on."),
            ),
        );
        assert.deepEqual(await stack.found(stack.without("restoreTier")), [NAMESPACE]);
        assert.deepEqual(await stack.found(stack.without("restoreDatabase")), [DATABASE]);
    });

    it("is violated by tests of something else", async () => {
        for (const marks of [
            "",
            "namespace/app",
            "namespace/apps2 database/apps/db",
            "database/apps/apps",
            "namespace / apps",
            "apps",
            "tier/0",
        ]) {
            const found = await stack.found(stack.with("restoreTier", MARKS, marks));
            assert.deepEqual(found, [NAMESPACE], marks);
        }
        const several = "namespace/other\n  namespace/apps";
        assert.deepEqual(await stack.found(stack.with("restoreTier", MARKS, several)), []);
    });

    it("says of a database that archives nothing what comes first", async () => {
        const alone = stack.judge({
            store: undefined,
            restoreDatabase: undefined,
            database: { ...databaseParts.database, inputs: withoutPlugins() } as never,
        });
        const [found = ""] = await stack.found(alone);
        assert.match(found, /^Cluster\/apps\/db: .*; let it archive itself first \(DR-06\)\.$/);
    });

    const bad: readonly (readonly [string, Path, unknown, RegExp])[] = [
        ["restoreTier", ["spec", "suspend"], true, /spec\.suspend is true/],
        ["restoreTier", ["spec", "schedule"], "0 5 1 */2 *", /restore at least once a month/],
        ["restoreTier", ["spec", "schedule"], "0 5 31 * *", /restore at least once a month/],
        ["restoreTier", ["spec", "schedule"], "@yearly", /restore at least once a month/],
        ["restoreTier", ["spec", "schedule"], "every month", /restore at least once a month/],
        ["restoreTier", ["spec", "schedule"], undefined, /spec\.schedule is absent/],
        ["restoreDatabase", ["spec", "suspend"], true, /spec\.suspend is true/],
    ];
    for (const [part, path, value, message] of bad) {
        it(`is violated by ${part} with ${path.join(".")} ${JSON.stringify(value)}`, async () => {
            const found = await stack.found(stack.with(part, path, value));
            assert.equal(found.length, 1, found.join("\n"));
            assert.match(found[0] ?? "", message);
        });
    }

    it("is met by whatever runs once a month, or more often", async () => {
        for (const schedule of [
            "@monthly",
            "0 5 28 * *",
            "@weekly",
            "17 3 * * *",
            "0 0 1,15 * *",
        ]) {
            const result = stack.with("restoreTier", ["spec", "schedule"], schedule);
            assert.equal(await stack.verdict(result), "met", schedule);
        }
    });

    it("asks for an alert on the age of each, after 35 days at the latest", async () => {
        const last = "kube_cronjob_status_last_successful_time";
        const own = `${last}{namespace="restore-tests"}`;
        for (const expression of [
            `time() - max by (cronjob) (${own}) > 35 * 24 * 3600`,
            `time() - max by (cronjob) (${own}) > 3024000`,
            `time() - ${last}{cronjob=~"tier-.*|database-.*"} >= 2.6e6`,
            `(time() - ${own}) > (86400 * 34)`,
            `3024000 < time() - ${own}`,
            `time() - ${own} > bool 3024000`,
            `(time() - ${own}) / 86400 > 35`,
            `(time() - ${own}) / (3600 * 24) > 30 and on() up == 1`,
            `up == 0 or time() - ${own} > 3024000`,
        ]) {
            assert.deepEqual(await stack.found(age(expression)), [], expression);
        }
        for (const expression of [
            "up == 0",
            `time() - ${own} > 36 * 24 * 3600`,
            `time() - ${own} > 90 * 86400`,
            `absent(${own})`,
            `time() - ${last}{namespace="talos-backup"} > 86400`,
            `time() - ${last}{cronjob="other"} > 86400`,
            `time() - kube_cronjob_status_last_schedule_time{namespace="restore-tests"} > 3024000`,
            `${own} > 0`,
            `(time() - ${own}) / 86400 > 36`,
            `(time() - ${own}) / 3600 / 24 > 90`,
            `time() - kube_cronjob_created > 3024000 unless ${own}`,
            `time() - kube_cronjob_created > 3024000 unless ${own} > 5`,
        ]) {
            const found = await stack.found(age(expression));
            assert.equal(found.length, 2, `${expression}: ${found.join()}`);
            assert.match(
                found.join(),
                /no alert fires when the last restore of CronJob tier-0 is older than 35 days; add one on time\(\) - kube_cronjob_status_last_successful_time\{cronjob="tier-0"\} > 3024000/,
            );
        }
        assert.equal((await stack.found(stack.without("restoreAlert"))).length, 2);
        assert.equal((await stack.found(stack.without("prometheus"))).length, 2);
    });

    it("leaves a namespace that says that it keeps nothing to DR-02", async () => {
        const annotations = { "platform/keeps-nothing": "a cache" };
        const result = stack.judge({
            restoreTier: undefined,
            namespace: {
                ...veleroParts.namespace,
                inputs: {
                    ...veleroParts.namespace?.inputs,
                    metadata: { name: "apps", annotations },
                },
            } as never,
        });
        assert.deepEqual(await stack.found(result), []);
    });

    it("is not judged by what only an update knows", async () => {
        for (const [part, path] of [
            ["restoreTier", MARKS],
            ["restoreTier", ["spec", "schedule"]],
            ["restoreTier", ["spec", "suspend"]],
            ["restoreAlert", EXPRESSION],
        ] as const) {
            const result = stack.with(part, path, UNKNOWN);
            assert.equal(await stack.verdict(result), "not judged", `${part} ${path.join(".")}`);
        }
    });

    it("takes a hidden annotation of some other job for no answer", async () => {
        const hidden = scheduled("apps", "other", "@daily", { image: "a:1" });
        const metadata = { ...(hidden.inputs.metadata as Inputs), annotations: UNKNOWN };
        const other = { ...hidden, inputs: { ...hidden.inputs, metadata } };
        assert.equal(
            await stack.verdict(stack.judge({ other, restoreTier: undefined })),
            "not judged",
        );
        assert.equal(await stack.verdict(stack.judge({ other })), "met");
    });

    it("reads the numbers that an expression compares with, and none in strings", () => {
        assert.deepEqual(limitsOf('a{b="> 5"} > 35 * 24 * 3600'), [3_024_000]);
        assert.deepEqual(limitsOf("1e3 < a"), [1000]);
        assert.deepEqual(limitsOf("a / 60 > 5"), [300]);
        assert.deepEqual(limitsOf("a == 5"), []);
    });
});

function withoutPlugins(): Inputs {
    const inputs = JSON.parse(JSON.stringify(databaseParts.database?.inputs)) as {
        spec: { plugins?: unknown };
    };
    delete inputs.spec.plugins;
    return inputs;
}
