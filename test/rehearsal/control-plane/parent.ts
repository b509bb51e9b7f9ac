/**
 * A process of its own for the tests: starts programs, says where, and ends as its arguments say.
 * The first is `control-plane` or `sleep`, the second `wait`, `throw` or `forget`.
 */
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { kubernetesVersion } from "../../../components/versions";
import { cachedBinaries } from "../../../rehearsal/binaries";
import { startControlPlane } from "../../../rehearsal/control-plane";
import { Processes } from "../../../rehearsal/control-plane/processes";

async function start(what: string | undefined): Promise<{
    folder: string;
    processes: ReadonlyMap<string, number>;
}> {
    const binaries = cachedBinaries();
    if (what === "control-plane" && binaries !== undefined) {
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
