import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { operations } from "../../operate/commands";
import { usageOf } from "../../operate/usage";
import { repository } from "../fixtures/stack-files";

/** A kubeconfig of an API that nobody serves. */
const kubeconfig = `
apiVersion: v1
kind: Config
current-context: c
clusters: [{name: c, cluster: {server: "https://127.0.0.1:9"}}]
contexts: [{name: c, context: {cluster: c, user: u}}]
users: [{name: u, user: {token: very-secret}}]
`;

/** Folders with credentials that lie about. */
const credentials = () =>
    fs.readdirSync(os.tmpdir()).filter((name) => name.startsWith("platform-talosconfig-"));

/** Whether a process works still; one that is only waited for does not. */
function isRunning(pid: number): boolean {
    try {
        process.kill(pid, 0);
        const file = `/proc/${pid}/stat`;
        return !fs.existsSync(file) || !fs.readFileSync(file, "utf8").includes(") Z ");
    } catch {
        return false;
    }
}

interface Ended {
    readonly code: number;
    readonly stdout: string;
    readonly stderr: string;
}

describe("the operations at the command line", function () {
    this.timeout(120_000);
    let folder: string;
    beforeEach(() => {
        folder = fs.mkdtempSync(path.join(os.tmpdir(), "operate-command-"));
        fs.writeFileSync(path.join(folder, "kubeconfig"), kubeconfig);
        fs.writeFileSync(path.join(folder, "talosconfig"), "context: very-secret");
    });
    afterEach(() => {
        fs.rmSync(folder, { recursive: true, force: true });
    });

    /** Programs that stand in for talosctl and pulumi. */
    function programs(talosctl: readonly string[]): void {
        const write = (name: string, lines: readonly string[]) => {
            const text = ["#!/bin/sh", `echo "${name} $*" >> ${folder}/calls`, ...lines, ""];
            fs.writeFileSync(path.join(folder, name), text.join("\n"), { mode: 0o755 });
        };
        write("talosctl", talosctl);
        write("pulumi", ["echo 'error: no stack named prod found' >&2", "exit 1"]);
    }

    const environment = () => ({
        ...process.env,
        PATH: `${folder}:${process.env.PATH ?? ""}`,
    });
    const words = (name: string, args: readonly string[]) => {
        const files = ["talosconfig", "kubeconfig"].flatMap((file) => [
            `--${file}`,
            path.join(folder, file),
        ]);
        return ["scripts/start.js", "operate/main", name, "--stack", "prod", ...files, ...args];
    };

    function run(name: string, ...args: readonly string[]): Promise<Ended> {
        return new Promise((resolve) => {
            const options = { cwd: repository, env: environment() };
            execFile(process.execPath, words(name, args), options, (error, stdout, stderr) => {
                assert.ok(!`${stdout}${stderr}`.includes("very-secret"), "a secret was printed");
                assert.doesNotMatch(stderr, /\n\s+at /);
                assert.deepEqual(credentials(), [], "files were left");
                resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr });
            });
        });
    }

    const current = "case \"$*\" in version\\ --client*) echo 'Talos v1.13.9'; exit;; esac";
    const silent = [current, "echo 'error: rpc error: connection refused' >&2", "exit 1"];

    it("refuse mistakes in one sentence, with 2", async () => {
        programs(silent);
        const unknown = await run("replace", "--node", "worker-99");
        assert.equal(unknown.code, 2);
        assert.match(
            unknown.stderr,
            /^There is no node worker-99 in Pulumi\.prod\.yaml; allowed: ctrl-0.*\n$/,
        );
        const missing = await run("remove");
        assert.equal(missing.code, 2);
        assert.match(missing.stderr, /^--node is needed\./);
        const empty = path.join(folder, "empty.snap");
        fs.writeFileSync(empty, "");
        const restored = await run("restore", "--snapshot", empty);
        assert.equal(restored.code, 2);
        assert.match(restored.stderr, /is empty: take the one before\.\n$/);
    });

    it("refuse a talosctl that is older than its target", async () => {
        programs(["echo 'Talos v1.12.4'"]);
        const { code, stderr } = await run("snapshot", "--dry-run");
        assert.equal(code, 2);
        assert.match(stderr, /is talosctl v1\.12\.4, older than its target v1\.13/);
    });

    it("count a gate that cannot be read as shut, with 1 and a document", async () => {
        programs(silent);
        const { code, stdout } = await run("remove", "--node", "worker-1", "--json");
        assert.equal(code, 1);
        const { outcome, faults } = JSON.parse(stdout) as { outcome: string; faults: string[] };
        assert.equal(outcome, "refused");
        assert.match(faults.join(), /ECONNREFUSED/);
    });

    it("show a plan and touch nothing in a dry run", async () => {
        programs(silent);
        const { code, stdout } = await run("snapshot", "--dry-run");
        assert.equal(code, 0);
        assert.match(stdout, /Snapshot of etcd of prod:\n {3}1\. Take a snapshot/);
        const calls = fs.readFileSync(path.join(folder, "calls"), "utf8").trim().split("\n");
        assert.deepEqual(calls, ["talosctl version --client --short"]);
    });

    it("tell what failed and how to go on, with 1", async () => {
        programs(silent);
        const { code, stderr } = await run("snapshot", "--yes");
        assert.equal(code, 1);
        assert.match(
            stderr,
            /talosctl etcd snapshot at 192\.168\.68\.106: rpc error: connection refused\n.*again/,
        );
    });

    it("leave no process and no file behind when they are killed", async () => {
        programs([current, `echo $$ > ${folder}/pid`, "exec sleep 60"]);
        const child = spawn(process.execPath, words("snapshot", ["--yes"]), {
            ...{ cwd: repository, env: environment(), stdio: "ignore" },
        });
        const ended = new Promise((resolve) => child.once("close", resolve));
        const pid = path.join(folder, "pid");
        while (!fs.existsSync(pid) || fs.readFileSync(pid, "utf8") === "") {
            await new Promise((resolve) => setTimeout(resolve, 100));
        }
        child.kill("SIGTERM");
        await ended;
        await new Promise((resolve) => setTimeout(resolve, 300));
        assert.equal(isRunning(Number(fs.readFileSync(pid, "utf8"))), false);
        assert.deepEqual(credentials(), []);
    });

    it("each have a help with their exit codes, and a script of their name", () => {
        const text = fs.readFileSync(path.join(repository, "package.json"), "utf8");
        const { scripts } = JSON.parse(text) as { scripts: Record<string, string> };
        const makefile = fs.readFileSync(path.join(repository, "Makefile"), "utf8");
        for (const [name, command] of Object.entries(operations)) {
            assert.match(usageOf(name, command), /Ends with 0 .* 1 when .* 2 on a mistake/s);
            assert.equal(scripts[name], `node scripts/start.js operate/main ${name}`);
            assert.match(makefile, new RegExp(`^${name}: setup ## `, "m"));
        }
    });
});
