/**
 * What talosctl prints, as data. Formats: siderolabs/talos v1.13.9, `cmd/talosctl/cmd/talos/etcd.go`,
 * `service.go`, `version.go` and `output/json.go`. Pure.
 */
import { isRecord } from "../../components/base/object";
import type { EtcdMember } from "../../components/cluster/gate";

/** Columns are at least so many blanks apart (`tabwriter.NewWriter(os.Stdout, 0, 0, 3, ' ', 0)`). */
const GAP = /\s{3,}/;

/** A row by the names of its columns. */
type Row = Readonly<Record<string, string>>;

/** Reads a table: a cell begins where its column does, because it may be empty or hold blanks. */
export function table(text: string): Row[] {
    const [header = "", ...lines] = text.split("\n").filter((line) => line.trim() !== "");
    const names = header.trim().split(GAP);
    const starts = names.map((name, index) => {
        const from = index === 0 ? 0 : header.indexOf(names[index - 1] ?? "");
        return header.indexOf(name, from);
    });
    return lines.map((line) =>
        Object.fromEntries(
            names.map((name, index) => [name, line.slice(starts[index], starts[index + 1]).trim()]),
        ),
    );
}

/** A column, which must be there: a table of another form is not guessed at. */
function cell(row: Row, name: string): string {
    const found = row[name];
    if (found === undefined) {
        throw new Error(`talosctl printed a table without the column ${name}`);
    }
    return found;
}

/** `talosctl etcd members`. */
export function membersOf(text: string): EtcdMember[] {
    return table(text).map((row) => ({
        id: cell(row, "ID"),
        hostname: cell(row, "HOSTNAME"),
        learner: cell(row, "LEARNER") === "true",
    }));
}

/** `talosctl etcd alarm list`, which prints nothing where there is none. */
export function alarmsOf(text: string): string[] {
    return table(text).map((row) => cell(row, "ALARM"));
}

/** `talosctl etcd status` of one member: the id of the leader that it follows. */
export function leaderOf(text: string): string {
    const [row] = table(text);
    if (row === undefined) {
        throw new Error("talosctl printed no status of etcd");
    }
    return cell(row, "LEADER");
}

/** `talosctl service etcd`: `Running`, `Preparing` ... */
export function serviceState(text: string): string {
    const found = /^STATE\s+(\S+)/m.exec(text)?.[1];
    if (found === undefined) {
        throw new Error("talosctl printed no state of the service");
    }
    return found;
}

/** JSON documents one after the other, as `-o json` prints them. */
function documents(text: string): unknown[] {
    return text
        .split(/\n(?=\{)/)
        .filter((part) => part.trim() !== "")
        .map((part) => JSON.parse(part) as unknown);
}

function at(value: unknown, ...path: readonly string[]): unknown {
    return path.reduce<unknown>((tree, key) => (isRecord(tree) ? tree[key] : undefined), value);
}

/** `talosctl version --json` of one node: its release, such as `v1.13.9`. */
export function versionOf(text: string): string {
    const [found] = documents(text).map((document) => at(document, "version", "tag"));
    if (typeof found !== "string") {
        throw new Error("talosctl printed no version of the node");
    }
    return found;
}

/**
 * `talosctl get extensions -o json` of one node: the id of its schematic, which the Image Factory adds
 * as an extension of that name; empty for an image of another origin.
 */
export function schematicOf(text: string): string {
    const found = documents(text).find(
        (document) => at(document, "spec", "metadata", "name") === "schematic",
    );
    const version = at(found, "spec", "metadata", "version");
    return typeof version === "string" ? version : "";
}

/** `talosctl get machineconfig -o json`: the configuration that runs, with its secrets. */
export function configurationOf(text: string): string {
    const active = documents(text).find(
        (document) => at(document, "metadata", "id") === "v1alpha1",
    );
    const spec = at(active, "spec");
    if (typeof spec !== "string") {
        throw new Error("talosctl printed no machine configuration");
    }
    return spec;
}

/** `talosctl version --client --short`. */
export function clientVersion(text: string): string {
    return /\bv\d+\.\d+\.\d+\S*/.exec(text)?.[0] ?? "";
}
