/** etcd is made anew from a snapshot (docs.siderolabs.com/talos: "Disaster Recovery"). */
import { createHash } from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import { UsageError } from "../../preview/usage-error";
import { type Cluster, waitUntil } from "../cluster/cluster";
import { readNote, removeNote, writeNote } from "../cluster/notes";
import { snapshotFault } from "../cluster/snapshots";
import type { Operation } from "../operation";

/** Talos waits so for the bootstrap of etcd. */
const WAITING = "Preparing";
/** Seconds until all members must have joined. */
const JOINED = 1800;

/** Name of the note that a snapshot was sent. */
const NOTE = "restore";

function digestOf(file: string): string {
    return createHash("sha256").update(fs.readFileSync(file)).digest("hex");
}

/** Whether this very snapshot was sent and its restore has not ended. */
function isUnderWay(cluster: Cluster, digest: string): boolean {
    return readNote(cluster, NOTE) === digest;
}

/** State of etcd on each control plane, or why it is not known. */
async function states({ site, talosctl }: Cluster): Promise<{ name: string; state: string }[]> {
    return Promise.all(
        site.controlPlanes.map(async ({ name, address }) => ({
            name,
            state: await talosctl
                .service(address, "etcd")
                .catch((error: unknown) => (error as Error).message),
        })),
    );
}

/**
 * Plans a restore.
 *
 * @throws UsageError when the file is no snapshot, or a cluster runs there
 */
export async function restore(cluster: Cluster, snapshot: string): Promise<Operation> {
    const { stack, site, talosctl } = cluster;
    const file = path.resolve(snapshot);
    const fault = snapshotFault(file);
    if (fault !== undefined) {
        throw new UsageError(fault);
    }
    const digest = digestOf(file);
    const found = await states(cluster);
    const underWay = isUnderWay(cluster, digest);
    const running = found.filter(({ state }) => state === "Running").map(({ name }) => name);
    if (running.length > 0 && !underWay) {
        throw new UsageError(
            `etcd runs on ${running.join(", ")}: a restore would throw away what it has. One lost control plane is replaced (make replace NODE=...); to give the cluster up, see docs/runbooks/restore-etcd.md.`,
        );
    }
    const unclear = found.filter(({ state }) => state !== WAITING && state !== "Running");
    const [first] = site.controlPlanes;
    const address = first?.address ?? "";
    const others = site.controlPlanes.map(({ name }) => name);
    return {
        name: `Restore of etcd from ${path.basename(file)}`,
        stack,
        steps: [
            {
                title: `Make etcd anew on ${first?.name ?? ""} from the snapshot`,
                isDone: async () =>
                    isUnderWay(cluster, digest) &&
                    (await talosctl.service(address, "etcd").catch(() => "")) === "Running",
                run: async () => {
                    writeNote(cluster, NOTE, digest);
                    await talosctl.recover(address, file);
                },
            },
            {
                title: `Wait until ${others.join(", ")} are its members`,
                isDone: () => Promise.resolve(false),
                run: async () => {
                    await waitUntil(
                        cluster,
                        "every control plane to join etcd",
                        async () => {
                            const members = await talosctl.members(address);
                            const names = members
                                .filter(({ learner }) => !learner)
                                .map(({ hostname }) => hostname);
                            const missing = others.filter((name) => !names.includes(name));
                            return missing.length === 0 ? undefined : missing.join(", ");
                        },
                        { seconds: JOINED },
                    );
                    removeNote(cluster, NOTE);
                },
            },
        ],
        faults: underWay
            ? []
            : unclear.map(
                  ({ name, state }) =>
                      `etcd on ${name} must wait for its bootstrap (${WAITING}), and it is not: ${state.replace(/\.$/, "")}.`,
              ),
        goOn: `Mend it, and run "make restore SNAPSHOT=${snapshot} STACK=${stack}" again: the same snapshot is not sent twice to an etcd that runs.`,
        afterwards: `Look at the cluster (kubectl get nodes), then "npm run refresh -- --stack ${stack}", "npm run up -- --stack ${stack}" and "make snapshot STACK=${stack}".`,
    };
}
