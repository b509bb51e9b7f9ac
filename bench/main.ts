/**
 * `npm run bench`: wall time and memory of the embedded preview of prod, against a floor measured
 * in the same run. Figures of one run compare with each other, not with those of another machine.
 */
import { execFile } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { promisify } from "node:util";
import { temporaryFolder } from "../components/base/ending";
import { parseArguments } from "../preview/arguments";
import { print, runCommand } from "../preview/command";
import type { Registration } from "../preview/recorder";
import { preview } from "../preview/run";
import { readStackFile, type StackConfiguration } from "../preview/stack-file";
import { withColdCache } from "./cold";
import type { Judging } from "./judging";
import type { BareResource, Measurement, Task } from "./measurement";
import { measureOrders, measureRehearsal } from "./rehearsal";
import { stateSize, timesSo } from "./state";
import { type Growth, toText } from "./text";

const USAGE = `Usage: npm run bench -- [--json]

  --json   one JSON document on stdout instead of the report

Measures wall time and memory of the embedded preview of prod, for some minutes.

Ends with 0, or with 2 on a mistake.`;

const run = promisify(execFile);
const root = path.join(__dirname, "..");
/** Each figure is the median of so many runs. */
const RUNS = 3;
/** The largest cluster that a rehearsal must manage. */
const REHEARSAL = { nodes: 400, pods: 5000 } as const;
/** For what is handed to the processes that are measured. */
let folder = "";

function progress(message: string): void {
    process.stderr.write(`${message} ...\n`);
}

/** What a process prints that runs a script of this folder. */
async function outputOf(args: readonly string[]): Promise<unknown> {
    const flags = ["--stack-trace-limit=0", ...args];
    const { stdout } = await run(process.execPath, flags, { cwd: root });
    return JSON.parse(stdout) as unknown;
}

/** Runs a script the way in which a preview starts. */
function startLikePreview(script: string, task: Task): Promise<unknown> {
    const file = path.join(folder, "task.json");
    fs.writeFileSync(file, JSON.stringify(task));
    return outputOf([path.join(__dirname, "start.js"), script, file]);
}

async function whole(stack: StackConfiguration, copies = 0): Promise<Measurement> {
    return (await startLikePreview("whole", { stack, copies })) as Measurement;
}

async function judging(stack: StackConfiguration): Promise<Judging> {
    return (await startLikePreview("judging", { stack, copies: 0 })) as Judging;
}

async function bare(file: string): Promise<Measurement> {
    const script = path.join(__dirname, "floor.ts");
    return (await outputOf(["--require", "tsx/cjs", script, file])) as Measurement;
}

/** What each of several measurements yields, taken in turn so that all see the same machine. */
async function inTurn<T>(...measures: readonly (() => Promise<T>)[]): Promise<T[][]> {
    const results = measures.map((): T[] => []);
    for (let turn = 0; turn < RUNS; turn += 1) {
        for (const [index, measure] of measures.entries()) {
            results[index]?.push(await measure());
        }
    }
    return results;
}

function median<T extends { readonly seconds: number }>(results: readonly T[] = []): T {
    const sorted = [...results].sort((one, other) => one.seconds - other.seconds);
    const middle = sorted[Math.floor(sorted.length / 2)];
    if (middle === undefined) {
        throw new Error("RUNS must be at least 1.");
    }
    return middle;
}

/** The stack with so many workers, copies of its last one, in networks large enough. */
function withWorkers(stack: StackConfiguration, count: number): StackConfiguration {
    const read = (key: string): unknown => JSON.parse(stack.values[`platform:${key}`] ?? "null");
    const nodes = read("nodes") as { role: string }[];
    const network = read("network") as object;
    const pattern = nodes.findLast(({ role }) => role === "worker");
    const rest = nodes.filter(({ role }) => role !== "worker");
    const workers = Array.from({ length: count }, (_, index) => ({
        ...pattern,
        name: `worker-${index + 1}`,
        vmId: 20_000 + index,
        address: `192.168.${100 + Math.floor(index / 200)}.${(index % 200) + 1}`,
    }));
    return {
        ...stack,
        values: {
            ...stack.values,
            "platform:nodes": JSON.stringify([...rest, ...workers]),
            "platform:network": JSON.stringify({
                ...network,
                nodes: "192.168.0.0/16",
                // A /24 for each node.
                pods: "10.240.0.0/12",
            }),
        },
    };
}

/** The inputs of everything that the preview registers, for the floor. */
function floorFile(registrations: readonly Registration[]): string {
    const resources = registrations
        .filter(({ custom }) => custom)
        .map(({ type, name, urn, inputs }): BareResource => ({
            type,
            // Without parents, names alone must tell the resources apart.
            name: `${name}-${urn.length}`,
            inputs: inputs.toJavaScript(),
        }));
    const file = path.join(folder, "floor.json");
    fs.writeFileSync(file, JSON.stringify(resources));
    return file;
}

async function measureGrowth(stack: StackConfiguration): Promise<Growth[]> {
    const growth: Growth[] = [];
    for (const [nodes, copies] of [
        [6, 0],
        [60, 0],
        [400, 0],
        [6, 1],
        [6, 2],
    ] as const) {
        progress(`Growth: ${nodes} workers, objects times ${copies + 1}`);
        const measured = await whole(withWorkers(stack, nodes), copies);
        const { resources, seconds, megabytes, judging: afterwards } = measured;
        growth.push({ nodes, objects: resources, seconds, megabytes, judging: afterwards });
    }
    return growth;
}

async function main(args: readonly string[]): Promise<number> {
    const { json } = parseArguments(
        args,
        { json: { type: "boolean", short: "j", default: false } },
        USAGE,
    );
    ({ folder } = temporaryFolder("bench"));
    const stack = readStackFile(root, "prod");
    const everySystem = readStackFile(root, "everything");
    progress("Preparing the floor");
    const { registrations } = await preview(stack);
    const file = floorFile(registrations);
    progress("Cold preview");
    const cold = await withColdCache(() => whole(stack));
    progress(`Warm previews and floor, ${RUNS} times each`);
    await whole(stack);
    await whole(everySystem);
    const measures = [() => whole(stack), () => bare(file), () => whole(everySystem)];
    const [warm, floor, everything] = await inTurn(...measures);
    progress(`Judging prod, ${RUNS} times`);
    const [judged] = await inTurn(() => judging(stack));
    const growth = await measureGrowth(stack);
    const { nodes, pods } = REHEARSAL;
    progress(`Rehearsal with ${nodes} workers and ${pods} pods`);
    const rehearsal = await measureRehearsal(withWorkers(stack, nodes), pods, () => undefined);
    progress("Orders of an update");
    const orders = await measureOrders(stack);
    const result = {
        cold,
        warm: median(warm),
        everything: median(everything),
        floor: median(floor),
        judging: median(judged),
        growth,
        rehearsal,
        orders,
        state: stateSize(registrations),
        doubleState: stateSize(timesSo(registrations, 2)),
    };
    await print(json ? JSON.stringify(result) : toText(result));
    return 0;
}

runCommand(USAGE, main);
