/** The programs of the restore tests, which lie beside this file as what they are: Python. */
import * as fs from "node:fs";
import * as path from "node:path";
import type { Manifest } from "../base/object";

/** Where they are in the repository. */
export const scriptFolder = path.join(__dirname, "scripts");
/** Where they are in a pod. */
export const SCRIPTS = "/scripts";
/** ConfigMap with them. */
export const SCRIPT_MAP = "restore-test-scripts";

/** What the pod in the scratch namespace needs, which reads one volume. */
export const volumeScripts = ["check_volume.py", "outcome.py"] as const;
/** What the pod of a test needs. */
export const testScripts = [
    "check_database.py",
    "database_test.py",
    "kubernetes_api.py",
    "lease.py",
    "outcome.py",
    "restore_test.py",
    "scratch.py",
    "tier_test.py",
] as const;

/** A ConfigMap with some of them. */
export function scriptMap(namespace: string, scripts: readonly string[]): Manifest {
    return {
        apiVersion: "v1",
        kind: "ConfigMap",
        metadata: { name: SCRIPT_MAP, namespace },
        data: Object.fromEntries(
            scripts.map((name) => [name, fs.readFileSync(path.join(scriptFolder, name), "utf8")]),
        ),
    };
}
