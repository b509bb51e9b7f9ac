/** How systems are put together: one page, one way, and nobody looks aside. */
import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";

const components = path.join(__dirname, "..", "..", "components");
/** Folders that hold no system. */
const BELOW = new Set(["base", "machines", "cluster"]);
/** Files that know all systems; a system that imports one could read another's settings. */
const ABOVE = ["settings", "systems", "system-checks", "house", "context", "platform"];

const read = (file: string) => fs.readFileSync(path.join(components, file), "utf8");

const layerFiles = fs
    .readdirSync(components, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts") && file.includes(path.sep))
    .filter((file) => !BELOW.has(file.split(path.sep)[0] ?? ""));

describe("the wiring of systems", () => {
    it("is one page in platform.ts", () => {
        assert.ok(read("platform.ts").split("\n").length < 80);
    });

    it("leaves a system nothing to read but the site and its own settings", () => {
        const systems = layerFiles.filter((file) => path.basename(file) !== "layer.ts");
        assert.ok(systems.length > 20);
        const looking = systems.filter((file) =>
            ABOVE.some((above) => read(file).includes(`"../${above}"`)),
        );
        assert.deepEqual(looking, []);
    });

    it("gives a layer no settings of systems either, only what is built", () => {
        const layers = layerFiles.filter((file) => path.basename(file) === "layer.ts");
        assert.ok(layers.length > 5);
        const looking = layers.filter((file) => /settings\.systems|\bsystems[.[]/.test(read(file)));
        assert.deepEqual(looking, []);
    });
});
