/**
 * The policy pack by itself: how long it takes to start, and to judge a stack that is recorded
 * already. A process of its own; the result leaves on stdout.
 */
import * as fs from "node:fs";
import { Analyzer } from "../preview/analyzer";
import { PackProcess } from "../preview/pack-process";
import { Recorder } from "../preview/recorder";
import { readLevels, runProgram } from "../preview/run";
import type { Task } from "./measurement";

/** What it takes to judge a stack. */
export interface Judging {
    readonly resources: number;
    /** From the first resource sent to the last verdict, on a pack that has started. */
    readonly seconds: number;
    /** Seconds from the start of the pack's process until it is configured. */
    readonly packStart: number;
}

async function judge({ registrations }: Recorder): Promise<Judging> {
    const start = performance.now();
    const analyzer = new Analyzer(new PackProcess(), readLevels("prod"));
    await analyzer.ready();
    const ready = performance.now();
    for (const registration of registrations) {
        analyzer.judge(registration);
    }
    await analyzer.finish(registrations);
    return {
        resources: registrations.length,
        seconds: (performance.now() - ready) / 1000,
        packStart: (ready - start) / 1000,
    };
}

/** Called by `start.js`; its pack is not used, so that the start of one can be measured alone. */
export async function measure(pack: PackProcess, file: string): Promise<void> {
    pack.stop();
    const { stack } = JSON.parse(fs.readFileSync(file, "utf8")) as Task;
    const recorder = new Recorder();
    await runProgram(stack, recorder);
    process.stdout.write(JSON.stringify(await judge(recorder)));
    process.exit(0);
}
