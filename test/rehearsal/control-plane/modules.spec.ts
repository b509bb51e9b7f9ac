import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { kubernetesVersion } from "../../../components/versions";
import { moduleVersion, replacements } from "../../../rehearsal/control-plane/go-module";
import { linkerFlags, parallelJobs } from "../../../rehearsal/control-plane/go-toolchain";

const goMod = (folder: string) =>
    fs.readFileSync(path.join(__dirname, "../../../rehearsal", folder, "go.mod"), "utf8");

describe("the Go modules of the rehearsal", () => {
    const kubernetes = moduleVersion(goMod("."), "k8s.io/kubernetes");

    it("hold the platform's minor version of Kubernetes", () => {
        const minor = (version: string) => version.replace("v", "").split(".").slice(0, 2);
        assert.deepEqual(minor(kubernetes), minor(kubernetesVersion));
    });

    it("replace every staging module by the one release that belongs to it", () => {
        const release = kubernetes.replace("v1.", "v0.");
        const replaced = replacements(goMod("."));
        assert.ok(replaced.size > 20, `${replaced.size} modules are replaced`);
        assert.deepEqual([...new Set(replaced.values())], [release]);
    });

    it("replace each staging module that Kubernetes requires", () => {
        const required = [...goMod(".").matchAll(/^\t(k8s\.io\/\S+) v0\.(?:0\.0|\d+\.\d+) /gm)]
            .map(([, name]) => name)
            .filter((name) => name !== undefined);
        const replaced = replacements(goMod("."));
        assert.ok(required.length > 10);
        assert.deepEqual(
            required.filter((name) => !replaced.has(name)),
            [],
        );
    });

    it("take KWOK by itself, with a Go version of its own", () => {
        assert.match(moduleVersion(goMod("kwok"), "sigs.k8s.io/kwok"), /^v0\.\d+\.\d+$/);
        assert.match(moduleVersion(goMod("kwok"), "go"), /^1\.\d+/);
    });
});

describe("a go.mod", () => {
    const text = [
        "module demo",
        "go 1.26.0",
        "require example.org/one v1.2.3",
        "require (",
        "\texample.org/one/api v0.4.0 // indirect",
        ")",
        "replace example.org/two => example.org/two v9.0.0",
    ].join("\n");

    it("says the version of exactly the module that is asked for", () => {
        assert.equal(moduleVersion(text, "example.org/one"), "v1.2.3");
        assert.equal(moduleVersion(text, "example.org/one/api"), "v0.4.0");
        assert.equal(moduleVersion(text, "go"), "1.26.0");
    });

    it("without the module is an error that names it", () => {
        assert.throws(() => moduleVersion(text, "example.org/on"), /example\.org\/on$/);
    });

    it("says what is replaced", () => {
        assert.deepEqual([...replacements(text)], [["example.org/two", "v9.0.0"]]);
    });
});

describe("a build", () => {
    it("tells the programs their release, because the API server goes by it", () => {
        const flags = linkerFlags("v1.35.4");
        for (const name of ["component-base/version", "client-go/pkg/version"]) {
            assert.ok(flags.includes(`-X k8s.io/${name}.gitVersion=v1.35.4`), flags);
            assert.ok(flags.includes(`-X k8s.io/${name}.gitMajor=1 `), flags);
            assert.ok(flags.includes(`-X k8s.io/${name}.gitMinor=35 `), flags);
        }
    });

    it("runs one compiler for each core, if the memory holds them", () => {
        const gibibyte = 1024 ** 3;
        assert.equal(parallelJobs(2, 24 * gibibyte), 2);
        assert.equal(parallelJobs(16, 8 * gibibyte), 4);
        assert.equal(parallelJobs(4, gibibyte), 1);
    });
});
