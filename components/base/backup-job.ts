/** Jobs that save something on a schedule. Pure. */
import type { Manifest } from "./object";

/** What is saved, when, and by what. */
export interface BackupJob {
    readonly name: string;
    readonly namespace: string;
    /** As `cron` has it, in UTC. */
    readonly schedule: string;
    /** Seconds after which a try is given up. */
    readonly seconds: number;
    readonly labels: Readonly<Record<string, string>>;
    readonly pod: Readonly<Record<string, unknown>>;
}

/**
 * The job: never two at once, an hour late at most, tried three times more; the last success and the
 * last failure stay to be read.
 */
export function backupJob(job: BackupJob): Manifest {
    const { name, namespace, schedule, seconds, labels, pod } = job;
    return {
        apiVersion: "batch/v1",
        kind: "CronJob",
        metadata: { name, namespace },
        spec: {
            schedule,
            timeZone: "Etc/UTC",
            concurrencyPolicy: "Forbid",
            startingDeadlineSeconds: 3600,
            successfulJobsHistoryLimit: 1,
            failedJobsHistoryLimit: 1,
            jobTemplate: {
                spec: {
                    backoffLimit: 3,
                    activeDeadlineSeconds: seconds,
                    template: { metadata: { labels }, spec: pod },
                },
            },
        },
    };
}
