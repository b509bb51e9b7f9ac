import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { ArchiveStore } from "../../components/base/chart-archive";

const pin = { chart: "demo", version: "1.2.3", repository: "https://charts.invalid" };

describe("chart archives", () => {
    let folder: string;
    const store = () =>
        new ArchiveStore({
            cacheFolder: path.join(folder, "cache"),
            lockFile: path.join(folder, "lock.json"),
            mirror: path.join(folder, "mirror"),
        });
    const write = (bytes: string) => {
        fs.writeFileSync(path.join(folder, "mirror", "demo-1.2.3.tgz"), bytes);
    };
    const lock = () =>
        JSON.parse(fs.readFileSync(path.join(folder, "lock.json"), "utf8")) as Record<
            string,
            string
        >;

    beforeEach(() => {
        folder = fs.mkdtempSync(path.join(os.tmpdir(), "archives-"));
        fs.mkdirSync(path.join(folder, "mirror"));
    });
    afterEach(() => {
        fs.rmSync(folder, { recursive: true });
    });

    it("lock a new pin at its first use", () => {
        write("first");
        assert.deepEqual(store().verify([pin]), ["demo-1.2.3"]);
        assert.match(lock()["demo-1.2.3"] ?? "", /^[0-9a-f]{64}$/);
        assert.deepEqual(store().verify([pin]), [], "the second use locks nothing");
    });

    it("refuse a locked pin whose bytes changed, and keep the lock", () => {
        write("first");
        store().verify([pin]);
        const before = lock();
        write("second");
        const later = store();
        later.verify([pin]);
        const found = later.find(pin);
        assert.ok("reason" in found);
        assert.equal(found.changed, true);
        assert.match(found.reason, /charts\.lock\.json pins [0-9a-f]{64}/);
        assert.deepEqual(lock(), before);
    });

    it("say where an archive is missing and what to do", () => {
        const empty = store();
        empty.verify([pin]);
        const found = empty.find(pin);
        assert.ok("reason" in found);
        assert.match(found.reason, /demo-1\.2\.3\.tgz is not in the mirror .*make charts/);
    });

    it("prefer the mirror to the cache", () => {
        fs.mkdirSync(path.join(folder, "cache"));
        fs.writeFileSync(path.join(folder, "cache", "demo-1.2.3.tgz"), "cached");
        write("mirrored");
        const both = store();
        both.verify([pin]);
        const found = both.find(pin);
        assert.ok("file" in found);
        assert.match(found.file, /mirror/);
    });
});
