/** Workflows of CI as GitHub reads them, and what CI-03 asks of them. Pure. */
import * as yaml from "js-yaml";

type Tree = Readonly<Record<string, unknown>>;

function tree(value: unknown): Tree {
    return typeof value === "object" && value !== null && !Array.isArray(value)
        ? (value as Tree)
        : {};
}

/** A workflow by its file. */
export interface Workflow {
    readonly file: string;
    readonly on: Tree;
    readonly permissions: unknown;
    readonly jobs: readonly Tree[];
    /** Every command of every step. */
    readonly commands: readonly string[];
    readonly steps: readonly Tree[];
}

/** Reads a workflow; a trigger without settings is there with none. */
export function readWorkflow(file: string, text: string): Workflow {
    const read = tree(yaml.load(text));
    const on =
        typeof read.on === "string"
            ? { [read.on]: {} }
            : Array.isArray(read.on)
              ? Object.fromEntries(read.on.map((event) => [String(event), {}]))
              : tree(read.on);
    const jobs = Object.values(tree(read.jobs)).map(tree);
    const steps = jobs.flatMap((job) => (Array.isArray(job.steps) ? job.steps.map(tree) : []));
    return {
        file,
        on,
        permissions: read.permissions,
        jobs,
        steps,
        commands: steps.flatMap(({ run }) => (typeof run === "string" ? [run] : [])),
    };
}

/** What the repository must do by itself, and the command by which it does. */
const DUTIES: readonly {
    readonly what: string;
    readonly on: "pull_request" | "schedule";
    readonly command: RegExp;
}[] = [
    { what: "lint and tests", on: "pull_request", command: /\.ci\/run|make test/ },
    { what: "the preview of each stack", on: "pull_request", command: /npm run .*\bpreview\b/ },
    { what: "a scan for secrets", on: "pull_request", command: /make secrets/ },
    { what: "a scan of images", on: "pull_request", command: /make image-scan/ },
    { what: "a scan of images", on: "schedule", command: /make image-scan/ },
    { what: "a look for drift", on: "schedule", command: /make drift/ },
];

const isPinned = (uses: unknown) =>
    typeof uses !== "string" || uses.startsWith("./") || /@[0-9a-f]{40}$/.test(uses);

/** Faults of one workflow: what it trusts, and what it may. */
function faultsOf({ file, on, permissions, jobs, steps }: Workflow): string[] {
    const foreign = steps.filter(({ uses }) => !isPinned(uses)).map(({ uses }) => String(uses));
    const granted = [permissions, ...jobs.map((job) => job.permissions)].flatMap((one) =>
        Object.entries(tree(one)),
    );
    const isForked = "pull_request" in on;
    const text = JSON.stringify([jobs, steps]);
    return [
        ...foreign.map((uses) => `${file} uses ${uses}, which can change: pin it by its commit`),
        ...(typeof permissions === "object" && permissions !== null
            ? []
            : [`${file} says no permissions, so it has all: say which it needs`]),
        ...(isForked
            ? granted
                  .filter(([, right]) => right === "write")
                  .map(([what]) => `${file} may write ${what} for anybody's pull request`)
            : []),
        ...(isForked && /\$\{\{\s*secrets\./.test(text)
            ? [`${file} hands secrets to what a pull request runs`]
            : []),
        ...("pull_request_target" in on
            ? [`${file} runs with rights on pull_request_target: use workflow_run`]
            : []),
        ...steps
            .filter(({ uses }) => String(uses).startsWith("actions/checkout@"))
            .filter((step) => tree(step.with)["persist-credentials"] !== false)
            .map(() => `${file} leaves its token behind: set persist-credentials to false`),
        ...jobs
            .filter((job) => job["timeout-minutes"] === undefined)
            .map(() => `${file} has a job without an end: set timeout-minutes`),
    ];
}

/** The stacks that a workflow goes through. */
function stacksOf({ jobs }: Workflow): string[] {
    return jobs.flatMap((job) => {
        const { stack } = tree(tree(job.strategy).matrix);
        return Array.isArray(stack) ? stack.map(String) : [];
    });
}

/**
 * CI-03: what the workflows lack.
 *
 * @param stacks those that each pull request must preview
 */
export function judgeWorkflows(
    workflows: readonly Workflow[],
    stacks: readonly string[],
): string[] {
    const doing = ({ on, command }: (typeof DUTIES)[number]) =>
        workflows.filter(
            (workflow) => on in workflow.on && workflow.commands.some((one) => command.test(one)),
        );
    return [
        ...DUTIES.filter((duty) => doing(duty).length === 0).map(
            ({ what, on }) => `no workflow does ${what} on ${on}`,
        ),
        ...DUTIES.filter(({ what }) => what.startsWith("the preview")).flatMap((duty) => {
            const found = doing(duty).flatMap(stacksOf);
            return doing(duty).length === 0
                ? []
                : stacks
                      .filter((stack) => !found.includes(stack))
                      .map((stack) => `no pull request previews ${stack}`);
        }),
        ...workflows.flatMap(faultsOf),
    ];
}

/** CI-03: what the hooks before a commit lack. */
export function judgeHooks(text: string): string[] {
    const { repos } = tree(yaml.load(text));
    const found = (Array.isArray(repos) ? repos : []).map(tree);
    const hooks = found.flatMap(({ hooks: own }) => (Array.isArray(own) ? own.map(tree) : []));
    const entries = hooks.map(({ entry }) => String(entry));
    const wanted: readonly (readonly [what: string, entry: RegExp])[] = [
        ["looks for secrets", /^gitleaks /],
        ["checks the format", /prettier --check/],
        ["lints", /eslint/],
        ["checks types", /typecheck/],
    ];
    return [
        ...wanted
            .filter(([, entry]) => !entries.some((one) => entry.test(one)))
            .map(([what]) => `no hook ${what}`),
        ...found
            .filter(({ repo, rev }) => repo !== "local" && !/^[0-9a-f]{40}$/.test(String(rev)))
            .map(({ repo }) => `hooks of ${String(repo)} can change: pin them by their commit`),
        ...hooks
            .flatMap((hook) => (hook.additional_dependencies ?? []) as readonly unknown[])
            .filter((dependency) => !/@v?\d+\.\d+\.\d+$/.test(String(dependency)))
            .map((dependency) => `${String(dependency)} is not pinned to a version`),
    ];
}
