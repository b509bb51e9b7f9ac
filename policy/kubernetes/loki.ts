/** Loki's configuration, in whichever ConfigMap it lies. */
import * as yaml from "js-yaml";
import { read, type Reading, type Tree } from "../kernel/tree";

/** Names of the file in charts and manifests of upstream. */
const FILES = ["config.yaml", "loki.yaml"];

function parse(text: string): unknown {
    try {
        return yaml.load(text);
    } catch {
        return undefined;
    }
}

/**
 * The settings that a ConfigMap holds: what has a `schema_config` is Loki's. Absent in any other
 * ConfigMap.
 */
export function lokiSettings(map: Tree): Reading {
    const files = FILES.map((name) => read(map, ["data", name]));
    if (files.some(({ state }) => state === "unknown")) {
        return { state: "unknown" };
    }
    const settings = files
        .filter((file) => file.state === "known" && String(file.value).includes("schema_config"))
        .map((file) => (file.state === "known" ? parse(String(file.value)) : undefined))
        .find((file) => read(file, ["schema_config"]).state === "known");
    return settings === undefined ? { state: "absent" } : { state: "known", value: settings };
}

/** How long logs are kept: Loki keeps for ever unless its compactor deletes (pkg/compactor). */
export function logRetention(settings: unknown): Reading {
    const deletes = read(settings, ["compactor", "retention_enabled"]);
    return deletes.state === "known" && deletes.value === true
        ? read(settings, ["limits_config", "retention_period"])
        : { state: "absent" };
}
