/** Where a database of CloudNativePG archives its WAL: by the Barman plugin, or by itself. */
import type { Fact, Facts, ObjectOf } from "../../kernel/facts";
import { type Ternary, switchAt } from "../../kernel/ternary";
import { isUnknown, read, readList, type Reading, readString, readTree } from "../../kernel/tree";

const PLUGIN = "barman-cloud.cloudnative-pg.io";

/** An archive. */
export interface WalArchive {
    /** What writes base backups beside it. */
    readonly method: "plugin" | "barmanObjectStore";
    /** Store and folder: two clusters with the same would overwrite each other's. */
    readonly path: Reading;
    /** How long backups are kept: `30d`, `4w`, `1m`. */
    readonly retention: Reading;
}

/** Pieces of a path, one after the other; unknown if one is. */
function join(pieces: readonly Reading[]): Reading {
    if (pieces.some(({ state }) => state === "unknown")) {
        return { state: "unknown" };
    }
    const texts = pieces.map((piece) => (piece.state === "known" ? String(piece.value) : ""));
    return { state: "known", value: texts.map((text) => text.replace(/\/+$/, "")).join("/") };
}

function or(reading: Reading, fallback: string): Reading {
    return reading.state === "absent" ? { state: "known", value: fallback } : reading;
}

function pathOf(store: unknown, server: Reading): Reading {
    return join([read(store, ["endpointURL"]), read(store, ["destinationPath"]), server]);
}

/** The archiver of a cluster among its plugins (`api/v1/cluster_funcs.go`). */
function archiver(inputs: unknown): unknown {
    return readList(inputs, "spec", "plugins").find(
        (plugin) =>
            switchAt(plugin, ["enabled"], true) !== false &&
            switchAt(plugin, ["isWALArchiver"], false) !== false,
    );
}

function byPlugin(
    facts: Facts,
    { object, inputs }: ObjectOf,
    plugin: unknown,
): WalArchive | string {
    const unknown: WalArchive = {
        method: "plugin",
        path: { state: "unknown" },
        retention: { state: "unknown" },
    };
    const name = read(plugin, ["parameters", "barmanObjectName"]);
    const switches = [
        switchAt(plugin, ["enabled"], true),
        switchAt(plugin, ["isWALArchiver"], false),
    ];
    if (name.state === "unknown" || switches.includes("unknown")) {
        return unknown;
    }
    if (readString(plugin, "name") !== PLUGIN) {
        // Another archiver, whose folder this pack does not know how to read.
        return unknown;
    }
    const store = facts
        .objects("barmancloud.cnpg.io", "ObjectStore")
        .filter((fact) => fact.object.namespace === object.namespace)
        .find((fact) => name.state === "known" && fact.object.name === name.value);
    if (store === undefined) {
        const called = name.state === "known" ? String(name.value) : "absent";
        return `its barmanObjectName is ${called}, and no such ObjectStore is in its namespace`;
    }
    const server = or(
        read(plugin, ["parameters", "serverName"]),
        readString(inputs, "metadata", "name") ?? "",
    );
    return {
        method: "plugin",
        path: pathOf(readTree(store.inputs, "spec", "configuration"), server),
        retention: read(store.inputs, ["spec", "retentionPolicy"]),
    };
}

/** The archive of a cluster, or what is wrong with it. */
export function archiveOf(facts: Facts, cluster: ObjectOf): WalArchive | string {
    const { inputs, object } = cluster;
    const plugins = read(inputs, ["spec", "plugins"]);
    const found = archiver(inputs);
    if (found !== undefined && !isUnknown(found)) {
        return byPlugin(facts, cluster, found);
    }
    const own = read(inputs, ["spec", "backup", "barmanObjectStore"]);
    if (own.state === "known") {
        return {
            method: "barmanObjectStore",
            path: pathOf(own.value, or(read(own.value, ["serverName"]), object.name)),
            retention: read(inputs, ["spec", "backup", "retentionPolicy"]),
        };
    }
    const hidden =
        own.state === "unknown" ||
        plugins.state === "unknown" ||
        readList(inputs, "spec", "plugins").some(isUnknown);
    return hidden
        ? { method: "plugin", path: { state: "unknown" }, retention: { state: "unknown" } }
        : `it archives no WAL; add the plugin ${PLUGIN} with isWALArchiver`;
}

/** The databases of the stack. */
export function databasesOf(facts: Facts): ObjectOf[] {
    return facts.objects("postgresql.cnpg.io", "Cluster");
}

/** Whether a resource is a database that archives itself. */
export function archivesItself(facts: Facts, fact: Fact): Ternary {
    const database = databasesOf(facts).find(({ urn }) => urn === fact.urn);
    const archive = database === undefined ? "" : archiveOf(facts, database);
    return typeof archive === "string"
        ? false
        : archive.path.state === "unknown"
          ? "unknown"
          : true;
}
