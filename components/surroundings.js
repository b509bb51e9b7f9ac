// Whether this machine has what every command needs: a Node that is new enough, and the packages.
// Required before anything else is loaded, and in words that an old Node understands, so that it can
// say so in one sentence.
var fs = require("fs");
var path = require("path");

var root = path.join(__dirname, "..");
var manifest = JSON.parse(fs.readFileSync(path.join(root, "package.json"), "utf8"));

/** The sentence that says that Node is too old; undefined when it is not. */
exports.nodeFault = function (version, wanted) {
    var numbersOf = function (text) {
        return text
            .replace(/^[^0-9]*/, "")
            .split(".")
            .map(Number);
    };
    var found = numbersOf(version);
    var least = numbersOf(wanted);
    for (var index = 0; index < 3; index += 1) {
        var difference = (found[index] || 0) - (least[index] || 0);
        if (difference > 0) {
            return undefined;
        }
        if (difference < 0) {
            return (
                "This is Node " +
                version.replace(/^v/, "") +
                ", but " +
                least.join(".") +
                " or newer is needed: get one from https://nodejs.org."
            );
        }
    }
    return undefined;
};

/** The sentence that says that packages are missing in a folder; undefined when none is. */
exports.packagesFault = function (folder, names) {
    var missing = names.filter(function (name) {
        return !fs.existsSync(path.join(folder, "node_modules", name, "package.json"));
    });
    if (missing.length === 0) {
        return undefined;
    }
    var what =
        missing.length === names.length
            ? "The packages of package-lock.json are not installed"
            : "Packages of package-lock.json are not installed (" + missing.join(", ") + ")";
    return what + ": run `make setup`, or `npm ci`.";
};

function endWith(fault) {
    if (fault !== undefined) {
        fs.writeSync(2, fault + "\n");
        process.exit(2);
    }
}

/** Ends the process with 2 and the sentence when this Node is too old. */
exports.requireNode = function () {
    endWith(exports.nodeFault(process.version, manifest.engines.node));
};

/** Ends the process with 2 and the sentence when this machine lacks something. */
exports.requireSurroundings = function () {
    exports.requireNode();
    endWith(exports.packagesFault(root, Object.keys(manifest.dependencies)));
};

/**
 * Forgets what the engine and the CLI would tell a program: in a shell that works with Pulumi such
 * variables are set, and the SDK would obey them.
 */
exports.forgetEngine = function () {
    Object.keys(process.env).forEach(function (name) {
        if (/^PULUMI_/.test(name)) {
            delete process.env[name];
        }
    });
};

/** Whether a command hands its surroundings on to the Pulumi CLI. */
exports.handsOn = function (command) {
    return /^(scripts\/(stack|parity)|operate\/(main|certificates|escrow)|rehearsal\/up\/main)$/.test(
        command,
    );
};
