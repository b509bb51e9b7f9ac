/** How commands begin and end: help, closed and full outputs, signals, and what is left behind. */
import * as assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { setTimeout as after } from "node:timers/promises";
import { nodeFault, packagesFault } from "../../components/surroundings";
import { repository } from "../fixtures/stack-files";

const manifest = JSON.parse(fs.readFileSync(path.join(repository, "package.json"), "utf8")) as {
    scripts: Record<string, string>;
};

/** The scripts that start a command of this repository. */
const commands = Object.entries(manifest.scripts).flatMap(([name, line]) => {
    const words = /^node (?:--\S+ )*(.*start\.js.*)$/.exec(line)?.[1]?.split(" ");
    return words === undefined ? [] : [{ name, words }];
});

function run(words: readonly string[], environment: NodeJS.ProcessEnv = {}) {
    return spawnSync(process.execPath, words, {
        cwd: repository,
        encoding: "utf8",
        env: { ...process.env, ...environment },
    });
}

describe("every command", () => {
    it("is started by one that looks at its surroundings first", () => {
        assert.ok(commands.length >= 13, `${commands.length} commands`);
        for (const line of Object.values(manifest.scripts)) {
            assert.doesNotMatch(line, /tsx\/cjs/);
        }
    });

    for (const { name, words } of commands) {
        it(`prints its help and does nothing else: ${name}`, () => {
            const cache = fs.mkdtempSync(path.join(os.tmpdir(), "platform-test-"));
            fs.mkdirSync(path.join(cache, "charts"));
            try {
                const { status, stdout, stderr } = run([...words, "--bogus", "--help"], {
                    PLATFORM_CACHE: cache,
                });
                assert.deepEqual([status, stderr], [0, ""]);
                assert.match(stdout, /^Usage: npm run /);
                assert.match(stdout, /Ends with [^]*2 on a\s+mistake/);
                assert.deepEqual(fs.readdirSync(cache), ["charts"]);
            } finally {
                fs.rmSync(cache, { recursive: true });
            }
        });
    }
});

describe("an output that is full or closed", () => {
    it("ends with a sentence where the disk is full", function () {
        if (!fs.existsSync("/dev/full")) {
            this.skip();
        }
        const full = fs.openSync("/dev/full", "w");
        try {
            const { status, stderr } = spawnSync(
                process.execPath,
                ["scripts/start.js", "scripts/charts", "--help"],
                { cwd: repository, encoding: "utf8", stdio: ["ignore", full, "pipe"] },
            );
            assert.equal(status, 2);
            assert.equal(stderr, "The output cannot be written (ENOSPC).\n");
        } finally {
            fs.closeSync(full);
        }
    });

    it("ends quietly where the reader has left", async () => {
        const child = spawn(process.execPath, ["scripts/start.js", "scripts/charts", "--help"], {
            cwd: repository,
            stdio: ["ignore", "pipe", "pipe"],
        });
        child.stdout.destroy();
        let error = "";
        child.stderr.setEncoding("utf8").on("data", (text: string) => (error += text));
        const code = await new Promise((resolve) => child.once("close", resolve));
        assert.deepEqual([code, error], [141, ""]);
    });
});

describe("a signal", () => {
    /** Whether a process is there and no zombie. */
    const packsOf = (marker: string): number =>
        fs.readdirSync("/proc").filter((pid) => {
            try {
                return fs.readFileSync(`/proc/${pid}/environ`, "utf8").includes(marker);
            } catch {
                return false;
            }
        }).length;

    for (const [signal, delay] of [
        ["SIGTERM", 100],
        ["SIGTERM", 1500],
        ["SIGINT", 800],
        ["SIGKILL", 700],
    ] as const) {
        it(`leaves no process and no folder: ${signal} after ${delay} ms`, async function () {
            if (!fs.existsSync("/proc/self/environ")) {
                this.skip();
            }
            const folder = fs.mkdtempSync(path.join(os.tmpdir(), "platform-test-"));
            try {
                const child = spawn(process.execPath, ["preview/start.js", "--stack", "dev"], {
                    cwd: repository,
                    stdio: "ignore",
                    env: { ...process.env, TMPDIR: folder },
                });
                const ended = new Promise((resolve) =>
                    child.once("exit", (_, by) => {
                        resolve(by);
                    }),
                );
                await after(delay);
                child.kill(signal);
                assert.equal(await ended, signal);
                // A pack that was loading notices the end of its input when it has loaded.
                for (let wait = 0; wait < 200 && packsOf(`TMPDIR=${folder}`) > 0; wait += 1) {
                    await after(100);
                }
                assert.equal(packsOf(`TMPDIR=${folder}`), 0);
                const left = fs.readdirSync(folder).filter((name) => name.startsWith("platform-"));
                assert.deepEqual(signal === "SIGKILL" ? [] : left, []);
            } finally {
                fs.rmSync(folder, { recursive: true });
            }
        });
    }
});

describe("a signal while two versions are compared", () => {
    for (const signal of ["SIGTERM", "SIGINT"] as const) {
        it(`ends the comparison by that signal, as a shell wants to know: ${signal}`, async () => {
            const child = spawn(
                process.execPath,
                ["scripts/start.js", "scripts/diff", "--base", "HEAD", "--stack", "dev"],
                { cwd: repository, stdio: "ignore" },
            );
            const ended = new Promise((resolve) =>
                child.once("exit", (_, by) => {
                    resolve(by);
                }),
            );
            await after(2500);
            child.kill(signal);
            assert.equal(await ended, signal);
        });
    }
});

describe("the surroundings", () => {
    for (const [version, fits] of [
        ["v20.19.0", true],
        ["v22.0.0", true],
        ["v20.19.1-nightly", true],
        ["v20.18.3", false],
        ["v18.20.4", false],
        ["v9.11.2", false],
    ] as const) {
        it(`say whether Node is new enough: ${version}`, () => {
            const fault = nodeFault(version, ">=20.19");
            assert.equal(fault === undefined, fits);
            if (fault !== undefined) {
                assert.match(fault, /^This is Node \d[\d.]*, but 20\.19 or newer is needed: /);
            }
        });
    }

    it("say which packages are missing, and how to get them", () => {
        const folder = fs.mkdtempSync(path.join(os.tmpdir(), "platform-test-"));
        try {
            assert.match(packagesFault(folder, ["a"]) ?? "", /are not installed: run `make setup`/);
            fs.mkdirSync(path.join(folder, "node_modules", "a"), { recursive: true });
            fs.writeFileSync(path.join(folder, "node_modules", "a", "package.json"), "{}");
            assert.equal(packagesFault(folder, ["a"]), undefined);
            assert.match(packagesFault(folder, ["a", "b"]) ?? "", /not installed \(b\)/);
        } finally {
            fs.rmSync(folder, { recursive: true });
        }
    });
});
