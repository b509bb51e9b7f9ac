import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { gzipSync } from "node:zlib";
import { ArchiveStore } from "../../components/base/chart-archive";

const pin = { chart: "demo", version: "1.2.3", repository: "https://charts.invalid" };

/** A chart archive as helm packs one, with a comment that makes its bytes others. */
function archive(comment: string, name = "demo", version = "1.2.3"): Buffer {
    const content = Buffer.from(`# ${comment}\nname: ${name}\nversion: ${version}\n`);
    const header = Buffer.alloc(512);
    header.write(`${name}/Chart.yaml`, 0);
    header.write(`${content.length.toString(8).padStart(11, "0")}\0`, 124);
    const padding = Buffer.alloc(512 - (content.length % 512));
    return gzipSync(Buffer.concat([header, content, padding, Buffer.alloc(1024)]));
}

describe("chart archives", () => {
    let folder: string;
    const place = (...parts: string[]) => path.join(folder, ...parts);
    const store = (from: "upstream" | "mirror") =>
        new ArchiveStore({
            cacheFolder: place("cache"),
            lockFile: place("charts.lock.json"),
            mirror: from === "mirror" ? place("mirror") : undefined,
        });
    const write = (where: "cache" | "mirror", bytes: Buffer) => {
        fs.writeFileSync(place(where, "demo-1.2.3.tgz"), bytes);
    };
    const lock = () =>
        JSON.parse(fs.readFileSync(place("charts.lock.json"), "utf8")) as Record<string, unknown>;
    const find = (from: "upstream" | "mirror") => {
        const checked = store(from);
        checked.verify([pin]);
        return checked.find(pin);
    };
    const reason = (from: "upstream" | "mirror") => {
        const found = find(from);
        assert.ok("reason" in found, "an archive was found");
        return found;
    };

    beforeEach(() => {
        folder = fs.mkdtempSync(path.join(os.tmpdir(), "archives-"));
        fs.mkdirSync(place("mirror"));
        fs.mkdirSync(place("cache"));
    });
    afterEach(() => {
        fs.rmSync(folder, { recursive: true });
    });

    it("lock what upstream published at its first use", () => {
        write("cache", archive("first"));
        assert.deepEqual(store("upstream").verify([pin]), ["demo-1.2.3"]);
        assert.match(String(lock()["demo-1.2.3"]), /^[0-9a-f]{64}$/);
        assert.deepEqual(store("upstream").verify([pin]), [], "the second use locks nothing");
    });

    it("never lock what a mirror holds, but keep it apart and tell when it changes", () => {
        write("mirror", archive("first"));
        const first = store("mirror");
        assert.deepEqual(first.verify([pin]), []);
        assert.deepEqual(first.apart, ["demo-1.2.3"]);
        assert.ok("file" in first.find(pin));
        assert.equal(fs.existsSync(place("charts.lock.json")), false);
        write("mirror", archive("second"));
        const second = store("mirror");
        second.verify([pin]);
        assert.match(second.notes.join(), /is another one than before/);
    });

    for (const from of ["upstream", "mirror"] as const) {
        const where = from === "mirror" ? "mirror" : "cache";
        it(`refuse bytes that differ from the lock, from ${from}, and keep the lock`, () => {
            write("cache", archive("first"));
            store("upstream").verify([pin]);
            const before = lock();
            write(where, archive("second"));
            const found = reason(from);
            assert.equal(found.wrong, true);
            assert.match(found.reason, /charts\.lock\.json pins [0-9a-f]{64}/);
            assert.deepEqual(lock(), before);
        });

        for (const [title, bytes, wanted] of [
            ["cut off", archive("first").subarray(0, 60), /is truncated/],
            ["empty", Buffer.alloc(0), /is empty/],
            ["the page of a proxy", Buffer.from("<html>"), /is no gzip archive/],
            ["another chart", archive("first", "other"), /is other 1\.2\.3, not demo 1\.2\.3/],
            ["another version", archive("x", "demo", "1.2.4"), /is demo 1\.2\.4, not demo 1\.2\.3/],
            ["a tar that ends in a file", gzipSync(Buffer.alloc(700, "a")), /is truncated/],
            ["no chart", gzipSync(Buffer.alloc(1024)), /has no Chart\.yaml/],
        ] as const) {
            it(`name what is ${title}, from ${from}, and never lock it`, () => {
                write(where, bytes);
                const found = reason(from);
                assert.equal(found.wrong, true);
                assert.match(found.reason, wanted);
                assert.equal(fs.existsSync(place("charts.lock.json")), false);
            });
        }
    }

    it("take a version with and without its v for the same", () => {
        write("cache", archive("first", "demo", "v1.2.3"));
        assert.ok("file" in find("upstream"));
    });

    it("say where an archive is missing and what to do", () => {
        assert.match(reason("mirror").reason, /demo-1\.2\.3\.tgz is not in the mirror \//);
        assert.match(reason("upstream").reason, /is not in the cache: run `make charts`/);
        assert.equal(reason("mirror").wrong, false);
    });

    it("prefer the mirror to the cache", () => {
        write("cache", archive("cached"));
        write("mirror", archive("mirrored"));
        const found = find("mirror");
        assert.ok("file" in found);
        assert.match(found.file, /mirror/);
    });

    it("remember in the next program why one could not be had", async () => {
        const helm = place("helm");
        const words = "Error: Get: dial tcp: lookup charts.invalid: no such host";
        fs.writeFileSync(helm, `#!/bin/sh\necho "${words}" >&2\nexit 1\n`, { mode: 0o755 });
        const options = { cacheFolder: place("cache"), lockFile: place("charts.lock.json") };
        await new ArchiveStore({ ...options, helm }).download([pin]);
        const { cause, reason: whole } = reason("upstream");
        assert.deepEqual([cause, whole], ["no such host", "charts.invalid: no such host"]);
        assert.equal(reason("mirror").cause, "not in the mirror", "the mirror was not asked");
    });

    it("keep what an address gives that replaces upstream out of upstream's cache", async () => {
        const helm = place("helm");
        const script = '#!/bin/sh\nfor last; do :; done\ncp "$0.tgz" "$last/demo-1.2.3.tgz"\n';
        fs.writeFileSync(helm, script, { mode: 0o755 });
        fs.writeFileSync(`${helm}.tgz`, archive("rebuilt"));
        const options = { cacheFolder: place("cache"), lockFile: place("charts.lock.json"), helm };
        const mirrored = new ArchiveStore({ ...options, mirror: "oci://mirror.invalid/charts" });
        await mirrored.download([pin]);
        assert.deepEqual(mirrored.verify([pin]), []);
        assert.ok("file" in mirrored.find(pin));
        assert.ok("reason" in find("upstream"));
    });

    describe("and a lock", () => {
        const lockWith = (text: string) => {
            fs.writeFileSync(place("charts.lock.json"), text);
        };
        for (const [title, text, wanted] of [
            [
                "with conflict markers",
                '{\n<<<<<<< HEAD\n"a": 1\n',
                /has conflict markers of git from line 2/,
            ],
            ["that is cut off", '{\n"a":', /is no valid JSON \(line 2\)/],
            ["that is a list", "[]", /is no JSON object/],
            [
                "with a digest that is none",
                '{"demo-1.2.3": "abc"}',
                /has no sha256 for demo-1\.2\.3/,
            ],
            [
                "with another kind of entry",
                '{"demo-1.2.3": {"sources": []}}',
                /has no sha256 for demo/,
            ],
            ["that is empty", "", /is no valid JSON/],
        ] as const) {
            it(`${title} names itself in one sentence`, () => {
                lockWith(text);
                assert.throws(
                    () => store("upstream"),
                    (error: Error) => {
                        assert.match(error.message, /^charts\.lock\.json /);
                        assert.match(error.message, wanted);
                        assert.doesNotMatch(error.message, /\n/);
                        return true;
                    },
                );
            });
        }

        it("keeps the sources of a digest when another is added", () => {
            const entry = { sha256: "a".repeat(64), sources: ["one", "two"] };
            lockWith(JSON.stringify({ "other-1.0.0": entry }));
            write("cache", archive("first"));
            store("upstream").verify([pin]);
            assert.deepEqual(lock()["other-1.0.0"], entry);
            assert.equal(typeof lock()["demo-1.2.3"], "string");
        });
    });
});
