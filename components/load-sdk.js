// Loads the Pulumi SDK in a quarter of its time. Required before tsx, whose hook would look at each
// of the SDK's hundreds of files for something to transform.
//
// The SDK also loads the TypeScript compiler and npm's package manager, half of all its time. It
// needs them only to serialize functions (dynamic providers, of which there is none here), so they
// are loaded when they are first touched.
require("./surroundings").requireSurroundings();
const { createRequire, Module } = require("node:module");

const entry = require.resolve("@pulumi/pulumi");
const requireFromSdk = createRequire(entry);

/** Puts a stand-in into the cache of modules, which loads the real one when a property is read. */
function deferLoading(name) {
    const file = requireFromSdk.resolve(name);
    if (file in require.cache) {
        return;
    }
    let real;
    const standIn = new Module(file);
    standIn.loaded = true;
    standIn.exports = new Proxy(
        {},
        {
            get: (_, key) => {
                // Compiled code asks this of every module that it imports.
                if (key === "__esModule") {
                    return true;
                }
                if (real === undefined) {
                    delete require.cache[file];
                    real = requireFromSdk(name);
                }
                return real[key];
            },
        },
    );
    require.cache[file] = standIn;
}

deferLoading("typescript");
deferLoading("@npmcli/arborist");

// With each resource the SDK sends the whole stack of calls that constructed it, whatever
// --stack-trace-limit says (Resource.callsites of resource.js). The engine only keeps it: a sixth of
// the state, which a file or bucket backend writes before and after each resource.
require(entry).Resource.callsites = () => [];
