import * as assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import * as path from "node:path";

const root = path.join(__dirname, "..");
/** The compiler, and a package that every part of npm's package manager loads. */
const HEAVY = /\/node_modules\/(?:typescript|pacote)\//;

/** The last line that a script prints in a process of its own, as JSON. */
function evaluate(script: string): unknown {
    const { stdout, stderr } = spawnSync(process.execPath, ["--no-warnings", "-e", script], {
        cwd: root,
        encoding: "utf8",
    });
    assert.equal(stderr, "");
    return JSON.parse(stdout.trim().split("\n").at(-1) ?? "");
}

/** The files that are loaded in earnest: what stands in for a module is a proxy. */
function loadedBy(...modules: readonly string[]): string[] {
    const required = modules.map((name) => `require("${name}");`).join("");
    return evaluate(
        `${required}
        const { isProxy } = require("node:util").types;
        const loaded = Object.keys(require.cache).filter(
            (file) => !isProxy(require.cache[file].exports),
        );
        process.stdout.write("\\n" + JSON.stringify(loaded), () => process.exit());`,
    ) as string[];
}

describe("loading the SDK", () => {
    for (const [title, modules] of Object.entries({
        "the policy pack": ["./policy/index.js"],
        "the preview": ["./components/load-sdk", "tsx/cjs", "./preview/main"],
    })) {
        it(`takes neither the compiler nor npm into ${title}`, () => {
            const files = loadedBy(...modules);
            assert.ok(files.some((file) => file.endsWith("/@pulumi/pulumi/output.js")));
            assert.deepEqual(
                files.filter((file) => HEAVY.test(file)),
                [],
            );
        });
    }

    it("loads the compiler once a function is serialized", () => {
        const text = evaluate(
            `require("./components/load-sdk");
            const { runtime } = require("@pulumi/pulumi");
            runtime.serializeFunction(() => 42).then(({ text }) => {
                process.stdout.write(JSON.stringify(text));
            });`,
        );
        assert.match(String(text), /42/);
    });

    it("sends no stack of calls with a resource, which the state would keep", () => {
        const sent = evaluate(
            `require("./components/load-sdk");
            const pulumi = require("@pulumi/pulumi");
            const { MockMonitor } = require("@pulumi/pulumi/runtime/mocks");
            const register = MockMonitor.prototype.registerResource;
            const requests = [];
            MockMonitor.prototype.registerResource = function (request, callback) {
                requests.push(request);
                return register.call(this, request, callback);
            };
            pulumi.runtime
                .setMocks({ call: () => ({}), newResource: () => ({ id: "", state: {} }) })
                .then(() => {
                    class Thing extends pulumi.ComponentResource {
                        constructor() {
                            super("test:index:Thing", "thing");
                        }
                    }
                    class Other extends Thing {}
                    const make = () => new Other();
                    make().urn.apply(() => {
                        const stacks = requests.map((request) => ({
                            frames: request.getStacktrace()?.getFramesList().length ?? 0,
                            position: request.getSourceposition()?.getUri() ?? "",
                        }));
                        process.stdout.write("\\n" + JSON.stringify(stacks));
                    });
                });`,
        );
        assert.deepEqual(sent, [{ frames: 0, position: "" }]);
    });
});
