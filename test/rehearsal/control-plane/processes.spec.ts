import * as assert from "node:assert/strict";
import { once } from "node:events";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { Processes } from "../../../rehearsal/control-plane/processes";
import { eventually, isGone, isRunning, startParent } from "./running";

describe("programs of a rehearsal", () => {
    const inFolder = () => {
        const folder = fs.mkdtempSync(path.join(os.tmpdir(), "rehearsal-test-"));
        return new Processes(folder, ["open sesame"]);
    };
    const reasonOf = async ({ signal }: Processes) => {
        if (!signal.aborted) {
            await once(signal, "abort");
        }
        return (signal as { reason: Error }).reason.message;
    };

    it("end all when one ends, which is told with its last words but no secret", async () => {
        const processes = inFolder();
        processes.start("lasting", "/bin/sleep", ["1000"]);
        const script = "echo starting; echo 'Error: open sesame does not open'; exit 3";
        processes.start("failing", "/bin/sh", ["-c", script]);
        assert.equal(
            await reasonOf(processes),
            "failing stopped by itself (exit code 3): Error: [secret] does not open",
        );
        assert.deepEqual([...processes.ids.values()].filter(isRunning), []);
        assert.equal(fs.existsSync(processes.folder), false);
    });

    it("end all when one is not there", async () => {
        const processes = inFolder();
        processes.start("lasting", "/bin/sleep", ["1000"]);
        processes.start("absent", "/nowhere/absent", []);
        assert.match(await reasonOf(processes), /^absent could not be started: .*ENOENT/);
        assert.equal(isRunning(processes.ids.get("lasting") ?? 0), false);
    });

    it("tell nothing when they are stopped", async () => {
        const processes = inFolder();
        processes.start("lasting", "/bin/sleep", ["1000"]);
        await Promise.all([processes.stop(), processes.stop()]);
        assert.equal(processes.signal.aborted, false);
        assert.equal(fs.existsSync(processes.folder), false);
    });

    it("leave no handler of signals behind", async () => {
        const before = process.listenerCount("SIGTERM");
        const processes = inFolder();
        assert.equal(process.listenerCount("SIGTERM"), before + 1);
        await processes.stop();
        assert.equal(process.listenerCount("SIGTERM"), before);
    });

    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP", "SIGKILL"] as const) {
        it(`are gone after ${signal} to the one who started them`, async () => {
            const started = await startParent("sleep", "wait");
            assert.ok(started.ids.every(isRunning));
            started.parent.kill(signal);
            const [, by] = (await once(started.parent, "exit")) as [number | null, string];
            assert.equal(by, signal, "it ends as the signal says");
            await eventually(() => isGone(started));
        });
    }

    it("are gone after an exception", async () => {
        const started = await startParent("sleep", "throw");
        await eventually(() => isGone(started));
    });

    it("are gone when they were forgotten, and do not keep the process", async () => {
        const started = await startParent("sleep", "forget");
        await eventually(() => isGone(started));
    });
});
