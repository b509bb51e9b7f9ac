import * as assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { UsageError } from "../../../preview/stack-file";
import { compareVersions } from "../../../scripts/diff/compare";
import { runScript } from "../../fixtures/previewed-stack";
import { document, object } from "./plans";

/** A repository whose preview prints a document that was recorded before. */
class Repository {
    readonly folder = fs.mkdtempSync(path.join(os.tmpdir(), "diff-test-"));

    constructor() {
        this.git("init", "--quiet", "--initial-branch=main");
        this.write("Pulumi.yaml", "name: platform\n");
        this.write("Pulumi.test.yaml", "config:\n  platform:profile: prod\n");
        this.write("package.json", { scripts: { preview: "node preview.js" } });
        this.write("preview.js", "console.log(require('fs').readFileSync('plan.json', 'utf8'))");
    }

    write(file: string, content: string | object): void {
        const text = typeof content === "string" ? content : JSON.stringify(content);
        fs.writeFileSync(path.join(this.folder, file), text);
    }

    git(...args: string[]): string {
        const identity = ["-c", "user.name=test", "-c", "user.email=test@example.org"];
        return execFileSync("git", [...identity, ...args], {
            cwd: this.folder,
            encoding: "utf8",
            stdio: ["ignore", "pipe", "ignore"],
        }).trim();
    }

    commit(): void {
        this.git("add", "--all");
        this.git("commit", "--quiet", "--message=state");
    }

    compare(base: string, signal = new AbortController().signal) {
        const { folder: root } = this;
        return compareVersions({ root, base, stack: "test", progress: () => undefined }, signal);
    }

    remove(): void {
        fs.rmSync(this.folder, { recursive: true });
    }
}

const service = (type: string) => object("app", "v1", "Service", "web", { spec: { type } });

function leftovers(): string[] {
    return fs.readdirSync(os.tmpdir()).filter((name) => name.startsWith("platform-diff-"));
}

