/** The programs of the demo as one file that Node.js runs. */
import path from "node:path";
import { buildSync } from "esbuild";

/** Most that the API server takes of a ConfigMap, in bytes. */
export const MOST_BYTES = 1_048_576;
const FOLDER = path.join(__dirname, "kafka-demo");
/** What the client of Kafka brings for schemas in Avro; nothing here uses it. */
const UNUSED = "avsc";

let bundle: string | undefined;

/**
 * The bundle. It takes a tenth of a second, so it is made once in a process and only where the demo
 * is on.
 *
 * @throws Error when it is larger than a ConfigMap may be
 */
export function demoProgram(): string {
    bundle ??= made();
    return bundle;
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
        absWorkingDir: path.join(__dirname, "..", ".."),
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
