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
    /** Address of the store; absent for the provider's own. */
    readonly endpoint: Reading;
    /** Stores and folders of what it is made from or follows: it must not write there. */
    readonly origins: readonly Reading[];
    /** How long backups are kept: `30d`, `4w`, `1m`. */
    readonly retention: Reading;
}

/** Pieces of a path, one after the other; unknown if one is. */
function join(pieces: readonly Reading[]): Reading {
    if (pieces.some(({ state }) => state === "unknown")) {
        return { state: "unknown" };
    }
    const texts = pieces.map((piece) => (piece.state === "known" ? String(piece.value) : ""));
    return { state: "known", value: texts.map(spelled).join("/") };
}

/** One of the ways to write an address or a folder: in each of them it is the same. */
function spelled(text: string): string {
    const address = /^https?:/i.test(text) && URL.canParse(text) ? new URL(text).href : text;
    return address.replace(/(?<=[^:/])\/{2,}/g, "/").replace(/\/+$/, "");
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

const HIDDEN: Reading = { state: "unknown" };

/** An archive of which nobody knows yet where it is. */
const hiddenArchive: WalArchive = {
    method: "plugin",
    path: HIDDEN,
    endpoint: HIDDEN,
    origins: [],
    retention: HIDDEN,
};

/** The ObjectStore that parameters of the plugin name, in the namespace of the cluster. */
function storeOf(facts: Facts, { object }: ObjectOf, name: Reading): ObjectOf | undefined {
    return facts
        .objects("barmancloud.cnpg.io", "ObjectStore")
        .filter((fact) => fact.object.namespace === object.namespace)
        .find((fact) => name.state === "known" && fact.object.name === name.value);
}

/** Where parameters of the plugin lead: `plugins[].parameters`, `externalClusters[].plugin`. */
function pathByPlugin(facts: Facts, cluster: ObjectOf, parameters: unknown): Reading {
    const name = read(parameters, ["barmanObjectName"]);
    const store = storeOf(facts, cluster, name);
    const server = or(read(parameters, ["serverName"]), cluster.object.name);
    return store === undefined
        ? HIDDEN
        : pathOf(readTree(store.inputs, "spec", "configuration"), server);
}

/**
 * What the external clusters have archived. Without a `serverName` the plugin looks for the name of
 * the cluster that is made (internal/cnpgi/operator/config), the operator for that of the entry.
 */
function originsOf(facts: Facts, cluster: ObjectOf): Reading[] {
    return readList(cluster.inputs, "spec", "externalClusters").flatMap((external) => {
        const own = read(external, ["barmanObjectStore"]);
        const server = or(
            own.state === "known" ? read(own.value, ["serverName"]) : own,
            readString(external, "name") ?? "",
        );
        return [
            ...(own.state === "known" ? [pathOf(own.value, server)] : []),
            ...(readString(external, "plugin", "name") === PLUGIN
                ? [pathByPlugin(facts, cluster, readTree(external, "plugin", "parameters"))]
                : []),
        ];
    });
}

function byPlugin(facts: Facts, cluster: ObjectOf, plugin: unknown): WalArchive | string {
    const parameters = readTree(plugin, "parameters");
    const name = read(plugin, ["parameters", "barmanObjectName"]);
    const switches = [
        switchAt(plugin, ["enabled"], true),
        switchAt(plugin, ["isWALArchiver"], false),
    ];
    if (name.state === "unknown" || switches.includes("unknown")) {
        return hiddenArchive;
    }
    if (readString(plugin, "name") !== PLUGIN) {
        // Another archiver, whose folder this pack does not know how to read.
        return hiddenArchive;
    }
    const store = storeOf(facts, cluster, name);
    if (store === undefined) {
        const called = name.state === "known" ? String(name.value) : "absent";
        return `its barmanObjectName is ${called}, and no such ObjectStore is in its namespace`;
    }
    return {
        method: "plugin",
        path: pathByPlugin(facts, cluster, parameters),
        endpoint: read(store.inputs, ["spec", "configuration", "endpointURL"]),
        origins: originsOf(facts, cluster),
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
            endpoint: read(own.value, ["endpointURL"]),
            origins: originsOf(facts, cluster),
            retention: read(inputs, ["spec", "backup", "retentionPolicy"]),
        };
    }
    const hidden =
        own.state === "unknown" ||
        plugins.state === "unknown" ||
        readList(inputs, "spec", "plugins").some(isUnknown);
    return hidden
        ? hiddenArchive
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
