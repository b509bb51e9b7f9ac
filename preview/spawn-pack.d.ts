import type { ChildProcessByStdio } from "node:child_process";
import type { Readable } from "node:stream";

/** Starts the policy pack of this repository in a process of its own. */
export function spawnPack(): ChildProcessByStdio<null, Readable, null>;
