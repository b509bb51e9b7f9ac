import * as assert from "node:assert/strict";
import { backupAlerts } from "../../../../policy/criteria/disaster-recovery/alerts";
import { Sound } from "../../change";
import { UNKNOWN } from "../../harness";
import { databaseParts, snapshotJob, veleroParts } from "../../sound-backups";
import { alert, allAlerts, prometheusParts, rules } from "../../sound-monitoring";

const stack = new Sound(backupAlerts, {
    ...veleroParts,
    ...databaseParts,
    ...prometheusParts,
    job: snapshotJob,
    alerts: allAlerts,
});

describe("DR-09", () => {
    it("is met by alerts on every system that backs up", async () => {
        const result = await stack.judge();
        assert.deepEqual(result.of("DR-09"), []);
        assert.equal(result.verdict("DR-09").subjects, 5);
    });

    it("is not applicable without Prometheus, and asks only about what is there", async () => {
        assert.equal(await stack.verdict(stack.without("prometheus")), "not applicable");
        const nothing = [...Object.keys({ ...veleroParts, ...databaseParts }), "job"];
        assert.equal(await stack.verdict(stack.without(...nothing)), "not applicable");
    });

    it("is violated by each that is missing, and says on what", async () => {
        assert.deepEqual(await stack.found(stack.without("alerts")), [
            "Prometheus/monitoring/kps: no alert fires when a backup of Velero failed; add one on velero_backup_failure_total or velero_backup_last_status.",
            "Prometheus/monitoring/kps: no alert fires when the last good backup of Velero is too old; add one on velero_backup_last_successful_timestamp.",
            "Prometheus/monitoring/kps: no alert fires when a database cannot archive its WAL; add one on cnpg_pg_stat_archiver_failed_count or cnpg_pg_stat_archiver_last_failed_time or cnpg_pg_stat_archiver_seconds_since_last_failure or cnpg_pg_stat_archiver_seconds_since_last_archival or cnpg_collector_pg_wal_archive_status.",
            "Prometheus/monitoring/kps: no alert fires when the last base backup of a database is too old; add one on barman_cloud_cloudnative_pg_io_last_available_backup_timestamp or cnpg_collector_last_available_backup_timestamp.",
            'Prometheus/monitoring/kps: no alert fires when the last snapshot of etcd by CronJob etcd is too old; add one on kube_cronjob_status_last_successful_time{cronjob="etcd"}.',
        ]);
    });

    it("counts no alert that Prometheus does not select, and none about another job", async () => {
        const labels = ["metadata", "labels", "release"];
        assert.equal((await stack.found(stack.with("alerts", labels, "other"))).length, 5);
        const metric = "kube_cronjob_status_last_successful_time";
        for (const [selector, count] of [
            ['{cronjob="other"}', 5],
            ['{cronjob=~"et.*"}', 4],
            ["", 4],
        ] as const) {
            const job = rules("job", alert("Old", `time() - ${metric}${selector} > 9`));
            const found = await stack.found(stack.judge({ alerts: job }));
            assert.equal(found.length, count, selector);
        }
    });

    it("is not judged where rules or selectors are unknown", async () => {
        const groups = stack.with("alerts", ["spec", "groups"], UNKNOWN);
        assert.equal(await stack.verdict(groups), "not judged");
        const selector = stack.with("prometheus", ["spec", "ruleSelector"], UNKNOWN);
        assert.equal(await stack.verdict(selector), "not judged");
    });
});
