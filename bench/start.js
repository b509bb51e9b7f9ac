// Runs a script of this folder the way in which preview/start.js runs a preview: the pack starts
// before anything else is loaded, and the SDK is loaded before tsx.
const { spawnPack } = require("../preview/spawn-pack");

const child = spawnPack();
require("../components/load-sdk");
require("tsx/cjs");
const { PackProcess } = require("../preview/pack-process");

const [, , script, file] = process.argv;
void require(`./${script}`).measure(new PackProcess(child), file);
