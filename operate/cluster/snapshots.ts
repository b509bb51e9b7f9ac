/** Snapshots of etcd on this machine. */
import * as fs from "node:fs";
import * as path from "node:path";
import { SNAPSHOT_AGE, type Snapshot } from "../../components/cluster/gate";
import { OperationError } from "../operation-error";
import { type Cluster, fromControlPlane } from "./cluster";

const ENDING = ".snap";
/** A snapshot is so many bytes longer than whole blocks: its sum (etcd v3.6: `snapshot/v3_snapshot.go`). */
const [SUM, BLOCK] = [32, 512];

/** The newest snapshot in a folder; undefined when there is none. */
export function newestSnapshot(folder: string): Snapshot | undefined {
    const names = fs.existsSync(folder) ? fs.readdirSync(folder) : [];
    return names
        .filter((name) => name.endsWith(ENDING))
        .map((name) => {
            const file = path.join(folder, name);
            const { size, mtimeMs } = fs.statSync(file);
            return { file, size, taken: mtimeMs };
        })
        .sort((one, other) => other.taken - one.taken)[0];
}

/** Whether a snapshot may be relied on now. */
export function isFresh(snapshot: Snapshot | undefined, now: number): boolean {
    return snapshot !== undefined && snapshot.size > 0 && now - snapshot.taken <= SNAPSHOT_AGE;
}

/** Why a file is no snapshot of etcd; undefined when it looks like one. */
export function snapshotFault(file: string): string | undefined {
    const found = fs.statSync(file, { throwIfNoEntry: false });
    if (found === undefined) {
        return `There is no snapshot ${file}.`;
    }
    if (!found.isFile()) {
        return `${file} is no file: give the snapshot itself.`;
    }
    if (found.size === 0) {
        return `The snapshot ${file} is empty: take the one before.`;
    }
    return found.size % BLOCK === SUM
        ? undefined
        : `${file} is no snapshot of etcd, or was cut off: its sum is missing (${found.size} bytes). One that is encrypted must be opened first: docs/runbooks/restore-etcd.md.`;
}

/** Takes a snapshot from the first control plane that gives one. */
export async function takeSnapshot(cluster: Cluster): Promise<Snapshot> {
    const { snapshots, talosctl, clock } = cluster;
    fs.mkdirSync(snapshots, { recursive: true, mode: 0o700 });
    const moment = new Date(clock.now()).toISOString().slice(0, 19).replaceAll(":", "-");
    const file = path.join(snapshots, `etcd-${moment}Z${ENDING}`);
    await fromControlPlane(cluster, (address) => talosctl.snapshot(address, file));
    const fault = snapshotFault(file);
    if (fault !== undefined) {
        fs.rmSync(file, { force: true });
        throw new OperationError([fault]);
    }
    return { file, size: fs.statSync(file).size, taken: clock.now() };
}

/** The newest snapshot when it is fresh, else a new one. */
export async function ensureSnapshot(cluster: Cluster): Promise<Snapshot> {
    const newest = newestSnapshot(cluster.snapshots);
    return newest !== undefined && isFresh(newest, cluster.clock.now())
        ? newest
        : takeSnapshot(cluster);
}
