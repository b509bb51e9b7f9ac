/**
 * `npm run bench`: wall time and memory of the embedded preview of prod, against a floor measured
 * in the same run. Figures of one run compare with each other, not with those of another machine.
 */
import { execFile } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { promisify } from "node:util";
import { preview } from "../preview/run";
import { readStackFile, type StackConfiguration } from "../preview/stack-file";
import { withColdCache } from "./cold";
import type { BareResource, Measurement } from "./measurement";
import type { Task } from "./whole";

const run = promisify(execFile);
const root = path.join(__dirname, "..");
const json = process.argv.includes("--json");
/** Each figure is the median of so many runs. */
const RUNS = 3;
/** For what is handed to the processes that are measured. */
const folder = fs.mkdtempSync(path.join(os.tmpdir(), "bench-"));

function progress(message: string): void {
    process.stderr.write(`${message} ...\n`);
}

async function once(script: "floor" | "whole", file: string): Promise<Measurement> {
    const flags = ["--require", "tsx/cjs", "--stack-trace-limit=0"];
    const { stdout } = await run(
        process.execPath,
        [...flags, path.join(__dirname, `${script}.ts`), file],
        { cwd: root },
    );
    return JSON.parse(stdout) as Measurement;
}

/** A preview in a process of its own. */
function whole(stack: StackConfiguration, copies = 0): Promise<Measurement> {
    const file = path.join(folder, "task.json");
    fs.writeFileSync(file, JSON.stringify({ stack, copies } satisfies Task));
    return once("whole", file);
}

async function median(measure: () => Promise<Measurement>): Promise<Measurement> {
    const results: Measurement[] = [];
    for (let turn = 0; turn < RUNS; turn += 1) {
        results.push(await measure());
    }
    const [middle] = results.sort((a, b) => a.seconds - b.seconds).slice(Math.floor(RUNS / 2));
    if (middle === undefined) {
        throw new Error("RUNS must be at least 1.");
    }
    return middle;
}

/** The stack with so many workers, copies of its last one, in a network large enough. */
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
            "platform:network": JSON.stringify({ ...network, nodes: "192.168.0.0/16" }),
        },
    };
}

/** The inputs of everything that the preview registers, for the floor. */
async function floorFile(stack: StackConfiguration): Promise<string> {
    const { registrations } = await preview(stack);
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

function row(title: string, { seconds, megabytes, resources }: Measurement): string {
    const perResource = ((seconds * 1000) / resources).toFixed(2);
    return `  ${title.padEnd(34)} ${seconds.toFixed(2).padStart(6)} s ${megabytes.toFixed(0).padStart(5)} MB ${String(resources).padStart(6)} resources ${perResource} ms each`;
}

async function main(): Promise<void> {
    const stack = readStackFile(root, "prod");
    progress("Preparing the floor");
    const file = await floorFile(stack);
    progress("Cold preview");
    const coldRun = await withColdCache(() => whole(stack));
    progress(`Warm preview and floor, ${RUNS} times each`);
    await whole(stack);
    const warm = await median(() => whole(stack));
    const floor = await median(() => once("floor", file));
    const growth: { nodes: number; objects: number; seconds: number; megabytes: number }[] = [];
    for (const [nodes, copies] of [
        [4, 0],
        [40, 0],
        [400, 0],
        [4, 4],
        [4, 9],
    ] as const) {
        progress(`Growth: ${nodes} workers, objects times ${copies + 1}`);
        const scaled = withWorkers(stack, nodes);
        const { resources, seconds, megabytes } = await whole(scaled, copies);
        growth.push({ nodes, objects: resources, seconds, megabytes });
    }
    fs.rmSync(folder, { recursive: true });
    if (json) {
        process.stdout.write(`${JSON.stringify({ cold: coldRun, warm, floor, growth })}\n`);
        return;
    }
    const perResource = (seconds: number) => ((seconds * 1000) / warm.resources).toFixed(2);
    const own = warm.seconds - floor.seconds - warm.rendering - warm.judging;
    process.stdout.write(
        [
            "Embedded preview of prod:",
            row("cold (nothing rendered yet)", coldRun),
            row("warm", warm),
            row("floor (bare registrations)", floor),
            `  warm / floor: time ${(warm.seconds / floor.seconds).toFixed(2)} (aim 1.5), memory ${(warm.megabytes / floor.megabytes).toFixed(2)} (aim 1.3)`,
            "Milliseconds per resource of the warm preview:",
            `  SDK (the floor) ${perResource(floor.seconds)}, rendering from cache ${perResource(warm.rendering)}, policies after the program ${perResource(warm.judging)}, program and the rest ${perResource(own)}`,
            "Growth:",
            ...growth.map(
                ({ nodes, objects, seconds, megabytes }) =>
                    `  ${nodes} workers, ${objects} resources: ${seconds.toFixed(2)} s, ${megabytes.toFixed(0)} MB, ${((seconds * 1000) / objects).toFixed(2)} ms each`,
            ),
            "",
        ].join("\n"),
    );
}

void main();
