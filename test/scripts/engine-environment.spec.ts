import * as assert from "node:assert/strict";
import { engineEnvironment } from "../../scripts/stack/engine-environment";

const GIB = 2 ** 30;

describe("what npm run up tells the Go runtime of the engine", () => {
    it("is to collect garbage less often, within a quarter of the memory", () => {
        assert.deepEqual(engineEnvironment({}, 8 * GIB), { GOGC: "400", GOMEMLIMIT: "2048MiB" });
        assert.deepEqual(engineEnvironment({ GOGC: "" }, 2 * GIB), {
            GOGC: "400",
            GOMEMLIMIT: "512MiB",
        });
    });

    it("is nothing when the user has said one of them", () => {
        for (const name of ["GOGC", "GOMEMLIMIT"]) {
            assert.deepEqual(engineEnvironment({ [name]: "100" }, 8 * GIB), {});
        }
    });
});
