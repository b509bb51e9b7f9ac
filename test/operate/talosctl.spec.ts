import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import {
    alarmsOf,
    clientVersion,
    configurationOf,
    leaderOf,
    membersOf,
    schematicOf,
    serviceState,
    versionOf,
} from "../../operate/talosctl/answers";
import { acquireTalosctl } from "../../operate/talosctl/acquire";
import { clientFault, releaseOf, stepFault } from "../../operate/talosctl/release";
import { Talosctl, TalosctlError } from "../../operate/talosctl/talosctl";
import { withCacheFolder } from "../fixtures/cache-folder";

/** As `tabwriter` prints them, with three blanks between the longest cell and the next column. */
const members = `NODE             ID                 HOSTNAME   PEER URLS                      CLIENT URLS                    LEARNER
192.168.68.101   1b1b0c3f2e5a6d01   ctrl-0     https://192.168.68.101:2380    https://192.168.68.101:2379    false
192.168.68.101   2b1b0c3f2e5a6d02   ctrl-1     https://192.168.68.102:2380                                   true
`;
const status = `NODE             MEMBER             DB SIZE   IN USE            LEADER             RAFT INDEX   RAFT TERM   RAFT APPLIED INDEX   LEARNER   PROTOCOL   STORAGE   ERRORS
192.168.68.101   1b1b0c3f2e5a6d01   21 MB     8.5 MB (40.47%)   2b1b0c3f2e5a6d02   53391        4           53391                false     3.6.4      3.6.0     
`;
const extension = (name: string, version: string) =>
    JSON.stringify(
        { metadata: { id: "0" }, node: "n", spec: { metadata: { name, version } } },
        null,
        4,
    );

describe("what talosctl prints", () => {
    it("is read as members, whose cells may be empty", () => {
        assert.deepEqual(membersOf(members), [
            { id: "1b1b0c3f2e5a6d01", hostname: "ctrl-0", learner: false },
            { id: "2b1b0c3f2e5a6d02", hostname: "ctrl-1", learner: true },
        ]);
        assert.deepEqual(membersOf(""), []);
        assert.throws(() => membersOf("NODE   NAME\nx      y\n"), /without the column ID/);
    });

    it("is read as the leader and the alarms", () => {
        assert.equal(leaderOf(status), "2b1b0c3f2e5a6d02");
        assert.throws(() => leaderOf(""), /no status/);
        assert.deepEqual(alarmsOf(""), []);
        assert.deepEqual(alarmsOf("NODE   MEMBER   ALARM\nn      1        NOSPACE\n"), ["NOSPACE"]);
    });

    it("is read as release, schematic, configuration and state of a service", () => {
        const version = JSON.stringify({
            metadata: { hostname: "n" },
            version: { tag: "v1.13.9" },
        });
        assert.equal(versionOf(`${version}\n`), "v1.13.9");
        assert.throws(() => versionOf("{}"), /no version/);
        const both = `${extension("lvm2", "1")}\n${extension("schematic", "abc")}\n`;
        assert.equal(schematicOf(both), "abc");
        assert.equal(schematicOf(""), "");
        const config = JSON.stringify({ metadata: { id: "v1alpha1" }, spec: "machine: {}" });
        assert.equal(configurationOf(config), "machine: {}");
        assert.throws(() => configurationOf("{}"), /no machine configuration/);
        assert.equal(serviceState("NODE     n\nID       etcd\nSTATE    Preparing\n"), "Preparing");
        assert.equal(clientVersion("Client:\nTalos v1.13.9\n"), "v1.13.9");
    });
});

describe("a step between releases", () => {
    it("is one minor release, or a patch, and never back", () => {
        for (const [from, to] of [
            ["v1.12.3", "v1.13.9"],
            ["v1.13.9", "v1.13.9"],
            ["1.13.0", "1.13.10"],
            ["v1.13.9", "v1.14.0-rc.1"],
        ] as const) {
            assert.equal(stepFault("n", from, to), undefined, `${from} ${to}`);
        }
        for (const [from, to, words] of [
            ["v1.11.9", "v1.13.0", /2 minor releases away: go to the latest 1\.12/],
            ["v1.13.10", "v1.13.9", /older/],
            ["v1.13.9", "v2.0.0", /major/],
            ["v1.13.9", "latest", /"latest" is no release/],
            ["dirty", "v1.13.9", /"dirty" is no release/],
        ] as const) {
            assert.match(stepFault("n", from, to) ?? "", words);
        }
    });

    it("needs a talosctl that is not older, by numbers and not by letters", () => {
        assert.equal(clientFault("t", "v1.13.10", "v1.13.9"), undefined);
        assert.equal(clientFault("t", "v1.14.0", "v1.13.9"), undefined);
        assert.match(
            clientFault("t", "v1.13.7", "v1.13.9") ?? "",
            /talosctl v1\.13\.7, older than its target/,
        );
        assert.match(clientFault("t", "v1.9.0", "v1.13.9") ?? "", /older/);
        assert.match(clientFault("t", "", "v1.13.9") ?? "", /does not say/);
        assert.deepEqual(releaseOf("v1.14.0-rc.1"), [1, 14, 0]);
        assert.equal(releaseOf("1.13"), undefined);
    });
});

