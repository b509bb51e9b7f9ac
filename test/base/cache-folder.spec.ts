import * as assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import {
    cacheFolderIn,
    makeCacheFile,
    makeCacheFolder,
    markUsed,
    removeUnused,
    writeCacheFile,
} from "../../components/base/cache-folder";

const home = () => "/home/from-the-database";

describe("the cache folder", () => {
    const on = (platform: NodeJS.Platform, environment: Record<string, string>) =>
        cacheFolderIn({ environment, platform, home });

    it("is below the folder of the user's caches", () => {
        assert.equal(on("linux", { HOME: "/home/me" }), "/home/me/.cache/platform");
        assert.equal(on("darwin", { HOME: "/Users/me" }), "/Users/me/Library/Caches/platform");
    });

    it("is where XDG_CACHE_HOME says, unless that is no absolute path", () => {
        const environment = { HOME: "/home/me", XDG_CACHE_HOME: "/var/cache/me" };
        for (const platform of ["linux", "darwin"] as const) {
            assert.equal(on(platform, environment), "/var/cache/me/platform");
        }
        for (const XDG_CACHE_HOME of ["", "cache", "./cache"]) {
            const found = on("linux", { HOME: "/home/me", XDG_CACHE_HOME });
            assert.equal(found, "/home/me/.cache/platform");
        }
    });

    it("is the one that PLATFORM_CACHE names, before all others", () => {
        const environment = { HOME: "/home/me", XDG_CACHE_HOME: "/xdg", PLATFORM_CACHE: "/mine" };
        assert.equal(on("linux", environment), "/mine");
        assert.equal(on("linux", { ...environment, PLATFORM_CACHE: "" }), "/xdg/platform");
    });

    it("is found through the user database where HOME is not set", () => {
        assert.equal(on("linux", {}), `${home()}/.cache/platform`);
        assert.equal(on("linux", { HOME: "" }), `${home()}/.cache/platform`);
    });

    it("is asked for in one sentence where there is no home at all", () => {
        const surroundings = {
            environment: {},
            home: () => {
                throw new Error("uv_os_get_passwd returned ENOENT");
            },
        };
        assert.throws(() => cacheFolderIn(surroundings), {
            name: "Error",
            message: /^There is no folder for the cache, .*: set PLATFORM_CACHE to a folder\.$/,
        });
    });
});

describe("what lies in the cache", () => {
    let folder: string;
    beforeEach(() => {
        folder = fs.mkdtempSync(path.join(os.tmpdir(), "cache-folder-"));
    });
    afterEach(() => {
        fs.rmSync(folder, { recursive: true });
    });

    it("is refused in one sentence where it cannot be written", () => {
        const place = path.join(folder, "file", "below");
        fs.writeFileSync(path.join(folder, "file"), "no folder");
        const message =
            /^The cache in .*file\/below cannot be written \(\w+\): set PLATFORM_CACHE to .*\.$/;
        assert.throws(
            () => {
                makeCacheFolder(place);
            },
            { message },
        );
        assert.throws(
            () => {
                writeCacheFile(path.join(place, "a"), "text");
            },
            { message },
        );
    });

    it("comes whole from a tool, or not at all", async () => {
        const file = path.join(folder, "archives", "tool");
        const write = (aside: string) => {
            fs.writeFileSync(path.join(aside, "tool"), "made");
            fs.writeFileSync(path.join(aside, "scratch"), "left by the tool");
            return Promise.resolve();
        };
        const failing = async (aside: string) => {
            await write(aside);
            throw new Error("half of it was made");
        };
        await assert.rejects(makeCacheFile(file, failing), /half of it was made/);
        assert.deepEqual(fs.readdirSync(path.dirname(file)), []);
        await makeCacheFile(file, write);
        assert.deepEqual(fs.readdirSync(path.dirname(file)), ["tool"]);
        assert.equal(fs.readFileSync(file, "utf8"), "made");
    });

    it("goes when nobody has used it for a while", () => {
        const [unused, used] = ["unused", "used"].map((name) => path.join(folder, name));
        const longAgo = new Date(Date.now() - 10 * 24 * 60 * 60 * 1000);
        for (const entry of [unused, used]) {
            fs.mkdirSync(entry ?? "");
            fs.utimesSync(entry ?? "", longAgo, longAgo);
        }
        markUsed(used ?? "");
        assert.deepEqual(removeUnused(folder, 9), [unused]);
        assert.deepEqual(fs.readdirSync(folder), ["used"]);
        assert.deepEqual(removeUnused(path.join(folder, "absent"), 9), []);
    });

    it("is whole for two processes that write and read the same file at once", async () => {
        const script = `
            const fs = require("node:fs");
            const { writeCacheFile } = require("./components/base/cache-folder");
            const [, file, letter] = process.argv;
            for (let turn = 0; turn < 100; turn += 1) {
                writeCacheFile(file, letter.repeat(500_000));
                const found = fs.readFileSync(file, "utf8");
                if (found !== found[0].repeat(500_000)) {
                    throw new Error("a part of a file was read");
                }
            }`;
        const file = path.join(folder, "made-by-the-first", "shared.json");
        const codes = await Promise.all(
            ["a", "b"].map(async (letter) => {
                const args = ["--require", "tsx/cjs", "-e", script, file, letter];
                const options = {
                    cwd: path.join(__dirname, "..", ".."),
                    stdio: "inherit",
                } as const;
                const [code] = (await once(spawn(process.execPath, args, options), "exit")) as [
                    number | null,
                ];
                return code;
            }),
        );
        assert.deepEqual(codes, [0, 0]);
        assert.deepEqual(fs.readdirSync(path.dirname(file)), ["shared.json"]);
    });
});
