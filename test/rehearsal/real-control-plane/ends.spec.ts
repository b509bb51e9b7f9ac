import * as assert from "node:assert/strict";
import { once } from "node:events";
import * as fs from "node:fs";
import { kubernetesVersion } from "../../../components/versions";
import { UsageError } from "../../../preview/stack-file";
import type { Binaries } from "../../../rehearsal/binaries";
import { startControlPlane } from "../../../rehearsal/control-plane";
import { controlPlaneConfiguration } from "../../../rehearsal/control-plane/configuration";
import {
    binariesOrSkip,
    eventually,
    idsOf,
    isGone,
    isRunning,
    startParent,
} from "../control-plane/running";

describe("the end of a control plane", () => {
    let binaries: Binaries;

    before(function () {
        binaries = binariesOrSkip(this);
    });

    it("leaves nothing behind when it is stopped", async () => {
        const controlPlane = await startControlPlane({ binaries, kubernetesVersion });
        assert.ok(idsOf(controlPlane).every(isRunning));
        await Promise.all([controlPlane.stop(), controlPlane.stop()]);
        assert.deepEqual(idsOf(controlPlane).filter(isRunning), []);
        assert.equal(fs.existsSync(controlPlane.folder), false);
        assert.equal(controlPlane.signal.aborted, false, "a stop is no failure");
    });

    it("is one sentence with the program when one dies, and ends the others", async () => {
        const controlPlane = await startControlPlane({ binaries, kubernetesVersion });
        const aborted = once(controlPlane.signal, "abort");
        process.kill(controlPlane.processes.get("kube-scheduler") ?? 0, "SIGKILL");
        await aborted;
        const { reason } = controlPlane.signal as { reason: unknown };
        assert.ok(reason instanceof UsageError);
        assert.match(reason.message, /^kube-scheduler stopped by itself \(SIGKILL\)/);
        assert.equal(reason.message.split("\n").length, 1);
        assert.deepEqual(idsOf(controlPlane).filter(isRunning), []);
        assert.equal(fs.existsSync(controlPlane.folder), false);
    });

    it("comes with the reason when a program does not start", async () => {
        const configuration = controlPlaneConfiguration([
            { cluster: { apiServer: { extraArgs: { "no-such-flag": "1" } } } },
        ]);
        await assert.rejects(
            startControlPlane({ binaries, kubernetesVersion, configuration }),
            (error: unknown) =>
                error instanceof UsageError &&
                /^kube-apiserver stopped by itself .*unknown flag: --no-such-flag/.test(
                    error.message,
                ),
        );
    });

    it("comes with the end of its parent, even by SIGKILL", async () => {
        const started = await startParent("control-plane", "wait");
        assert.equal(started.ids.length, 5);
        assert.ok(started.ids.every(isRunning));
        started.parent.kill("SIGKILL");
        await eventually(() => isGone(started));
    });
});
