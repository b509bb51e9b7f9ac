// Starts the process of the policy pack, with nothing loaded but Node itself.
const { spawn } = require("node:child_process");
const path = require("node:path");

exports.spawnPack = () => {
    const folder = path.join(__dirname, "..", "policy");
    return spawn(process.execPath, [path.join(folder, "index.js")], {
        cwd: folder,
        stdio: ["ignore", "pipe", "inherit"],
    });
};
