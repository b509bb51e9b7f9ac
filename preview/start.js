// `npm run preview`: the program and the policy pack, without account, CLI or cluster. Plain
// JavaScript, so that the pack starts before anything else is loaded and the SDK before tsx.
const { spawnPack } = require("./spawn-pack");

const child = spawnPack();
require("../components/load-sdk");
require("tsx/cjs");
const { run } = require("./main");
const { PackProcess } = require("./pack-process");

void run(new PackProcess(child));
