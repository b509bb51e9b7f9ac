/** The programs of the demo as one file that Node.js runs. */
import fs from "node:fs";
import path from "node:path";
import { buildSync } from "esbuild";
import { contentDigest } from "../base/content-digest";
import { cachePath, markUsed, writeCacheFile } from "../base/cache-folder";

/** Most that the API server takes of a ConfigMap, in bytes. */
export const MOST_BYTES = 1_048_576;
const FOLDER = path.join(__dirname, "kafka-demo");
const ROOT = path.join(__dirname, "..", "..");
/** What the client of Kafka brings for schemas in Avro; nothing here uses it. */
const UNUSED = "avsc";

/** All that the bundle is made from: the programs, their packages, and how they are bundled. */
function sources(): (readonly [string, string])[] {
    const programs = fs.readdirSync(FOLDER).sort();
    return [
        path.join(ROOT, "package-lock.json"),
        __filename,
        ...programs.map((file) => path.join(FOLDER, file)),
    ].map((file) => [path.relative(ROOT, file), fs.readFileSync(file, "utf8")]);
}

/**
 * The bundle. It is made of eight hundred files, which takes half a second, so it is kept in the
 * cache until something that it is made from changes, and made only where the demo is on.
 *
 * @throws Error when it is larger than a ConfigMap may be
 */
export function demoProgram(): string {
    const cached = cachePath("programs", `kafka-demo-${contentDigest(sources(), 24)}.js`);
    if (fs.existsSync(cached)) {
        markUsed(cached);
        return fs.readFileSync(cached, "utf8");
    }
    const text = made();
    try {
        writeCacheFile(cached, text);
    } catch {
        // Without a cache it is made each time. Whoever needs one is told by the charts.
    }
    return text;
}

function made(): string {
    const { outputFiles } = buildSync({
        entryPoints: [path.join(FOLDER, "main.ts")],
        bundle: true,
        minify: true,
        write: false,
        platform: "node",
        // Of the image that runs it.
        target: "node24",
        format: "cjs",
        // The forms of libraries of which only what is used is taken.
        mainFields: ["module", "main"],
        // The same bundle on every machine.
        absWorkingDir: ROOT,
        legalComments: "none",
        // What libraries written as ES modules ask for: where they are.
        define: { "import.meta.url": "whereItIs" },
        banner: { js: 'const whereItIs = require("node:url").pathToFileURL(__filename).href;' },
        alias: {
            // Else it reads a file beside itself.
            "@platformatic/wasm-utils": "@platformatic/wasm-utils/bundled",
            [UNUSED]: path.join(FOLDER, "unused.ts"),
        },
    });
    const [file] = outputFiles;
    const text = file?.text ?? "";
    const size = Buffer.byteLength(text);
    if (size === 0 || size > MOST_BYTES) {
        throw new Error(`The demo is ${size} bytes; a ConfigMap takes ${MOST_BYTES} at most.`);
    }
    return text;
}
