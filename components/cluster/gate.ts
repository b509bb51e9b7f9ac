/**
 * Whether the cluster is well enough for one node to be taken away. One judgement for all who ask:
 * the commands in `operate/` and the hooks of the SDK. Pure: what was read goes in, one sentence per
 * fault comes out.
 */
import { mutedCephWarnings } from "../../trust/ceph-warnings";
import type { Budget, CephHealth } from "./gate-answers";
import { type NodeReport, nodeSentences } from "./node-report";

/** What was read, or why it could not be. */
export type Reading<T> = { readonly value: T } | { readonly unread: string };

/** A member of etcd. */
export interface EtcdMember {
    readonly id: string;
    /** Name of its node. */
    readonly hostname: string;
    /** It follows and does not vote yet. */
    readonly learner: boolean;
}

/** What etcd says of itself. */
export interface EtcdReport {
    readonly members: readonly EtcdMember[];
    /** Alarms as Talos prints them, such as `NOSPACE`. */
    readonly alarms: readonly string[];
}

/** A copy of etcd outside of the cluster. */
export interface Snapshot {
    readonly file: string;
    /** Bytes. */
    readonly size: number;
    /** Milliseconds since 1970. */
    readonly taken: number;
}

/** Everything that decides. What a cluster does not have, or who asks cannot read, is absent. */
export interface GateReadings {
    readonly etcd?: Reading<EtcdReport>;
    readonly nodes: Reading<NodeReport>;
    /** Absent without Ceph. */
    readonly ceph?: Reading<CephHealth>;
    readonly budgets: Reading<readonly Budget[]>;
    readonly snapshot?: Reading<Snapshot | undefined>;
}

/** By what it is judged. */
export interface GateRule {
    /** Names of the control planes of the settings. */
    readonly controlPlanes: readonly string[];
    /**
     * The node that is being worked on, when work that was interrupted goes on: what it lacks is no
     * news, and what Ceph says of its disks and monitor neither.
     */
    readonly apart?: string;
    /** Milliseconds since 1970. */
    readonly now: number;
}

/** A snapshot is fresh for so many milliseconds: an hour. */
export const SNAPSHOT_AGE = 3_600_000;
/**
 * Ceph's word is taken when it is so young, in milliseconds. Rook asks every 60 s
 * (rook v1.20: `spec.healthCheck.daemonHealth.status.interval`).
 */
const CEPH_AGE = 300_000;
/** What Ceph says of one node that is down while its disks are taken out. */
const OF_ONE_NODE = ["OSD_DOWN", "OSD_HOST_DOWN", "MON_DOWN"];

const list = (names: readonly string[]) => names.join(", ");

function unread(what: string, reason: string): string {
    return `${what} could not be read (${reason}), and what is not known to be well counts as not well.`;
}

/** Judges one reading. */
function judge<T>(
    what: string,
    reading: Reading<T> | undefined,
    faults: (value: T) => string[],
): string[] {
    if (reading === undefined) {
        return [];
    }
    return "unread" in reading ? [unread(what, reading.unread)] : faults(reading.value);
}

function etcdFaults({ members, alarms }: EtcdReport, { controlPlanes, apart }: GateRule): string[] {
    const names = members.map(({ hostname }) => hostname);
    const missing = controlPlanes.filter((name) => name !== apart && !names.includes(name));
    const foreign = names.filter((name) => !controlPlanes.includes(name));
    const learners = members.filter(({ learner }) => learner).map(({ hostname }) => hostname);
    const twice = names.filter((name, index) => names.indexOf(name) !== index);
    return [
        ...(missing.length > 0
            ? [`etcd lacks ${list(missing)}: every control plane of the settings must be a member.`]
            : []),
        ...(foreign.length > 0
            ? [
                  `etcd has ${list(foreign)}, which is no control plane of the settings: take it out with "talosctl etcd remove-member".`,
              ]
            : []),
        ...(twice.length > 0
            ? [
                  `etcd has ${list(twice)} twice: take the old member out with "talosctl etcd remove-member".`,
              ]
            : []),
        ...(learners.length > 0
            ? [`In etcd ${list(learners)} does not vote yet: wait for it.`]
            : []),
        ...(alarms.length > 0
            ? [`etcd has an alarm (${list(alarms)}): see docs/runbooks/EtcdDatabaseNearlyFull.md.`]
            : []),
    ];
}

function nodeFaults({ unready, cordoned, unexpected }: NodeReport, { apart }: GateRule): string[] {
    const others = (names: readonly string[]) => names.filter((name) => name !== apart);
    return nodeSentences({
        unready: others(unready),
        cordoned: others(cordoned),
        unexpected: others(unexpected),
    });
}

function cephFaults({ health, checks, checked }: CephHealth, { apart, now }: GateRule): string[] {
    if (checked === undefined || now - checked > CEPH_AGE) {
        const when = checked === undefined ? "never" : new Date(checked).toISOString();
        return [
            `Rook last heard of Ceph ${when}: its operator or the monitors do not answer (kubectl -n rook-ceph get pods).`,
        ];
    }
    const allowed: readonly string[] = [
        ...mutedCephWarnings,
        ...(apart === undefined ? [] : OF_ONE_NODE),
    ];
    const known = checks.filter(({ name }) => allowed.includes(name));
    const faults = checks.filter(
        (check) => !known.includes(check) || check.severity !== "HEALTH_WARN",
    );
    if (faults.length > 0) {
        return [`Ceph is not well: ${list(faults.map(({ name }) => name))}.`];
    }
    // A word without its reasons, or one that we do not know.
    const isWell = health === "HEALTH_OK" || (health === "HEALTH_WARN" && known.length > 0);
    return isWell ? [] : [`Ceph says ${health === "" ? "nothing of its health" : health}.`];
}

function budgetFaults(budgets: readonly Budget[]): string[] {
    return budgets
        .filter(({ allowed, moves }) => allowed < 1 && !moves)
        .map(
            ({ name, healthy, wanted }) =>
                `PodDisruptionBudget ${name} lets no pod go (${healthy} of ${wanted} needed are healthy): a drain would wait for it.`,
        );
}

function snapshotFaults(snapshot: Snapshot | undefined, { now }: GateRule): string[] {
    if (snapshot === undefined) {
        return ["There is no snapshot of etcd: make snapshot."];
    }
    const { file, size, taken } = snapshot;
    const minutes = Math.floor((now - taken) / 60_000);
    return [
        ...(size > 0 ? [] : [`The snapshot ${file} is empty: make snapshot.`]),
        ...(now - taken <= SNAPSHOT_AGE
            ? []
            : [
                  `The newest snapshot of etcd is ${minutes} min old, and 60 are allowed: make snapshot.`,
              ]),
    ];
}

/** One sentence for each reason not to take a node away; none when one may go. */
export function gateFaults(readings: GateReadings, rule: GateRule): string[] {
    const { etcd, nodes, ceph, budgets, snapshot } = readings;
    return [
        ...judge("etcd", etcd, (value) => etcdFaults(value, rule)),
        ...judge("The list of nodes", nodes, (value) => nodeFaults(value, rule)),
        ...judge("The health of Ceph", ceph, (value) => cephFaults(value, rule)),
        ...judge("The PodDisruptionBudgets", budgets, budgetFaults),
        ...judge("The snapshot of etcd", snapshot, (value) => snapshotFaults(value, rule)),
    ];
}

/** Reads something; a failure is a reading too. */
export async function toReading<T>(read: () => Promise<T>): Promise<Reading<T>> {
    try {
        return { value: await read() };
    } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        return { unread: (reason.split("\n")[0] ?? "").replace(/\.$/, "") };
    }
}
