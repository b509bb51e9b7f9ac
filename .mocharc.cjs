// The tests run file by file in several processes. `npx mocha FILE ...` runs those files alone. Those on a real control plane, which look at the clock and want the
// machine for themselves, are in .mocharc.control-plane.json.
const fs = require("node:fs");
const os = require("node:os");
const path = require("node:path");

/** The largest of the processes takes so many bytes. */
const MEMORY = 1.5 * 1024 ** 3;
/** The files that take longest, first of all: whoever begins one last keeps all waiting. */
const longest = [
    "test/policy/laws.spec.ts",
    "test/laws.spec.ts",
    "test/mutation/mutation.spec.ts",
    "test/preview/command-line.spec.ts",
    "test/flows/command.spec.ts",
    "test/rehearsal/control-plane/processes.spec.ts",
    "test/policy/laws-systems.spec.ts",
    "test/policy/engines/scheduling/proof.spec.ts",
];
const all = fs
    .readdirSync(path.join(__dirname, "test"), { recursive: true })
    .map((file) => path.posix.join("test", file.split(path.sep).join("/")))
    .filter((file) => file.endsWith(".spec.ts") && !file.includes("/real-control-plane/"))
    .sort();

/** mocha adds the files of the command line to these. */
const chosen = process.argv.slice(2).some((argument) => argument.endsWith(".spec.ts"));

module.exports = {
    require: ["tsx/cjs", "./test/fixtures/run-folder.ts"],
    spec: chosen ? [] : [...longest, ...all.filter((file) => !longest.includes(file))],
    parallel: true,
    jobs: Math.max(1, Math.min(os.availableParallelism(), Math.floor(os.totalmem() / MEMORY))),
    timeout: 300_000,
    reporter: "dot",
};
