/** The comparison with the CIS benchmark: its script in the hands of a shell, and its pods. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { findExecutable } from "../../../components/base/helm";
import { kubeBench as definition } from "../../../components/security/kube-bench";
import {
    BENCHMARK,
    benchmarkTargets,
    compareScript,
    expectedLines,
    KEPT_RESULTS,
} from "../../../components/security/kube-bench-checks";
import type { RecordedStack } from "../../fixtures/stack";
import { alone } from "../variants";
import { workloads } from "../workloads";

/** Prints what it is told to have found; a test may let it stop instead. */
const FAKE_BENCH = `#!/bin/sh
echo "$@" >>"$STORE/calls"
[ ! -e "$STORE/broken" ] || { echo "unable to detect running programs" >&2; exit 1; }
cat "$STORE/found"
`;

/** Keeps ConfigMaps as folders; knows the calls of the script alone. */
const FAKE_KUBECTL = `#!/bin/sh
case "$1 $2" in
"get configmap")
    [ -d "$STORE/$3" ] || exit 0
    case "$*" in
    *"-o name") echo "configmap/$3" ;;
    *"jsonpath={.data.failed}") cat "$STORE/$3/failed" ;;
    *"jsonpath={.data.history}") cat "$STORE/$3/history" ;;
    *) exit 9 ;;
    esac
    ;;
"create configmap")
    name=$3
    rm -rf "$STORE/next" && mkdir "$STORE/next"
    for argument; do
        case $argument in --from-file=*) cp "\${argument#--from-file=}" "$STORE/next/" ;; esac
    done
    echo "$name"
    ;;
"apply -f")
    read -r name
    rm -rf "$STORE/$name" && mv "$STORE/next" "$STORE/$name"
    ;;
*) exit 9 ;;
esac
`;

function line(state: "PASS" | "FAIL" | "WARN", check: string): string {
    return `[${state}] ${check} Ensure that it is well (Automated)\n`;
}

describe("the script of kube-bench", () => {
    const target = benchmarkTargets[1];
    assert.ok(target);
    let store: string;

    beforeEach(() => {
        store = fs.mkdtempSync(path.join(os.tmpdir(), "kube-bench-"));
        fs.mkdirSync(path.join(store, "bin"));
        fs.mkdirSync(path.join(store, "work"));
        fs.writeFileSync(path.join(store, "bin/kube-bench"), FAKE_BENCH, { mode: 0o755 });
        fs.writeFileSync(path.join(store, "bin/kubectl"), FAKE_KUBECTL, { mode: 0o755 });
        fs.writeFileSync(path.join(store, "expected"), expectedLines(target));
        fs.writeFileSync(path.join(store, "compare.sh"), compareScript);
    });
    afterEach(() => {
        fs.rmSync(store, { recursive: true });
    });

    function run(...found: readonly string[]) {
        fs.writeFileSync(path.join(store, "found"), ["[INFO] 4 Nodes\n", ...found].join(""));
        const { status, stdout, stderr } = spawnSync("/bin/sh", [path.join(store, "compare.sh")], {
            encoding: "utf8",
            env: {
                PATH: `${path.join(store, "bin")}:/usr/bin:/bin`,
                STORE: store,
                WORK: path.join(store, "work"),
                EXPECTED: path.join(store, "expected"),
                RECORD: "kube-bench-worker",
                TARGETS: "node",
                BENCHMARK,
            },
        });
        return { status, stdout, stderr };
    }

    function record(key: string): string {
        return fs.readFileSync(path.join(store, "kube-bench-worker", key), "utf8");
    }

    const well = line("PASS", "4.2.1");

    it("is content where everything passes, or is expected to fail", () => {
        const { status, stdout, stderr } = run(well, line("FAIL", "4.1.1"), line("WARN", "4.2.4"));
        assert.deepEqual([status, stderr], [0, ""]);
        assert.match(stdout, /Nothing new fails\.$/m);
        assert.equal(record("failed"), "");
        assert.match(record("report"), /\[FAIL\] 4\.1\.1/);
    });

    it("tells what fails the first time, once", () => {
        const first = run(well, line("FAIL", "4.2.6"));
        assert.equal(first.status, 1);
        assert.match(first.stderr, /^NEW \[FAIL\] 4\.2\.6 Ensure/m);
        assert.equal(record("failed"), "4.2.6\n");
        assert.equal(run(well, line("FAIL", "4.2.6")).status, 0);
    });

    it("fails on a check that failed not before, each day until it passes again", () => {
        run(well);
        for (const day of [1, 2]) {
            const { status, stderr } = run(well, line("FAIL", "4.2.10"));
            assert.equal(status, 1, `day ${day}`);
            assert.match(stderr, /^NEW \[FAIL\] 4\.2\.10 /m);
        }
        assert.equal(record("failed"), "");
        assert.equal(run(well, line("PASS", "4.2.10")).status, 0);
    });

    it("takes 4.2.1 for another check than 4.2.10", () => {
        run(line("PASS", "4.2.6"), line("FAIL", "4.2.10"));
        const { status, stderr } = run(
            line("PASS", "4.2.6"),
            line("FAIL", "4.2.1"),
            line("FAIL", "4.2.10"),
        );
        assert.equal(status, 1);
        assert.deepEqual(stderr.match(/^NEW.*$/gm)?.length, 1);
        assert.match(stderr, /^NEW \[FAIL\] 4\.2\.1 /m);
    });

    it("no longer accepts what has passed meanwhile", () => {
        run(well, line("FAIL", "4.2.6"));
        assert.equal(run(well, line("PASS", "4.2.6")).status, 0);
        assert.equal(run(well, line("FAIL", "4.2.6")).status, 1);
    });

    it("tells a new one beside an accepted one, and keeps the accepted one", () => {
        run(well, line("FAIL", "4.2.6"));
        const { status, stderr } = run(well, line("FAIL", "4.2.6"), line("FAIL", "4.2.3"));
        assert.equal(status, 1);
        assert.doesNotMatch(stderr, /4\.2\.6/);
        assert.equal(record("failed"), "4.2.6\n");
    });

    it("fails when kube-bench stops or has checked nothing, and writes no result", () => {
        fs.writeFileSync(path.join(store, "broken"), "");
        assert.notEqual(run(well).status, 0);
        fs.rmSync(path.join(store, "broken"));
        const { status, stderr } = run(line("FAIL", "4.2.6"));
        assert.equal(status, 1);
        assert.match(stderr, /has checked nothing/);
        assert.equal(fs.existsSync(path.join(store, "kube-bench-worker")), false);
    });

    it("keeps the last results, the newest first", () => {
        for (let day = 0; day < KEPT_RESULTS + 2; day += 1) {
            run(well, line(day > KEPT_RESULTS ? "FAIL" : "PASS", "4.2.6"));
        }
        const lines = record("history").trimEnd().split("\n");
        assert.equal(lines.length, KEPT_RESULTS);
        assert.match(lines[0] ?? "", /Z failing: 4\.2\.6 new: 4\.2\.6 $/);
        assert.match(lines[1] ?? "", /failing: new: $/);
    });

    it("gives kube-bench options that it knows", function () {
        const program = findExecutable("kube-bench", (process.env.PATH ?? "").split(":"));
        if (program === undefined) {
            console.log("      (kube-bench is not on the PATH: 1 check of its options skipped)");
            this.skip();
        }
        run(well);
        const [call = ""] = fs.readFileSync(path.join(store, "calls"), "utf8").split("\n");
        const { status, stderr } = spawnSync(program, [...call.split(" "), "--help"], {
            encoding: "utf8",
        });
        assert.equal(status, 0, stderr);
    });
});

