/** Whether the stack backs anything up at all; from then on it must back up everything. */
import type { Facts } from "../../kernel/facts";
import { traceOf } from "../../kernel/presence";
import { type Program, programsOf } from "../../kubernetes/programs";
import { read } from "../../kernel/tree";
import { archiveOf, databasesOf } from "./wal-archive";

/** The jobs that take snapshots of etcd through the Talos API. */
export function snapshotJobs(facts: Facts): Program[] {
    return programsOf(facts, "talos-backup").filter(({ fact }) => fact.object.kind === "CronJob");
}

/** Whether Velero, Barman, a snapshot job or a database with backups is in the stack. */
export function backsUp(facts: Facts): boolean {
    return (
        traceOf(facts, "velero.io") !== undefined ||
        traceOf(facts, "barmancloud.cnpg.io") !== undefined ||
        facts.objects("postgresql.cnpg.io", "ScheduledBackup").length > 0 ||
        snapshotJobs(facts).length > 0 ||
        databasesOf(facts).some(
            (database) =>
                read(database.inputs, ["spec", "backup"]).state !== "absent" ||
                typeof archiveOf(facts, database) !== "string",
        )
    );
}
