/**
 * A process of its own for the tests: starts programs, says where, and ends as its arguments say.
 * The first is `control-plane` or `sleep`, the second `wait`, `throw` or `forget`.
 */
import * as fs from "node:fs";
import { createRequire } from "node:module";
import * as os from "node:os";
import * as path from "node:path";
import { kubernetesVersion } from "../../../components/versions";
import { cachedBinaries } from "../../../rehearsal/binaries";
import { Processes } from "../../../rehearsal/control-plane/processes";

async function start(what: string | undefined): Promise<{
    folder: string;
    processes: ReadonlyMap<string, number>;
}> {
    const binaries = cachedBinaries();
    if (what === "control-plane" && binaries !== undefined) {
        // A second of loading that the others need not wait for.
        const { startControlPlane } = createRequire(__filename)(
            "../../../rehearsal/control-plane",
        ) as typeof import("../../../rehearsal/control-plane");
        return startControlPlane({ binaries, kubernetesVersion });
    }
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), "rehearsal-test-"));
    const processes = new Processes(folder, []);
    for (const name of ["one", "two"]) {
        processes.start(name, "/bin/sleep", ["1000"]);
    }
    return { folder, processes: processes.ids };
}

async function main(): Promise<void> {
    const [, , what, how] = process.argv;
    const { folder, processes } = await start(what);
    process.stdout.write(`${JSON.stringify({ folder, ids: [...processes.values()] })}\n`);
    if (how === "throw") {
        throw new Error("a mistake of the program");
    }
    if (how === "wait") {
        setInterval(() => undefined, 1000);
    }
}

void main();
