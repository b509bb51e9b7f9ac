import assert from "node:assert/strict";
import { type ChildProcess, execFileSync, spawn, spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import {
    passwordJob,
    passwordRenewal,
    passwordScript,
} from "../../../components/data/redis-password";

const OLD = "oldPassword123";
const NEW = "newPassword456";

describe("the Job that tells Redis a second password", () => {
    const of = {
        name: "n8n-redis",
        namespace: "n8n",
        image: "redis:7",
        secret: "n8n-redis-password",
        replicas: 2,
        sentinels: 3,
        masterName: "myMaster",
        revision: "n8n-redis-password=2",
    };

    it("tells every server and every sentinel, and has both passwords from the Secret", () => {
        const text = JSON.stringify(passwordJob(of));
        for (const server of [
            "n8n-redis-1.n8n-redis-headless.n8n.svc:6379",
            "n8n-redis-sentinel-2.",
        ]) {
            assert.ok(text.includes(server), server);
        }
        assert.match(
            text,
            /"name":"OLD","valueFrom":\{"secretKeyRef":\{"name":"n8n-redis-password","key":"previous-password"/,
        );
    });

    it("is another one for another password", () => {
        const other = passwordJob({ ...of, revision: "n8n-redis-password=3" });
        assert.notEqual(other.metadata.name, passwordJob(of).metadata.name);
    });

    it("says which pods end the old password", () => {
        const { how } = passwordRenewal("n8n-redis", "n8n");
        assert.equal(how, "both");
    });
});

describe("what the Job runs, at real servers", function () {
    this.timeout(30_000);
    const started: ChildProcess[] = [];
    let folder = "";

    const cli = (password: string, port: number, ...words: readonly string[]) =>
        spawnSync("redis-cli", ["-p", String(port), ...words], {
            env: { ...process.env, REDISCLI_AUTH: password },
            encoding: "utf8",
        }).stdout.trim();
    const tell = (servers: readonly string[], passwords: Record<string, string> = { OLD, NEW }) =>
        spawnSync("sh", ["-c", passwordScript, "tell", servers.join(" ")], {
            env: { ...process.env, MASTER: "mymaster", ...passwords },
            encoding: "utf8",
        });
    async function until(what: () => boolean): Promise<void> {
        for (let tries = 0; tries < 100 && !what(); tries += 1) {
            await new Promise((resolve) => setTimeout(resolve, 100));
        }
        assert.ok(what());
    }
    function start(name: string, configuration: string, ...args: readonly string[]): void {
        const file = path.join(folder, `${name}.conf`);
        fs.writeFileSync(file, configuration);
        started.push(spawn("redis-server", [file, ...args], { stdio: "ignore", cwd: folder }));
    }
    const server = (port: number) =>
        `port ${port}\nrequirepass ${OLD}\nmasterauth ${OLD}\nsave ""\ndbfilename ${port}.rdb\n`;

    before(async function () {
        if (spawnSync("redis-server", ["--version"]).status !== 0) {
            console.log("    (1 of 1 program not at hand: redis-server)");
            this.skip();
        }
        folder = fs.mkdtempSync(path.join(os.tmpdir(), "redis-password-"));
        start("master", server(16_401));
        start("replica", `${server(16_402)}replicaof 127.0.0.1 16401\n`);
        // The script knows a sentinel by its port.
        start(
            "sentinel",
            `port 26379\nrequirepass ${OLD}\nsentinel monitor mymaster 127.0.0.1 16401 1\nsentinel auth-pass mymaster ${OLD}\n`,
            "--sentinel",
        );
        await until(() =>
            [16_401, 16_402, 26_379].every((port) => cli(OLD, port, "ping") === "PONG"),
        );
    });

    after(() => {
        started.forEach((process) => process.kill());
        if (folder !== "") {
            fs.rmSync(folder, { recursive: true, force: true });
        }
    });

    const servers = ["127.0.0.1:16401", "127.0.0.1:16402", "127.0.0.1:26379"];

    it("has servers and sentinel take both, shows neither, and may run twice", () => {
        for (const run of [1, 2]) {
            const { status, stdout, stderr } = tell(servers);
            assert.equal(status, 0, `run ${run}: ${stderr}`);
            assert.doesNotMatch(stdout + stderr, new RegExp(`${OLD}|${NEW}`));
        }
        for (const port of [16_401, 16_402, 26_379]) {
            assert.equal(cli(OLD, port, "ping"), "PONG");
            assert.equal(cli(NEW, port, "ping"), "PONG");
            assert.doesNotMatch(cli("wrong", port, "ping"), /PONG/);
        }
    });

    it("lets a master that was started anew with the new password alone be followed and watched", async () => {
        execFileSync("redis-cli", ["-p", "16401", "shutdown", "nosave"], {
            env: { ...process.env, REDISCLI_AUTH: NEW },
        });
        start("master", server(16_401).replaceAll(OLD, NEW));
        await until(() => cli(NEW, 16_401, "ping") === "PONG");
        assert.doesNotMatch(cli(OLD, 16_401, "ping"), /PONG/);
        await until(() =>
            cli(OLD, 16_402, "info", "replication").includes("master_link_status:up"),
        );
        await until(() => cli(OLD, 26_379, "info", "sentinel").includes("status=ok"));
    });

    it("tells which server it could not tell, without a password", () => {
        const { status, stderr } = tell(["127.0.0.1:16499"]);
        assert.equal(status, 1);
        assert.match(
            stderr,
            /^127.0.0.1:16499 takes neither the old password nor the new one, or is not there\n$/,
        );
        assert.equal(tell(servers.slice(1, 2), { OLD: "no", NEW: "neither" }).status, 1);
    });
});