describe("a comparison with a commit", () => {
    let repository: Repository;
    beforeEach(() => {
        repository = new Repository();
        repository.write("plan.json", document([service("ClusterIP")]));
        repository.commit();
    });
    afterEach(() => {
        repository.remove();
    });

    const refusal = async (base: string) => {
        try {
            await repository.compare(base);
        } catch (error) {
            assert.ok(error instanceof UsageError, String(error));
            return error.message;
        }
        return assert.fail("nothing was refused");
    };

    it("takes the working tree, uncommitted changes included, and leaves nothing behind", async () => {
        const before = leftovers();
        repository.write("plan.json", document([service("NodePort"), object("b", "v1", "X", "x")]));
        const { notes, changes } = await repository.compare("main");
        assert.match(notes.join(), /working tree, with 1 uncommitted change, with main/);
        assert.deepEqual(
            changes.resources.map(({ operation, fields }) => [operation, fields.length]),
            [
                ["added", 0],
                ["changed", 1],
            ],
        );
        assert.deepEqual(leftovers(), before);
        assert.equal(repository.git("worktree", "list").split("\n").length, 1);
        assert.equal(repository.git("status", "--porcelain"), "M plan.json");
    });

    it("begins where the branch left the base", async () => {
        repository.git("checkout", "--quiet", "-b", "change");
        repository.git("checkout", "--quiet", "main");
        repository.write(
            "plan.json",
            document([service("ClusterIP"), object("b", "v1", "X", "x")]),
        );
        repository.commit();
        repository.git("checkout", "--quiet", "change");
        const { notes, changes } = await repository.compare("main");
        assert.match(notes.join(), /where the branch left main/);
        assert.deepEqual(changes.resources, []);
    });

    it("takes everything as new of a stack that the base does not have", async () => {
        repository.git("rm", "--quiet", "Pulumi.test.yaml");
        repository.commit();
        repository.write("Pulumi.test.yaml", "config:\n  platform:profile: prod\n");
        const { notes, changes } = await repository.compare("HEAD");
        assert.match(notes.join(), /the stack is new/);
        assert.equal(changes.resources[0]?.operation, "added");
    });

    it("gives the base the packages of the working tree, but its own folders among them", async () => {
        const modules = path.join(repository.folder, "node_modules");
        fs.mkdirSync(path.join(modules, "@scope", "far"), { recursive: true });
        fs.mkdirSync(path.join(repository.folder, "near"));
        fs.symlinkSync("../near", path.join(modules, "near"));
        repository.write("node_modules/@scope/far/index.js", "module.exports = 'far'");
        repository.write("near/index.js", "module.exports = 'before'");
        repository.write(".gitignore", "node_modules/\n");
        repository.write("package-lock.json", {
            packages: {
                "node_modules/near": { resolved: "near", link: true },
                "node_modules/@scope/far": { version: "1.0.0" },
            },
        });
        const plan = document([service("PLACE")]);
        repository.write(
            "preview.js",
            `console.log(${JSON.stringify(JSON.stringify(plan))}.replace("PLACE", require("@scope/far") + require("near")))`,
        );
        repository.commit();
        repository.write("near/index.js", "module.exports = 'after'");
        const { changes } = await repository.compare("HEAD");
        assert.deepEqual(
            changes.resources[0]?.fields.map(({ before, after }) => [before, after]),
            [["farbefore", "farafter"]],
        );
    });

    it("works below the root of a larger repository", async () => {
        const inner = path.join(repository.folder, "deep", "inner");
        fs.mkdirSync(inner, { recursive: true });
        for (const file of [
            "Pulumi.yaml",
            "Pulumi.test.yaml",
            "package.json",
            "preview.js",
            "plan.json",
        ]) {
            fs.renameSync(path.join(repository.folder, file), path.join(inner, file));
        }
        repository.commit();
        const { changes } = await compareVersions(
            { root: inner, base: "HEAD", stack: "test", progress: () => undefined },
            new AbortController().signal,
        );
        assert.deepEqual(changes.resources, []);
    });

    it("says in a sentence what of the base is not there", async () => {
        assert.match(
            await refusal("mian"),
            /^There is no commit mian in this clone: .*; did you mean main\?$/,
        );
        assert.match(await refusal("--all"), /^There is no commit --all in this clone/);
        repository.write("package.json", {});
        repository.commit();
        repository.write("package.json", { scripts: { preview: "node preview.js" } });
        assert.match(
            await refusal("HEAD"),
            /^The base HEAD has no `npm run preview`, so there is nothing to compare with/,
        );
    });

    it("says what a preview said that has no plan, and whose it was", async () => {
        repository.write("preview.js", "console.error('A setting is wrong.'); process.exit(2)");
        assert.equal(
            await refusal("main"),
            "The working tree could not be previewed: A setting is wrong.",
        );
    });

    it("knows a shallow clone", async () => {
        const clone = path.join(repository.folder, "clone");
        repository.write("plan.json", document([]));
        repository.commit();
        repository.git("clone", "--quiet", "--depth=1", `file://${repository.folder}`, clone);
        await assert.rejects(
            compareVersions(
                { root: clone, base: "HEAD~1", stack: "test", progress: () => undefined },
                new AbortController().signal,
            ),
            /shallow: run `git fetch --unshallow`, or set `fetch-depth: 0`/,
        );
    });

    it("knows a folder that is no repository", async () => {
        fs.rmSync(path.join(repository.folder, ".git"), { recursive: true });
        assert.match(await refusal("main"), /is not in a git repository/);
    });

    it("ends what it has started, and leaves nothing behind, when it is interrupted", async () => {
        const before = leftovers();
        const started = path.join(repository.folder, "started");
        repository.write(
            "preview.js",
            `require("fs").appendFileSync(${JSON.stringify(started)}, "x"); setInterval(() => { require("fs").appendFileSync(${JSON.stringify(started)}, "x") }, 10);`,
        );
        const interrupted = new AbortController();
        const comparing = repository.compare("main", interrupted.signal);
        while (!fs.existsSync(started)) {
            await new Promise((resolve) => setTimeout(resolve, 20));
        }
        interrupted.abort();
        await assert.rejects(comparing);
        assert.deepEqual(leftovers(), before);
        const { size } = fs.statSync(started);
        await new Promise((resolve) => setTimeout(resolve, 200));
        assert.equal(fs.statSync(started).size, size);
    });
});

describe("npm run diff", () => {
    it("prints its usage on request, and does nothing else", async () => {
        const { code, out } = await runScript("scripts/diff.ts", "--help");
        assert.equal(code, 0);
        assert.match(out, /^Usage: npm run diff/);
    });

    it("names a mistake in a sentence, with code 2", async () => {
        const { code, out, error } = await runScript("scripts/diff.ts", "--stack", "prdo");
        assert.deepEqual([code, out], [2, ""]);
        assert.match(error, /There is no stack prdo: .*did you mean prod\?/);
    });
});
