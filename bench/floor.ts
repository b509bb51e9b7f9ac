/**
 * Registers the resources of a file and nothing else, under the same monitor as a preview and with
 * the SDK as it comes: what it costs whoever writes a program. A process of its own; the result
 * leaves on stdout.
 */
import * as fs from "node:fs";
import * as pulumi from "@pulumi/pulumi";
import { disconnect } from "@pulumi/pulumi/runtime/settings";
import { installRecorder, Recorder } from "../preview/recorder";
import { Bare, type BareResource, finish } from "./measurement";

async function main(): Promise<void> {
    const resources = JSON.parse(fs.readFileSync(process.argv[2] ?? "", "utf8")) as BareResource[];
    const recorder = new Recorder();
    const start = performance.now();
    await installRecorder(recorder, "platform", "bench");
    await pulumi.runtime.runInPulumiStack(() => {
        for (const resource of resources) {
            new Bare(resource);
        }
        return Promise.resolve({});
    });
    await disconnect();
    finish({
        resources: recorder.registrations.length,
        program: (performance.now() - start) / 1000,
        rendering: 0,
        judging: 0,
    });
}

void main();
