/**
 * The fixtures that the Kubernetes project generates for its own implementation: pods that a level
 * must allow or refuse in a version, each refusal named after its check. They are in the Go module
 * k8s.io/pod-security-admission, under `test/testdata`:
 *
 *     go mod download k8s.io/pod-security-admission@v0.36.6
 *
 * or any folder of that shape, named by POD_SECURITY_FIXTURES.
 */
import { load } from "js-yaml";
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Tree } from "../../../../policy/kernel/tree";
import { readTree } from "../../../../policy/kernel/tree";
import { checkPodSecurity, NEWEST_MINOR } from "../../../../policy/engines/pod-security";
import { CHECKS } from "../../../../policy/engines/pod-security/standards";

const LEVELS = ["baseline", "restricted"] as const;
const byNumber = new Intl.Collator("en", { numeric: true });

function fixturesInModuleCache(): string | undefined {
    let cache: string;
    try {
        cache = execFileSync("go", ["env", "GOMODCACHE"], {
            encoding: "utf8",
            stdio: "pipe",
        }).trim();
    } catch {
        return undefined;
    }
    const modules = join(cache, "k8s.io");
    return (existsSync(modules) ? readdirSync(modules) : [])
        .filter((name) => name.startsWith("pod-security-admission@"))
        .sort((a, b) => byNumber.compare(b, a))
        .map((name) => join(modules, name, "test", "testdata"))
        .find((folder) => existsSync(folder));
}

/** The checks that may refuse a fixture: the one it is named after, and the one that replaces it. */
function checksNamed(file: string): string[] {
    const id = file.replace(/[0-9]+\.yaml$/, "");
    const named = CHECKS.filter((check) => check.id.toLowerCase() === id).map((check) => check.id);
    const replacing = CHECKS.filter(({ overrides }) => named.some((one) => one === overrides));
    return [...named, ...replacing.map((check) => check.id)];
}

function violations(path: string, level: (typeof LEVELS)[number], version: string): string[] {
    const pod = load(readFileSync(path, "utf8")) as Tree;
    return checkPodSecurity(readTree(pod, "spec"), readTree(pod, "metadata"), level, version).map(
        ({ check, unknown }) => (unknown === true ? `${check}?` : check),
    );
}

function sorted(folder: string): string[] {
    return existsSync(folder) ? readdirSync(folder).sort(byNumber.compare) : [];
}

const configured = process.env.POD_SECURITY_FIXTURES;
const root = configured ?? fixturesInModuleCache();

describe("Pod Security: the fixtures of Kubernetes", () => {
    if (root === undefined) {
        it(
            "skipped, 0 fixtures judged: k8s.io/pod-security-admission is not in the Go module cache",
        );
        return;
    }
    let newer = 0;
    for (const level of LEVELS) {
        for (const version of sorted(join(root, level))) {
            const pass = sorted(join(root, level, version, "pass"));
            const fail = sorted(join(root, level, version, "fail"));
            if (Number(version.slice("v1.".length)) > NEWEST_MINOR) {
                newer += pass.length + fail.length;
                continue;
            }
            it(`${level} ${version}: ${pass.length} to allow, ${fail.length} to refuse`, () => {
                assert.ok(pass.length > 0 && fail.length > 0, "no fixtures");
                for (const file of pass) {
                    const found = violations(
                        join(root, level, version, "pass", file),
                        level,
                        version,
                    );
                    assert.deepEqual(found, [], `pass/${file}`);
                }
                for (const file of fail) {
                    const found = violations(
                        join(root, level, version, "fail", file),
                        level,
                        version,
                    );
                    assert.ok(
                        checksNamed(file).some((check) => found.includes(check)),
                        `fail/${file} got ${found.join() || "nothing"}`,
                    );
                }
            });
        }
    }
    it("has fixtures for both levels", () => {
        for (const level of LEVELS) {
            assert.ok(sorted(join(root, level)).length > 0, `no fixtures in ${join(root, level)}`);
        }
    });
    if (newer > 0) {
        it(`skipped, ${newer} fixtures of versions after v1.${NEWEST_MINOR}`);
    }
});
