import type { ChildProcessByStdio } from "node:child_process";
import type { Readable, Writable } from "node:stream";

/** Starts the policy pack of this repository in a process of its own. */
export function spawnPack(): ChildProcessByStdio<Writable, Readable, null>;
