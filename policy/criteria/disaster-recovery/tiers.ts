/** DR-01: three tiers of backups. */
import { type Finding, notJudged, type StackCriterion, violated } from "../../kernel/criterion";
import { showReading } from "../../kernel/tree";
import { type BackupSchedule, TIERS, type Velero, veleroOf } from "./velero";

const KEPT = TIERS.map(({ tier, days }) => `${days} days (tier ${tier})`).join(", ");

/** A backup that is deleted before the next one is made leaves a time without any. */
function judgeGap(hours: unknown, { days }: BackupSchedule): string | undefined {
    const kept = days.state === "known" && typeof days.value === "number" ? days.value * 24 : NaN;
    return typeof hours === "number" && kept < hours
        ? `it keeps each backup for ${Number(kept.toFixed(1))} h and may wait ${hours} h for the next, so that at times there is none; keep ${KEPT}`
        : undefined;
}

function judgeSchedule(schedule: BackupSchedule): Finding[] {
    const { fact, gap, days, tier, running } = schedule;
    if (days.state === "unknown" || gap.state === "unknown" || running === "unknown") {
        return [notJudged(fact, "its schedule or retention is known only at the update")];
    }
    const hours = gap.state === "known" ? gap.value : undefined;
    const bare = judgeGap(hours, schedule);
    return [
        ...(running ? [] : [violated(fact, "it is paused; let it run")]),
        ...(tier === undefined
            ? [
                  violated(
                      fact,
                      bare ?? `spec.template.ttl is ${showReading(days)} days; keep ${KEPT}`,
                  ),
              ]
            : []),
        ...(typeof hours !== "number"
            ? [violated(fact, "spec.schedule is no cron expression that Velero understands")]
            : tier !== undefined && hours > tier.hours
              ? [
                    violated(
                        fact,
                        `it may wait ${hours} h between two backups; tier ${tier.tier} runs every ${tier.hours} h`,
                    ),
                ]
              : []),
    ];
}

function judgeTiers({ trace, schedules }: Velero): Finding[] {
    const unsure = schedules.some(
        ({ days, running }) => days.state === "unknown" || running === "unknown",
    );
    return TIERS.filter(
        ({ tier }) =>
            !schedules.some(
                (schedule) => schedule.tier?.tier === tier && schedule.running === true,
            ),
    ).map(({ tier, days, hours }) =>
        unsure
            ? notJudged(trace, `whether there is a tier ${tier} is known only at the update`)
            : violated(
                  trace,
                  `no Schedule is tier ${tier}; add one that runs every ${hours} h and keeps ${days} days`,
              ),
    );
}

/** DR-01. */
export const backupTiers: StackCriterion = {
    id: "DR-01",
    name: "dr-01-backup-tiers",
    description:
        "Checks that Velero backs up in three tiers: every 6 h kept 7 days, daily kept 30, weekly kept 90.",
    severity: "high",
    remediation: "Correct `schedule` and `template.ttl` of the Schedules.",
    judgeStack: (facts) => {
        const velero = veleroOf(facts);
        return velero === undefined
            ? { subjects: 0, findings: [] }
            : {
                  subjects: velero.schedules.length + TIERS.length,
                  judged: velero.schedules.map(({ fact }) => fact),
                  findings: [...velero.schedules.flatMap(judgeSchedule), ...judgeTiers(velero)],
              };
    },
};
