// The engine starts a policy pack with ts-node and a full type check, which takes seconds; types
// are checked by `npm run typecheck`, so here tsx only strips them. A stack trace for every promise
// would double the time of an analysis.
Error.stackTraceLimit = 0;
require("../components/load-sdk");
require("tsx/cjs");
require("./pack");
