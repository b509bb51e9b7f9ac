/**
 * SEC-11, images scanned before a sync: what a Pipeline of Tekton gives a name that is deployed from
 * has passed a scan that ends the run on a critical vulnerability (pipeline v1.15:
 * pkg/apis/pipeline/v1/pipeline_types.go, task_types.go; trivy v0.72: pkg/flag/scan_flags.go,
 * report_flags.go).
 */
import { type Finding, notJudged, violated } from "../../kernel/criterion";
import type { Fact, Facts, ObjectOf } from "../../kernel/facts";
import { parseImage } from "../../kubernetes/images";
import { holdsUnknown, isTree, read, readList, readString, type Tree } from "../../kernel/tree";

/** A task of a Pipeline, with the steps of the Task that it names or holds. */
interface PipelineTask {
    readonly name: string;
    readonly tree: Tree;
    /** undefined where its Task is not declared in this stack, as one that a resolver fetches. */
    readonly spec: Tree | undefined;
}

/** Words of a step's command line; of a script each word, too. */
function wordsOf(step: unknown): string[] {
    const script = readString(step, "script") ?? "";
    const listed = [...readList(step, "command"), ...readList(step, "args")].map(String);
    // A shell gets its script as one word.
    return [...listed.flatMap((word) => word.split(/\s+/)), ...script.split(/\s+/)].filter(
        (word) => word !== "",
    );
}

const nameOf = (word: string) => word.split("/").at(-1) ?? word;
/** What ends a command of a shell. */
const isEnd = (word: string) => /^(;|&&|\|\|?)$/.test(word) || word.endsWith(";");

/** A program with its subcommands; without any it is enough that it runs. */
type Programs = readonly (readonly [program: string, subcommands?: readonly string[]])[];

/** What follows each start of a program in a step. */
function callsOf(step: unknown, program: string): string[][] {
    const words = wordsOf(step);
    const image = nameOf(parseImage(readString(step, "image") ?? "").repository);
    const starts = words.flatMap((word, index) => (nameOf(word) === program ? [index + 1] : []));
    // Without a command the image's own program runs.
    const own = image === program && readList(step, "command").length === 0 ? [0] : [];
    return [...starts, ...own].map((start) => {
        const rest = words.slice(start);
        const end = rest.findIndex(isEnd);
        return end === -1 ? rest : rest.slice(0, end + 1);
    });
}

function runs(step: unknown, programs: Programs): boolean {
    return programs.some(([program, subcommands]) =>
        callsOf(step, program).some(
            (words) =>
                subcommands === undefined || words.some((word) => subcommands.includes(word)),
        ),
    );
}

/** Programs that give an image in a registry another name, or vouch for it. */
const NAMES: Programs = [
    ["cosign", ["copy", "sign"]],
    ["crane", ["copy", "cp", "tag"]],
    ["oras", ["copy", "cp", "tag"]],
    ["regctl", ["copy", "cp"]],
];

/** Programs that bring an image into a registry: what may be a candidate still. */
const PUSHES: Programs = [
    ["creator"],
    ["exporter"],
    ["executor"],
    ["ko", ["build", "publish", "resolve", "apply"]],
    ["crane", ["push", "append"]],
    ["docker", ["push"]],
    ["podman", ["push"]],
    ["buildah", ["push"]],
    ["img", ["push"]],
    ["nerdctl", ["push"]],
];

/** skopeo writes to folders as well. */
function copiesToRegistry(step: unknown): boolean {
    return callsOf(step, "skopeo").some(
        (words) =>
            words.includes("copy") &&
            words
                .filter((word) => /^[a-z-]+:/.test(word))
                .at(-1)
                ?.startsWith("docker://") === true,
    );
}

/** The value of a flag, `--name=value` or `--name value`; the last one counts. */
function flag(words: readonly string[], name: string): string | undefined {
    return words
        .flatMap((word, index) =>
            word === `--${name}`
                ? [words[index + 1] ?? ""]
                : word.startsWith(`--${name}=`)
                  ? [word.slice(name.length + 3)]
                  : [],
        )
        .at(-1);
}

/** What a variable of the step says where the flag does not: Trivy reads each of its flags there too. */
function setting(step: unknown, name: string): string | undefined {
    const variable = `TRIVY_${name.toUpperCase().replace("-", "_")}`;
    const entry = readList(step, "env").find((one) => readString(one, "name") === variable);
    return flag(wordsOf(step), name) ?? readString(entry, "value");
}

