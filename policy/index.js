// The engine starts a policy pack with ts-node and a full type check, which takes seconds; types
// are checked by `npm run typecheck`, so here tsx only strips them. A stack trace for every promise
// would double the time of an analysis.
Error.stackTraceLimit = 0;
// Beside an embedded preview, whose process may be killed at any time.
if (process.env.READINESS_ENDS_WITH_INPUT === "true") {
    process.stdin.on("close", () => process.exit()).resume();
}
require("../components/load-sdk");
require("tsx/cjs");
require("./pack");
