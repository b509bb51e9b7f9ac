import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { CACHE_VARIABLE } from "../../components/base/cache-folder";
import { findHelm, helmFault, refuseHelm } from "../../components/base/helm";
import { helmArchives, helmVersion } from "../../components/versions";
import { requireOfficial } from "../../scripts/charts/acquire-helm";

describe("helm", () => {
    let folder: string;
    let before: string | undefined;
    const make = (place: string, script: string) => {
        const file = path.join(folder, place, "helm");
        fs.mkdirSync(path.dirname(file), { recursive: true });
        fs.writeFileSync(file, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
        const [found] = [findHelm([path.dirname(file)], folder)];
        assert.ok(found);
        return found;
    };

    beforeEach(() => {
        folder = fs.mkdtempSync(path.join(os.tmpdir(), "platform-test-"));
        before = process.env[CACHE_VARIABLE];
        process.env[CACHE_VARIABLE] = path.join(folder, "cache");
    });
    afterEach(() => {
        if (before === undefined) {
            Reflect.deleteProperty(process.env, CACHE_VARIABLE);
        } else {
            process.env[CACHE_VARIABLE] = before;
        }
        fs.rmSync(folder, { recursive: true });
    });

    for (const [title, script, wanted] of [
        ["of release 3", "echo v3.22.0+g144ca65", undefined],
        ["of release 4", "echo v4.0.1+g1", undefined],
        ["of release 2", "echo 'Client: v2.17.0+ga690bad'", /is not helm 3 or newer/],
        ["that fails", "exit 3", /does not work \(exit code 3\)/],
        ["that is something else", "echo hello", /is not helm 3 or newer \(it says "hello"\)/],
    ] as const) {
        it(`is ${wanted === undefined ? "taken" : "refused"} when it is one ${title}`, () => {
            const fault = helmFault(make("bin", script));
            assert.equal(fault === undefined, wanted === undefined);
            assert.match(fault ?? "", wanted ?? /^$/);
        });
    }

    it("is passed over once it was found not to work, until it is another one", () => {
        const broken = make("bin", "exit 1");
        const own = make("own", "echo v3.22.0");
        const find = () => findHelm([path.join(folder, "bin")], path.join(folder, "own"))?.file;
        assert.equal(find(), broken.file);
        refuseHelm(broken);
        assert.equal(find(), own.file);
        make("other", "exit 0");
        fs.writeFileSync(broken.file, "#!/bin/sh\necho v3.99.0 and longer\n");
        assert.equal(find(), broken.file);
    });

    it("is no folder of that name", () => {
        fs.mkdirSync(path.join(folder, "bin", "helm"), { recursive: true });
        assert.equal(findHelm([path.join(folder, "bin")], folder), undefined);
    });

    it("is downloaded only as the release that is pinned, by a digest that is known", () => {
        assert.equal(helmArchives.release, helmVersion, "copy the digests of the new release");
        for (const digest of Object.values(helmArchives.sha256)) {
            assert.match(digest, /^[0-9a-f]{64}$/);
        }
        const bytes = Buffer.from("something else");
        assert.throws(() => {
            requireOfficial(bytes, "linux-amd64");
        }, /the archive has sha256 [0-9a-f]{64}, the release 1e4ab49e/);
    });
});
