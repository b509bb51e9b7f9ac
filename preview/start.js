// `npm run preview`: the program and the policy pack, without account, CLI or cluster. Plain
// JavaScript, so that the pack starts before anything else is loaded and the SDK before tsx.
const { forgetEngine, requireSurroundings } = require("../components/surroundings");

requireSurroundings();
forgetEngine();
const { spawnPack } = require("./spawn-pack");

// Whoever asks for help needs no pack.
const asksForHelp = process.argv.some((word) => word === "--help" || word === "-h");
const child = asksForHelp ? undefined : spawnPack();
require("../components/load-sdk");
require("tsx/cjs");
const { run } = require("./main");

run(child);
