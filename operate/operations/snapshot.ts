/** A snapshot of etcd on this machine. */
import type { Cluster } from "../cluster/cluster";
import { takeSnapshot } from "../cluster/snapshots";
import type { Operation } from "../operation";

/** Plans a snapshot; it is taken whatever else is wrong with the cluster. */
export function snapshot(cluster: Cluster): Operation {
    const { stack, snapshots, tell } = cluster;
    return {
        name: "Snapshot of etcd",
        stack,
        steps: [
            {
                title: `Take a snapshot of etcd into ${snapshots}`,
                isDone: () => Promise.resolve(false),
                run: async () => {
                    const { file, size } = await takeSnapshot(cluster);
                    tell(`  ${file} (${size} bytes)`);
                },
            },
        ],
        faults: [],
        goOn: `Run "make snapshot STACK=${stack}" again: no half of a file is left.`,
        afterwards: "It holds every object of the cluster: keep it as you keep its secrets.",
    };
}
