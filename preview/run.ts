/**
 * Runs the real program in this process under the recorder, and the real policy pack beside it.
 * Used by the command line, the benchmark and the tests.
 */
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { disconnect, waitForRPCs } from "@pulumi/pulumi/runtime/settings";
import { isRecord } from "../components/base/object";
import { parseValue } from "../components/configuration-entries";
import program from "../index";
import type { Scorecard } from "../policy/kernel/ledger";
import { installStructs } from "../policy/sdk/structs";
import { Analyzer, type PackConfig, type PolicyInfo, type Violation } from "./analyzer";
import { PackProcess } from "./pack-process";
import { installRecorder, Recorder, type Registration } from "./recorder";
import type { StackConfiguration } from "./stack-file";

/** Everything that a preview found out. */
export interface PreviewResult {
    readonly stack: StackConfiguration;
    readonly registrations: readonly Registration[];
    readonly recorder: Recorder;
    readonly policies: readonly PolicyInfo[];
    readonly violations: readonly Violation[];
    readonly scorecard: Scorecard;
    /** Seconds of each part; the parts overlap. */
    readonly seconds: { readonly program: number; readonly total: number };
}

/** Tells a person what goes on. */
export type Progress = (message: string) => void;

const root = path.join(__dirname, "..");

/** Levels of the criteria for a profile, `policy/levels.<profile>.json`. */
export function readLevels(profile: string): PackConfig {
    const file = path.join(root, "policy", `levels.${profile}.json`);
    return JSON.parse(fs.readFileSync(file, "utf8")) as PackConfig;
}

/**
 * Runs the program of this repository and returns when every registration has been answered.
 *
 * @param afterwards registers more, for the benchmark
 */
export async function runProgram(
    stack: StackConfiguration,
    recorder: Recorder,
    afterwards?: (registrations: readonly Registration[]) => void,
): Promise<void> {
    installStructs();
    await installRecorder(recorder, stack.project, stack.stack);
    // Charts that cannot be had are listed by a preview; an update refuses to start without them.
    const key = `${stack.project}:charts`;
    const charts = parseValue(stack.values[key] ?? "{}");
    pulumi.runtime.setAllConfig(
        isRecord(charts)
            ? { ...stack.values, [key]: JSON.stringify({ ...charts, allowMissing: true }) }
            : // What it is instead is a fault that the program itself reports.
              stack.values,
        [...stack.encrypted],
    );
    await pulumi.runtime.runInPulumiStack(program);
    if (afterwards !== undefined) {
        await waitForRPCs();
        afterwards(recorder.registrations);
    }
    await disconnect();
}

/** How to preview. */
export interface PreviewOptions {
    /** A pack that is starting already; default: one is started now. */
    readonly pack?: PackProcess;
    readonly progress?: Progress;
    /** Registers more after the program, for the benchmark. */
    readonly afterwards?: (registrations: readonly Registration[]) => void;
}

/**
 * Previews a stack and judges it.
 *
 * @throws pulumi.RunError for mistakes in the configuration
 */
export async function preview(
    stack: StackConfiguration,
    { pack = new PackProcess(), progress = () => undefined, afterwards }: PreviewOptions = {},
): Promise<PreviewResult> {
    const start = performance.now();
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), "platform-preview-"));
    const scorecardFile = path.join(folder, "scorecard.json");
    const profile = stack.values[`${stack.project}:profile`] ?? "";
    const known = fs.existsSync(path.join(root, "policy", `levels.${profile}.json`));
    const analyzer = new Analyzer(pack, {
        // An unknown profile is a fault that the program itself reports.
        ...(known ? readLevels(profile) : {}),
        scorecard: { enforcementLevel: "advisory", file: scorecardFile },
    });
    const recorder = new Recorder((registration) => {
        analyzer.judge(registration);
    });
    try {
        await analyzer.ready();
        await runProgram(stack, recorder, afterwards);
        const program = performance.now();
        progress(`${recorder.registrations.length} resources planned, judging them`);
        const violations = await analyzer.finish(recorder.registrations);
        return {
            stack,
            registrations: recorder.registrations,
            recorder,
            policies: await analyzer.info(),
            violations,
            scorecard: JSON.parse(fs.readFileSync(scorecardFile, "utf8")) as Scorecard,
            seconds: {
                program: (program - start) / 1000,
                total: (performance.now() - start) / 1000,
            },
        };
    } finally {
        pack.stop();
        fs.rmSync(folder, { recursive: true, force: true });
    }
}
