import * as assert from "node:assert/strict";
import { countsOf, type Ended, lineOf, type Part, runLanes } from "../../scripts/check/parts";

const shell = (name: string, script: string, tests?: true): Part => ({
    name,
    command: ["/bin/sh", "-c", script],
    ...(tests === undefined ? {} : { tests }),
});

async function run(...lanes: Part[][]): Promise<Ended[]> {
    return runLanes(lanes, __dirname, () => undefined);
}

describe("the parts of make test", () => {
    it("run side by side in lanes, and one after the other in a lane", async () => {
        const told: string[] = [];
        const lanes = [
            [shell("slow", "sleep 0.5"), shell("last", "true")],
            [shell("quick", "true")],
        ];
        await runLanes(lanes, __dirname, ({ part }) => told.push(part.name));
        assert.deepEqual(told, ["quick", "slow", "last"]);
    });

    it("go on after one has failed, and keep what it said on both streams", async () => {
        const [failed, next] = await run([
            shell("a", "echo out; echo err >&2; exit 3"),
            shell("b", "true"),
        ]);
        assert.equal(failed?.good, false);
        assert.deepEqual(failed.output.split("\n").sort(), ["", "err", "out"]);
        assert.equal(next?.good, true);
    });

    it("fail where tests should run and none did", async () => {
        const [idle, tested] = await run(
            [shell("idle", "echo '  0 passing (1s)'; echo '  7 pending'", true)],
            [shell("tested", "echo '  2 passing (1s)'", true)],
        );
        assert.equal(idle?.good, false);
        assert.match(idle.output, /No test ran/);
        assert.equal(tested?.good, true);
    });

    it("fail in a sentence where a program is not there", async () => {
        const [absent] = await run([{ name: "absent", command: ["/nowhere/absent"] }]);
        assert.equal(absent?.good, false);
        assert.match(absent.output, /^\/nowhere\/absent could not be started: .*ENOENT/);
    });

    it("count tests as mocha's report does, not as a test's title does", () => {
        const report =
            "\n  ....\n\n  2921 passing (5m)\n  33 pending\n  1 failing\n\n  1) 9 passing cars\n";
        assert.deepEqual(countsOf(report), { passing: 2921, pending: 33 });
        assert.deepEqual(countsOf("nothing"), { passing: 0, pending: 0 });
        const part = shell("tests", "", true);
        assert.equal(
            lineOf({ part, good: false, seconds: 98.4, output: report }),
            "FAILED  tests       98 s  2921 passed, 33 skipped",
        );
    });
});
