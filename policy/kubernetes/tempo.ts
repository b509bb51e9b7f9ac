/** Tempo's configuration, in whichever ConfigMap it lies. */
import * as yaml from "js-yaml";
import { read, type Reading, type Tree } from "../kernel/tree";

/** Name of the file in charts and manifests of upstream. */
const FILE = "tempo.yaml";

/** The settings that a ConfigMap holds; absent in any other ConfigMap. */
export function tempoSettings(map: Tree): Reading {
    const file = read(map, ["data", FILE]);
    if (file.state !== "known") {
        return file;
    }
    try {
        const value = yaml.load(String(file.value));
        return read(value, ["storage", "trace"]).state === "absent"
            ? { state: "absent" }
            : { state: "known", value };
    } catch {
        return { state: "absent" };
    }
}
