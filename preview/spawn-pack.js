// Starts the process of the policy pack, with nothing loaded but Node itself.
const { spawn } = require("node:child_process");
const path = require("node:path");

exports.spawnPack = () => {
    const folder = path.join(__dirname, "..", "policy");
    // Inputs of thousands of resources outlive the small young generation that V8 begins with: with
    // this one (in MiB) it collects a third as often, and takes no more memory in the end.
    const young = "--max-semi-space-size=64";
    return spawn(process.execPath, [young, path.join(folder, "index.js")], {
        cwd: folder,
        // Its standard input ends with this process, however that ends, and the pack ends with it.
        env: { ...process.env, READINESS_ENDS_WITH_INPUT: "true" },
        stdio: ["pipe", "pipe", "inherit"],
    });
};
