import * as assert from "node:assert/strict";
import * as path from "node:path";
import { UsageError } from "../../preview/stack-file";
import { parseOptions } from "../../rehearsal/options";

const refused = (args: readonly string[], message: RegExp) => {
    assert.throws(
        () => parseOptions(args, {}),
        (error: unknown) => error instanceof UsageError && message.test(error.message),
    );
};

describe("the rehearsal's command line", () => {
    it("rehearses prod on a control plane of its own, without loss, unless told otherwise", () => {
        assert.deepEqual(parseOptions([], { KUBECONFIG: "" }), {
            stack: "prod",
            lose: [],
            realTime: false,
            drain: false,
            again: false,
            change: {},
            agree: 0,
            seed: 1,
            crds: undefined,
            picture: undefined,
            port: undefined,
            kubeconfig: undefined,
            confirm: undefined,
            prepare: false,
            json: false,
        });
    });

    it("does everything with --full, and only the losses that are named", () => {
        const full = parseOptions(["--full"], {});
        assert.deepEqual(full.lose, ["each-worker", "each-control-plane", "each-host"]);
        assert.ok(full.drain && full.again && full.agree > 0);
        assert.deepEqual(Object.keys(full.change), ["systems.n8n.workers"]);
        assert.deepEqual(parseOptions(["--full", "--lose", "worker-1"], {}).lose, ["worker-1"]);
    });

    it("takes the kubeconfig of the environment, and the one named before it", () => {
        assert.equal(parseOptions([], { KUBECONFIG: "a" }).kubeconfig, "a");
        assert.equal(parseOptions(["--kubeconfig", "b"], { KUBECONFIG: "a" }).kubeconfig, "b");
    });

    it("reads changed settings, values with = included", () => {
        const { change } = parseOptions(["--change", "a.b=c=d", "--change", "e=1"], {});
        assert.deepEqual(change, { "a.b": "c=d", e: "1" });
    });

    it("makes the folder of CRDs absolute", () => {
        assert.equal(parseOptions(["--crds", "x"], {}).crds, path.resolve("x"));
    });

    it("says what is wrong with an option in one sentence", () => {
        refused(["--lsoe", "worker-1"], /^There is no option --lsoe; did you mean --lose\?/);
        refused(["--change", "systems"], /--change is systems; give a setting and its value/);
        refused(["--agree", "many"], /--agree is many; give a whole number from 1/);
        refused(["--kubeconfig", "k", "--agree", "5"], /--agree removes every node and pod/);
        refused(["--port", "70000"], /--port is 70000; give a whole number from 1 to 65535/);
    });
});
