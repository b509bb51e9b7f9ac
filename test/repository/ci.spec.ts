/** CI-03: what the repository does by itself. */
import * as assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import * as yaml from "js-yaml";
import { findExecutable } from "../../components/base/helm";
import { stackNames } from "../../preview/stack-file";
import { judgeHooks, judgeWorkflows, readWorkflow } from "./workflows";

const root = path.join(__dirname, "..", "..");
const folder = path.join(root, ".github", "workflows");
const read = (...parts: string[]) => fs.readFileSync(path.join(root, ...parts), "utf8");
const texts = new Map(
    fs.readdirSync(folder).map((file) => [file, fs.readFileSync(path.join(folder, file), "utf8")]),
);
const stacks = stackNames(root);
const judge = (changed: ReadonlyMap<string, string>) =>
    judgeWorkflows(
        [...changed].map(([file, text]) => readWorkflow(file, text)),
        stacks,
    );
const hooks = read(".pre-commit-config.yaml");

/** The workflows with one of them changed. */
function withChange(file: string, from: string | RegExp, to: string): Map<string, string> {
    const before = texts.get(file) ?? "";
    const after = before.replace(from, to);
    assert.notEqual(after, before, `${file} has no ${String(from)}`);
    return new Map([...texts, [file, after]]);
}

function without(file: string): Map<string, string> {
    return new Map([...texts].filter(([name]) => name !== file));
}

describe("CI-03", () => {
    it("is met: hooks, secrets, lint, tests, previews, images and drift", () => {
        assert.deepEqual(judge(texts), []);
        assert.deepEqual(judgeHooks(hooks), []);
        assert.ok(stacks.length >= 3);
    });

    for (const [file, lacks] of [
        ["ci.yaml", /lint and tests on pull_request/],
        ["preview.yaml", /the preview of each stack on pull_request/],
        ["secrets.yaml", /a scan for secrets on pull_request/],
        ["images.yaml", /a scan of images on pull_request.*\n.*a scan of images on schedule/],
        ["drift.yaml", /a look for drift on schedule/],
    ] as const) {
        it(`is violated without ${file}`, () => {
            assert.match(judge(without(file)).join("\n"), lacks);
        });
    }

    for (const [title, changed, message] of [
        ["by no clock", withChange("drift.yaml", /  schedule:\n.*\n/, ""), /drift on schedule/],
        [
            "for a stack less",
            withChange(
                "preview.yaml",
                "[dev, staging, prod, everything]",
                "[dev, prod, everything]",
            ),
            /no pull request previews staging/,
        ],
        [
            "after the merge only",
            withChange("secrets.yaml", "  pull_request:\n", ""),
            /secrets on pull_request/,
        ],
        [
            "with an action that can change",
            withChange("ci.yaml", /actions\/checkout@[0-9a-f]{40}/, "actions/checkout@v5"),
            /uses actions\/checkout@v5, which can change/,
        ],
        [
            "with every right",
            withChange("images.yaml", /permissions:\n.*\n/, ""),
            /images.yaml says no permissions/,
        ],
        [
            "with all rights",
            withChange("images.yaml", /permissions:\n.*\n/, "permissions: write-all\n"),
            /images.yaml says no permissions/,
        ],
        [
            "with rights for anybody",
            withChange("ci.yaml", "contents: read", "contents: write"),
            /may write contents for anybody/,
        ],
        [
            "with secrets for anybody",
            withChange(
                "ci.yaml",
                "- run: .ci/run",
                "- run: .ci/run\n        env: { A: '${{ secrets.A }}' }",
            ),
            /hands secrets to what a pull request runs/,
        ],
        [
            "on pull_request_target",
            withChange("ci.yaml", "  pull_request:\n", "  pull_request:\n  pull_request_target:\n"),
            /pull_request_target/,
        ],
        [
            "with the token left behind",
            withChange("ci.yaml", "persist-credentials: false", "persist-credentials: true"),
            /leaves its token behind/,
        ],
        [
            "without an end",
            withChange("secrets.yaml", /    timeout-minutes: .*\n/, ""),
            /without an end/,
        ],
    ] as const) {
        it(`is violated by CI that runs ${title}`, () => {
            assert.match(judge(changed).join("\n"), message);
        });
    }

    for (const [title, from, to, message] of [
        ["look for no secrets", /gitleaks git/, "true", /no hook looks for secrets/],
        ["check no types", "typecheck", "true", /no hook checks types/],
        ["come from a tag", "repo: local", "repo: https://example.org/hooks", /can change/],
        ["take any version", "@v8.30.1", "@latest", /is not pinned to a version/],
    ] as const) {
        it(`is violated by hooks that ${title}`, () => {
            assert.match(judgeHooks(hooks.replace(from, to)).join("\n"), message);
        });
    }

    it("scans all commits, by the same version before a commit and after", () => {
        assert.match(texts.get("secrets.yaml") ?? "", /fetch-depth: 0/);
        const version = /gitleaks\/v8@(v[\d.]+)/;
        assert.equal(version.exec(read("Makefile"))?.[1], version.exec(hooks)?.[1]);
    });

    it("says why each text that looks like a secret is none, and until when an image may be", () => {
        const allowed = read(".gitleaks.toml")
            .split(/^\[\[.*allowlists\]\]$/m)
            .slice(1);
        assert.ok(allowed.every((entry) => /^description = ".{20,}"$/m.test(entry)));
        const { vulnerabilities } = yaml.load(read(".trivyignore.yaml")) as {
            vulnerabilities: { statement?: string; expired_at?: unknown }[];
        };
        assert.ok(vulnerabilities.every(({ statement, expired_at }) => statement && expired_at));
    });

    it("finds no secret in any commit, as `make secrets` looks for them", function () {
        const gitleaks = findExecutable("gitleaks", (process.env.PATH ?? "").split(path.delimiter));
        if (gitleaks === undefined) {
            console.log("    (gitleaks is not on the PATH: 1 scan for secrets skipped)");
            this.skip();
        }
        this.timeout(120_000);
        const { status, stdout, stderr } = spawnSync(
            gitleaks,
            ["git", "--redact", "--no-banner", "--verbose", "."],
            { cwd: root, encoding: "utf8" },
        );
        assert.equal(status, 0, `${stdout}${stderr}`);
    });

    it("has hooks that pre-commit accepts", function () {
        const program = findExecutable(
            "pre-commit",
            (process.env.PATH ?? "").split(path.delimiter),
        );
        if (program === undefined) {
            console.log("    (pre-commit is not on the PATH: 1 check of hooks skipped)");
            this.skip();
        }
        execFileSync(program, ["validate-config", path.join(root, ".pre-commit-config.yaml")]);
    });
});