describe("KubeBench", () => {
    let recorded: RecordedStack;
    before(async () => {
        recorded = (await alone(definition)).component("kube-bench");
    });

    it("runs on a control plane and on a worker, each day at another time", () => {
        const jobs = workloads(recorded).map(({ key, manifest }) => {
            const { schedule } = manifest.spec as { schedule: string };
            return [key, schedule];
        });
        assert.deepEqual(jobs, [
            ["CronJob/kube-bench/kube-bench-control-plane", "20 5 * * *"],
            ["CronJob/kube-bench/kube-bench-worker", "40 5 * * *"],
        ]);
    });

    it("sees the folders of Talos that a check asks for, and may write to none", () => {
        for (const { key, template } of workloads(recorded)) {
            const { volumes = [], containers } = template.spec;
            const paths = volumes.flatMap((volume) => {
                const { hostPath } = volume as { hostPath?: { path: string } };
                return hostPath === undefined ? [] : [hostPath.path];
            });
            const etcd = key.endsWith("control-plane") ? ["/var/lib/etcd"] : [];
            assert.deepEqual(paths, ["/etc/kubernetes", ...etcd]);
            const [container] = containers as unknown as {
                volumeMounts: { mountPath: string; readOnly?: boolean }[];
            }[];
            const writable = container?.volumeMounts.filter(({ readOnly }) => readOnly !== true);
            assert.deepEqual(
                writable?.map(({ mountPath }) => mountPath),
                ["/work"],
            );
        }
    });

    it("may write its own results and nothing else", () => {
        const { rules } = recorded.object("Role/kube-bench/kube-bench") as unknown as {
            rules: { resources: string[]; resourceNames?: string[]; verbs: string[] }[];
        };
        assert.deepEqual(
            rules.map(({ resources, resourceNames, verbs }) => [resources, resourceNames, verbs]),
            [
                [["configmaps"], undefined, ["create"]],
                [["configmaps"], benchmarkTargets.map(({ name }) => name), ["get", "patch"]],
            ],
        );
    });

    it("has a reason of a sentence for each check that is not told", () => {
        for (const { expected } of benchmarkTargets) {
            for (const [check, reason] of Object.entries(expected)) {
                assert.match(check, /^\d+(\.\d+){1,2}$/);
                assert.ok(reason.length > 30 && !reason.includes("\n"), check);
            }
        }
    });
});
