/** Restore tests of what is backed up, in parts that tests replace. */
import type { Parts } from "./change";
import type { Inputs, Resource } from "./harness";
import { scheduled } from "./sound-backups";
import { alert, rules } from "./sound-monitoring";

/** A restore test each month. */
function restoring(name: string, marks: string): Resource {
    const job = scheduled("restore-tests", name, "30 9 7 * *", { image: "registry/restore:1.0.0" });
    const annotations = { "platform/restores": marks };
    return {
        ...job,
        inputs: { ...job.inputs, metadata: { ...(job.inputs.metadata as Inputs), annotations } },
    };
}

/** Tests of the volumes and the database of `apps`, and an alert on their age. */
export const restoreParts: Parts = {
    restoreTier: restoring("tier-0", "namespace/apps"),
    restoreDatabase: restoring("database-db", "database/apps/db"),
    restoreAlert: rules(
        "restores",
        alert(
            "RestoreTestTooOld",
            'time() - max by (cronjob) (kube_cronjob_status_last_successful_time{namespace="restore-tests"}) > 35 * 86400',
        ),
    ),
};
