/**
 * `npm run preview`: the program and the policy pack, without account, CLI or cluster. The pack is
 * started before anything else is loaded, because both take most of a second to load the SDK.
 */
import { createRequire } from "node:module";
import * as path from "node:path";
import { PackProcess } from "./pack-process";

const pack = new PackProcess(path.join(__dirname, "..", "policy"));
const load = createRequire(__filename);
const { run } = load("./main") as typeof import("./main");
void run(pack);