describe("talosctl", () => {
    withCacheFolder();
    let folder: string;
    beforeEach(() => {
        folder = fs.mkdtempSync(path.join(os.tmpdir(), "talosctl-test-"));
    });
    afterEach(() => {
        fs.rmSync(folder, { recursive: true });
    });

    /** A program that stands in for it. */
    function fake(...lines: readonly string[]): string {
        const file = path.join(folder, "talosctl");
        fs.writeFileSync(
            file,
            ["#!/bin/sh", `echo "$*" >> ${folder}/calls`, ...lines, ""].join("\n"),
            { mode: 0o755 },
        );
        return file;
    }
    const calls = () => fs.readFileSync(path.join(folder, "calls"), "utf8");

    it("is told one node, which is its own endpoint, and finds the credentials in a file of its own", async () => {
        const file = fake(
            'case "$*" in',
            `version*) stat -c %a "$4" >&2; cat "$4" > ${folder}/seen; echo '{"version":{"tag":"v1.13.9"}}';;`,
            "esac",
        );
        const talosctl = Talosctl.open(file, "context: prod");
        assert.equal(await talosctl.version("192.168.68.101"), "v1.13.9");
        assert.match(
            calls(),
            /version --json --talosconfig (\S+) -e 192\.168\.68\.101 -n 192\.168\.68\.101/,
        );
        assert.equal(fs.readFileSync(path.join(folder, "seen"), "utf8"), "context: prod");
        const [, config = ""] = /--talosconfig (\S+)/.exec(calls()) ?? [];
        assert.equal(fs.statSync(config).mode & 0o777, 0o600);
        talosctl.close();
        assert.ok(!fs.existsSync(path.dirname(config)));
    });

    it("says in one line what failed where, and no more", async () => {
        const file = fake(
            "echo 'goroutine 1 [running]' >&2",
            "echo 'error: rpc error: connection refused' >&2",
            "exit 1",
        );
        const talosctl = Talosctl.open(file, "secret");
        await assert.rejects(talosctl.members("192.168.68.101"), (error: Error) => {
            assert.ok(error instanceof TalosctlError);
            assert.equal(
                error.message,
                "talosctl etcd members at 192.168.68.101: rpc error: connection refused",
            );
            return true;
        });
        talosctl.close();
    });

    it("upgrades with a drain, and resets gracefully", async () => {
        const talosctl = Talosctl.open(fake(), "c");
        await talosctl.upgrade("n", "image:v1");
        await talosctl.reset("n");
        await talosctl.shutdown("n");
        await talosctl.recover("n", "/x.snap");
        await talosctl.upgradeKubernetes("n", "1.36.2", true);
        const words = calls()
            .split("\n")
            .map((line) => line.replace(/ --talosconfig.*/, ""));
        assert.deepEqual(words.slice(0, 5), [
            "upgrade --image image:v1 --drain --drain-timeout 20m --timeout 30m",
            "reset --graceful --timeout 30m",
            "shutdown --force --timeout 10m",
            "bootstrap --recover-from=/x.snap",
            "upgrade-k8s --to 1.36.2 --dry-run",
        ]);
        talosctl.close();
    });

    it("of the PATH is taken when it is new enough, and refused with a sentence when not", async () => {
        const silent = () => undefined;
        const file = fake("echo 'Talos v1.13.9'");
        assert.equal(await acquireTalosctl([folder], "v1.13.9", silent), file);
        assert.equal(await acquireTalosctl([folder], "v1.13.2", silent), file);
        await assert.rejects(
            acquireTalosctl([folder], "v1.14.0", silent),
            /older than its target v1\.14\.0/,
        );
        fake("exit 1");
        await assert.rejects(acquireTalosctl([folder], "v1.13.9", silent), /does not work/);
    });
});
