// `node scripts/start.js COMMAND [arguments]`: starts a command of this repository, once it is sure
// that this machine has what it needs. COMMAND is the path of its file, without the extension.
var surroundings = require("../components/surroundings");

surroundings.requireSurroundings();
var path = require("path");

var command = process.argv[2];
if (!surroundings.handsOn(command)) {
    surroundings.forgetEngine();
}
process.argv.splice(1, 2, path.join(__dirname, "..", command + ".ts"));
require("tsx/cjs");
require(process.argv[1]);
