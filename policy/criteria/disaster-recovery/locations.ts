/** DR-04: a fire in the rack does not take the backups with it. */
import { type Finding, notJudged, type StackCriterion, violated } from "../../kernel/criterion";
import type { Facts, ObjectOf } from "../../kernel/facts";
import { allOf, anyOf, type Ternary, not, switchAt } from "../../kernel/ternary";
import { namespacesOf } from "../../kubernetes/namespaces";
import { flagOf } from "../../kubernetes/programs";
import { read, type Reading } from "../../kernel/tree";
import { includesNamespace } from "./filters";
import { faultOfStore } from "./places";
import { type BackupSchedule, copiesFiles, movesSnapshots, type Velero, veleroOf } from "./velero";

/** `defaultBackupLocation` of pkg/cmd/server/config/config.go. */
const DEFAULT_LOCATION = "default";

/** Whether the backups of a schedule end up elsewhere, and why not. */
interface Verdict {
    readonly away: Ternary;
    readonly why: string;
}

function locationsOf(facts: Facts, { fact }: BackupSchedule): ObjectOf[] {
    return facts
        .objects("velero.io", "BackupStorageLocation")
        .filter(({ object }) => object.namespace === fact.object.namespace);
}

/** The name of the location: the schedule's word, the default location, the server's flag. */
function nameOf(facts: Facts, schedule: BackupSchedule, { server }: Velero): Reading {
    const own = read(schedule.fact.inputs, ["spec", "template", "storageLocation"]);
    if (own.state === "unknown" || (own.state === "known" && own.value !== "")) {
        return own;
    }
    const locations = locationsOf(facts, schedule);
    const isDefault = ({ inputs }: ObjectOf) => switchAt(inputs, ["spec", "default"], false);
    const marked = locations.find((location) => isDefault(location) === true);
    if (marked !== undefined) {
        return { state: "known", value: marked.object.name };
    }
    if (locations.some((location) => isDefault(location) === "unknown")) {
        return { state: "unknown" };
    }
    const flag =
        server === undefined ? undefined : flagOf(server, "default-backup-storage-location");
    return flag === undefined || flag.state === "absent"
        ? { state: "known", value: DEFAULT_LOCATION }
        : flag;
}

/** velero-plugin-for-aws: `s3Url` is absent for the provider's own store. */
function ofLocation({ inputs, object }: ObjectOf, facts: Facts): Verdict {
    const called = `BackupStorageLocation ${object.name}`;
    const url = read(inputs, ["spec", "config", "s3Url"]);
    const insecure = switchAt(inputs, ["spec", "config", "insecureSkipTLSVerify"], false);
    const readOnly = read(inputs, ["spec", "accessMode"]);
    if (url.state === "unknown" || insecure === "unknown" || readOnly.state === "unknown") {
        return { away: "unknown", why: "" };
    }
    const fault = url.state === "known" ? faultOfStore(String(url.value), facts) : undefined;
    const why = insecure
        ? `${called} does not verify the certificate of its store`
        : readOnly.state === "known" && readOnly.value === "ReadOnly"
          ? `${called} is read-only`
          : fault === undefined
            ? undefined
            : `the s3Url of ${called}, ${fault}`;
    return { away: why === undefined, why: why ?? "" };
}

function verdictOn(facts: Facts, schedule: BackupSchedule, velero: Velero): Verdict {
    const name = nameOf(facts, schedule, velero);
    const unknown: Verdict = { away: "unknown", why: "" };
    if (name.state === "unknown") {
        return unknown;
    }
    const called = name.state === "known" ? String(name.value) : "";
    const location = locationsOf(facts, schedule).find(({ object }) => object.name === called);
    if (location === undefined) {
        return { away: false, why: `there is no BackupStorageLocation ${called}` };
    }
    const verdict = ofLocation(location, facts);
    const moves = anyOf([copiesFiles(schedule, velero), movesSnapshots(schedule, velero)]);
    return verdict.away === true && moves !== true
        ? {
              away: moves,
              why: "its snapshots stay on the cluster's own disks; set snapshotMoveData or defaultVolumesToFsBackup",
          }
        : verdict;
}

/** Whether one schedule backs up every namespace of the stack that another does. */
function covers(facts: Facts, other: BackupSchedule, schedule: BackupSchedule): Ternary {
    return allOf(
        namespacesOf(facts).map(({ name }) =>
            anyOf([
                not(includesNamespace(schedule, name, facts)),
                includesNamespace(other, name, facts),
            ]),
        ),
    );
}

function judgeSchedule(
    facts: Facts,
    schedule: BackupSchedule,
    verdicts: ReadonlyMap<BackupSchedule, Verdict>,
): Finding[] {
    const answer = anyOf(
        [...verdicts].map(([other, { away }]) =>
            other === schedule
                ? away
                : allOf([away, other.running, covers(facts, other, schedule)]),
        ),
    );
    const { fact } = schedule;
    if (answer === "unknown") {
        return [notJudged(fact, "where its backups end up is known only at the update")];
    }
    return answer
        ? []
        : [
              violated(
                  fact,
                  `no backup of tier 0 leaves the cluster: ${verdicts.get(schedule)?.why ?? ""}`,
              ),
          ];
}

/** DR-04. */
export const locations: StackCriterion = {
    id: "DR-04",
    name: "dr-04-backup-location",
    description:
        "Checks that the backups of tier 0 go to a store outside of the cluster's own disks, over TLS, with the data of volumes.",
    severity: "critical",
    remediation:
        "Give the Schedule a BackupStorageLocation with an https:// address outside of the cluster, and move the data of snapshots.",
    judgeStack: (facts) => {
        const velero = veleroOf(facts);
        const schedules = (velero?.schedules ?? []).filter(({ tier }) => tier?.tier === 0);
        const verdicts = new Map(
            schedules.map((schedule) => [
                schedule,
                velero === undefined
                    ? { away: false, why: "" }
                    : verdictOn(facts, schedule, velero),
            ]),
        );
        return {
            subjects: schedules.length,
            judged: schedules.map(({ fact }) => fact),
            findings: schedules.flatMap((schedule) => judgeSchedule(facts, schedule, verdicts)),
        };
    },
};
