/** `pulumi preview` with the policy pack, judged like the embedded preview. */
import type { StdioOptions } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import * as readline from "node:readline";
import type { Readable } from "node:stream";
import { temporaryFolder } from "../../components/base/ending";
import { criteria } from "../../policy/criteria";
import type { Scorecard } from "../../policy/kernel/ledger";
import { PROFILE_TAG } from "../../policy/kernel/profile-tag";
import { toPolicies, type WrittenScorecard } from "../../policy/kernel/policies";
import type { PackConfig, PolicyInfo } from "../analyzer";
import type { Details } from "../document";
import type { Judged } from "../scorecard/judged";
import { inOneOrder } from "../scorecard/order";
import { UsageError } from "../usage-error";
import { runChild } from "./child";
import { mistakeOf, reasonsOf } from "./cli-mistakes";
import { EngineEvents, type PlannedChange } from "./events";

/** How to preview with the engine. */
export interface EnginePreviewOptions {
    readonly stack: string;
    readonly profile: string;
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
    /** Whether the document is wanted, which has the inputs. */
    readonly withInputs?: boolean;
    /** Told what the engine does. */
    readonly progress?: (message: string) => void;
}

/** What came of it: a verdict, or what kept the engine from one. */
export interface EngineOutcome {
    /** Absent when the preview ended before the stack was judged. */
    readonly judged?: Judged;
    /** What only the document has; absent like the verdict. */
    readonly details?: Details;
    /** What an update would change. */
    readonly changes: readonly PlannedChange[];
    /** The URNs that each resource waits for; empty like the verdict is absent. */
    readonly dependencies: WrittenScorecard["dependencies"];
    readonly errors: readonly string[];
    /** Exit code of the CLI. */
    readonly code: number;
}

/** The engine's own word for "there was a mandatory violation". */
const FAILED = "preview failed";

/** The policies as the embedded preview hears of them from the pack, with the levels of this run. */
function policyInfos(levels: PackConfig): PolicyInfo[] {
    return toPolicies(criteria).map((policy) => {
        const entry = levels[policy.name] ?? levels.all ?? policy.enforcementLevel ?? "mandatory";
        const level = typeof entry === "object" ? (entry.enforcementLevel ?? "mandatory") : entry;
        return {
            name: policy.name,
            criterion: policy.framework?.reference ?? "",
            level: level === "advisory" || level === "disabled" ? level : "mandatory",
            severity: policy.severity ?? "unspecified",
            remediation: policy.remediationSteps ?? "",
            followsProfile: policy.tags?.includes(PROFILE_TAG) === true,
        };
    });
}

/** Runs the CLI and hands each line of its output over; resolves with its exit code. */
function run(
    { pulumi, folder, environment }: EnginePreviewOptions,
    args: readonly string[],
    onLine: (line: string) => void,
    onError: (line: string) => void,
): Promise<number> {
    const options = {
        cwd: folder,
        env: {
            ...process.env,
            ...environment,
            // Without it `--json` says nothing about policies.
            PULUMI_ENABLE_STREAMING_JSON_PREVIEW: "true",
            PULUMI_SKIP_UPDATE_CHECK: "true",
        },
        // A passphrase may be asked for at the terminal.
        stdio: ["inherit", "pipe", "pipe"] as StdioOptions,
    };
    return runChild(pulumi, args, options, ({ stdout, stderr }) => {
        const follow = (stream: Readable | null, take: (line: string) => void) => {
            if (stream !== null) {
                readline.createInterface({ input: stream }).on("line", take);
            }
        };
        follow(stdout, onLine);
        follow(stderr, onError);
    });
}

/** What the engine found out about the stack, in the order of all forms. */
function toJudged(
    { stack, profile, levels, missingSecrets = [] }: EnginePreviewOptions,
    events: EngineEvents,
    scorecard: Scorecard,
): Judged {
    const policies = policyInfos(levels);
    return inOneOrder({
        // Without the organisation and project that the CLI may want.
        stack: stack.split("/").at(-1) ?? stack,
        profile,
        previewedBy: "pulumi preview",
        resources: events.resources,
        charts: events.charts,
        pages: events.pages,
        policies,
        violations: events.violations.map((violation) => ({
            ...violation,
            criterion: policies.find(({ name }) => name === violation.policy)?.criterion ?? "",
        })),
        scorecard,
        missingSecrets,
        warnings: [...events.warnings],
        seconds: events.seconds,
    });
}

/** What only the document has: what the pack heard of dependencies, and the events of the rest. */
function toDetails(events: EngineEvents, written: WrittenScorecard): Details {
    return {
        resources: new Map(
            [...events.inputs].map(([urn, { inputs, provider }]) => [
                urn,
                { inputs, provider, dependsOn: written.dependencies[urn] ?? [] },
            ]),
        ),
        outputs: events.outputs,
    };
}

/**
 * Previews a stack with the engine and judges it with the pack.
 *
 * @throws UsageError for a mistake that the CLI has found
 * @throws Interrupted when it ended after a signal
 */
export async function previewWithEngine(options: EnginePreviewOptions): Promise<EngineOutcome> {
    const { stack, levels, flags = [], progress, withInputs = false } = options;
    const { folder, remove } = temporaryFolder("engine");
    const file = path.join(folder, "scorecard.json");
    const config = path.join(folder, "levels.json");
    const events = new EngineEvents(withInputs);
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
        if (!events.finished || !fs.existsSync(file)) {
            const mistake = mistakeOf([...said, ...errors], stack);
            if (mistake !== undefined) {
                throw new UsageError(mistake);
            }
            const reasons = errors.length > 0 ? errors : reasonsOf(said);
            const { changes } = events;
            return {
                code: code || 1,
                changes,
                dependencies: {},
                errors: reasons.length > 0 ? reasons : [FAILED],
            };
        }
        const written = JSON.parse(fs.readFileSync(file, "utf8")) as WrittenScorecard;
        return {
            code,
            changes: events.changes,
            dependencies: written.dependencies,
            errors,
            judged: toJudged(options, events, written),
            details: toDetails(events, written),
        };
    } finally {
        remove();
    }
}
