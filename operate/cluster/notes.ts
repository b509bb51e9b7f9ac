/** Notes beside the snapshots of how far an operation came, where the cluster itself cannot say it. */
import * as fs from "node:fs";
import * as path from "node:path";
import type { Cluster } from "./cluster";

const fileOf = ({ snapshots }: Cluster, name: string): string =>
    path.join(snapshots, `under-way-${name}`);

/** What was noted; undefined when nothing was. */
export function readNote(cluster: Cluster, name: string): string | undefined {
    const file = fileOf(cluster, name);
    return fs.existsSync(file) ? fs.readFileSync(file, "utf8") : undefined;
}

export function writeNote(cluster: Cluster, name: string, text: string): void {
    fs.mkdirSync(cluster.snapshots, { recursive: true, mode: 0o700 });
    fs.writeFileSync(fileOf(cluster, name), text, { mode: 0o600 });
}

export function removeNote(cluster: Cluster, name: string): void {
    fs.rmSync(fileOf(cluster, name), { force: true });
}