/** Whether a step ends its task with an error when an image has a critical vulnerability. */
function stops(step: unknown): boolean {
    const code = setting(step, "exit-code");
    const severities = setting(step, "severity")?.split(",") ?? ["CRITICAL"];
    const scanners = setting(step, "scanners")?.split(",") ?? ["vuln"];
    return (
        runs(step, [["trivy", ["image", "i"]]]) &&
        code !== undefined &&
        /^[1-9]\d*$/.test(code) &&
        severities.some((severity) => severity.trim().toUpperCase() === "CRITICAL") &&
        scanners.some((scanner) => scanner.trim() === "vuln") &&
        readString(step, "onError") !== "continue"
    );
}

const stepsOf = ({ spec }: PipelineTask) => readList(spec, "steps");

/** A task that lets nothing through: it is not skipped, and its end is that of the run. */
function isGate(task: PipelineTask): boolean {
    return (
        stepsOf(task).some(stops) &&
        readString(task.tree, "onError") !== "continue" &&
        readList(task.tree, "when").length === 0
    );
}

/** Names of the tasks that have ended well before one starts, directly or through others. */
function before(task: PipelineTask, tasks: readonly PipelineTask[]): ReadonlySet<string> {
    const found = new Set<string>();
    const text = (one: PipelineTask) => JSON.stringify(readList(one.tree, "params"));
    const add = (one: PipelineTask): void => {
        const named = readList(one.tree, "runAfter").map(String);
        // What takes a result of another waits for it.
        const taken = tasks
            .filter(({ name }) => text(one).includes(`$(tasks.${name}.results.`))
            .map(({ name }) => name);
        for (const name of [...named, ...taken].filter((each) => !found.has(each))) {
            found.add(name);
            tasks.filter((other) => other.name === name).forEach(add);
        }
    };
    add(task);
    return found;
}

function tasksOf(facts: Facts, pipeline: ObjectOf): PipelineTask[] {
    const declared = facts
        .objects("tekton.dev", "Task")
        .filter(({ object }) => object.namespace === pipeline.object.namespace);
    return readList(pipeline.inputs, "spec", "tasks")
        .filter(isTree)
        .map((tree) => {
            const own = read(tree, ["taskSpec"]);
            const named = declared.find(
                ({ object }) => object.name === readString(tree, "taskRef", "name"),
            );
            const spec = own.state === "known" ? own.value : named?.inputs.spec;
            return {
                name: readString(tree, "name") ?? "?",
                tree,
                spec: isTree(spec) ? spec : undefined,
            };
        });
}

function judgePipeline(facts: Facts, pipeline: ObjectOf): Finding[] {
    const tasks = tasksOf(facts, pipeline);
    if (holdsUnknown(pipeline.inputs.spec) || tasks.some(({ spec }) => holdsUnknown(spec))) {
        return [notJudged(pipeline, "its tasks or their steps are known only at the update")];
    }
    const isGated = (task: PipelineTask) => {
        const earlier = before(task, tasks);
        return tasks.some((other) => earlier.has(other.name) && isGate(other));
    };
    const naming = tasks.filter((task) =>
        stepsOf(task).some((step) => runs(step, NAMES) || copiesToRegistry(step)),
    );
    const pushing = tasks.filter((task) => stepsOf(task).some((step) => runs(step, PUSHES)));
    // What is pushed is a candidate while something else names it after the scan.
    const ungated = (naming.some(isGated) ? naming : [...new Set([...pushing, ...naming])]).filter(
        (task) => !isGated(task),
    );
    if (ungated.length === 0) {
        return [];
    }
    const unread = tasks.filter(({ spec }) => spec === undefined).map(({ name }) => name);
    return unread.length > 0
        ? [notJudged(pipeline, `nobody here knows the steps of its task ${unread.join(", ")}`)]
        : ungated.map(({ name }) =>
              violated(
                  pipeline,
                  `its task ${name} puts an image where it is deployed from before a scan could stop it; let it run after a task with trivy image --exit-code=1 --severity=CRITICAL`,
              ),
          );
}

/** Pipelines, and what of their images nobody has scanned. */
export function judgePipelineScans(facts: Facts): { judged: Fact[]; findings: Finding[] } {
    const pipelines = facts.objects("tekton.dev", "Pipeline");
    return {
        judged: pipelines,
        findings: pipelines.flatMap((pipeline) => judgePipeline(facts, pipeline)),
    };
}
