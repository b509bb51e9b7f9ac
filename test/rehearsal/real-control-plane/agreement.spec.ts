import * as assert from "node:assert/strict";
import { kubernetesVersion } from "../../../components/versions";
import { agree } from "../../../rehearsal/agreement/agree";
import { arenaConfiguration } from "../../../rehearsal/agreement/arena";
import { startControlPlane } from "../../../rehearsal/control-plane";
import { binariesOrSkip } from "../control-plane/running";

describe("the agreement of proof and a real scheduler", () => {
    it("finds no fit that is none on a few generated stacks", async function () {
        const binaries = binariesOrSkip(this);
        const configuration = arenaConfiguration();
        const arena = await startControlPlane({ binaries, kubernetesVersion, configuration });
        try {
            const agreement = await agree(arena, { count: 6, seed: 40 }, () => undefined);
            assert.equal(agreement.cases, 6);
            assert.ok(agreement.questions > 6);
            assert.deepEqual(agreement.falseFits, []);
            assert.deepEqual(agreement.deviations, []);
        } finally {
            await arena.stop();
        }
    });
});
