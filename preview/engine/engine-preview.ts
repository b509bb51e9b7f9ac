/** `pulumi preview` with the policy pack, judged like the embedded preview. */
import { spawn } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import * as readline from "node:readline";
import { criteria } from "../../policy/criteria";
import type { Scorecard } from "../../policy/kernel/ledger";
import type { PackConfig, PolicyInfo } from "../analyzer";
import { inScorecardOrder, type Judged } from "../scorecard/judged";
import { EngineEvents, type PlannedChange } from "./events";

/** How to preview with the engine. */
export interface EnginePreviewOptions {
    readonly stack: string;
    /** Levels of the stack's profile. */
    readonly levels: PackConfig;
    /** The `pulumi` binary. */
    readonly pulumi: string;
    /** Folder of the project. */
    readonly folder: string;
    /** More arguments for `pulumi preview`. */
    readonly flags?: readonly string[];
    readonly environment?: Readonly<Record<string, string | undefined>>;
    readonly missingSecrets?: readonly string[];
    /** Told what the engine does. */
    readonly progress?: (message: string) => void;
}

/** What came of it: a verdict, or what kept the engine from one. */
export interface EngineOutcome {
    /** Absent when the preview ended before the stack was judged. */
    readonly judged?: Judged;
    /** What an update would change. */
    readonly changes: readonly PlannedChange[];
    readonly errors: readonly string[];
    /** Exit code of the CLI. */
    readonly code: number;
}

/** The engine's own word for "there was a mandatory violation". */
const FAILED = "preview failed";

function policyInfos(levels: PackConfig): PolicyInfo[] {
    return criteria.map(({ id, name, severity, remediation }) => {
        const entry = levels[name] ?? levels.all ?? "mandatory";
        const level = typeof entry === "object" ? (entry.enforcementLevel ?? "mandatory") : entry;
        return { name, criterion: id, level, severity, remediation };
    });
}

/** Runs the CLI and hands each line of its output over; resolves with its exit code. */
function run(
    { pulumi, folder, environment }: EnginePreviewOptions,
    args: readonly string[],
    onLine: (line: string) => void,
    onError: (line: string) => void,
): Promise<number> {
    return new Promise((resolve, reject) => {
        const child = spawn(pulumi, args, {
            cwd: folder,
            env: {
                ...process.env,
                ...environment,
                // Without it `--json` says nothing about policies.
                PULUMI_ENABLE_STREAMING_JSON_PREVIEW: "true",
                PULUMI_SKIP_UPDATE_CHECK: "true",
            },
            // A passphrase may be asked for at the terminal.
            stdio: ["inherit", "pipe", "pipe"],
        });
        readline.createInterface({ input: child.stdout }).on("line", onLine);
        readline.createInterface({ input: child.stderr }).on("line", onError);
        child.once("error", reject);
        child.once("close", (code) => {
            resolve(code ?? 1);
        });
    });
}

/** Previews a stack with the engine and judges it with the pack. */
export async function previewWithEngine(options: EnginePreviewOptions): Promise<EngineOutcome> {
    const { stack, levels, flags = [], missingSecrets = [], progress } = options;
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), "platform-engine-"));
    const file = path.join(folder, "scorecard.json");
    const config = path.join(folder, "levels.json");
    const events = new EngineEvents();
    const said: string[] = [];
    try {
        fs.writeFileSync(
            config,
            JSON.stringify({ ...levels, scorecard: { enforcementLevel: "advisory", file } }),
        );
        const args = ["preview", "--stack", stack, "--json", "--non-interactive"];
        const pack = ["--policy-pack", "policy", "--policy-pack-config", config];
        const code = await run(
            options,
            [...args, ...pack, ...flags],
            (line) => {
                events.take(line);
                progress?.(`${events.resources.length} resources planned`);
            },
            (line) => said.push(line),
        );
        const errors = events.errors.filter((error) => error !== FAILED);
        const policies = policyInfos(levels);
        if (!events.finished || !fs.existsSync(file)) {
            const reasons = [...errors, ...said.filter((line) => line.trim() !== "")];
            const { changes } = events;
            return { code: code || 1, changes, errors: reasons.length > 0 ? reasons : [FAILED] };
        }
        return {
            code,
            changes: events.changes,
            errors,
            judged: {
                // Without the organisation and project that the CLI may want.
                stack: stack.split("/").at(-1) ?? stack,
                previewedBy: "pulumi preview",
                resources: events.resources,
                charts: events.charts,
                policies,
                violations: events.violations.map((violation) => ({
                    ...violation,
                    criterion:
                        policies.find(({ name }) => name === violation.policy)?.criterion ?? "",
                })),
                scorecard: inScorecardOrder(JSON.parse(fs.readFileSync(file, "utf8")) as Scorecard),
                missingSecrets,
                seconds: events.seconds,
            },
        };
    } finally {
        fs.rmSync(folder, { recursive: true, force: true });
    }
}
