/**
 * How an operation goes: a plan before anything is touched, then one step after the other, and at the
 * first that fails the sentence that says how to go on. What is done already is left out, so the same
 * command goes on where another one was killed.
 */
import { isSystemError } from "./failures";
import { OperationError } from "./operation-error";

/** One step. */
export interface Step {
    /** What it does, as an instruction: `Upgrade ctrl-1 to v1.13.9`. */
    readonly title: string;
    /** Whether there is nothing to do. */
    readonly isDone: () => Promise<boolean>;
    readonly run: () => Promise<void>;
}

/** What is about to be done. */
export interface Operation {
    readonly name: string;
    readonly stack: string;
    readonly steps: readonly Step[];
    /** What keeps it from beginning, one sentence each; nothing is touched then. */
    readonly faults: readonly string[];
    /** How to go on after a failure, a sentence. */
    readonly goOn: string;
    /** What is left to a person when it is done. */
    readonly afterwards?: string;
}

/** How it is run. */
export interface Manner {
    readonly dryRun: boolean;
    /** Asks a person; whether to go on. */
    readonly confirm: () => Promise<boolean>;
    /** Tells a person how it goes. */
    readonly tell: (line: string) => void;
}

/** What became of a step. */
export interface StepResult {
    readonly title: string;
    readonly state: "done already" | "planned" | "done" | "failed" | "not reached";
}

/** What became of an operation. */
export interface Result {
    readonly operation: string;
    readonly stack: string;
    readonly outcome: "refused" | "planned" | "declined" | "done" | "failed" | "differences";
    readonly steps: readonly StepResult[];
    readonly faults: readonly string[];
    readonly goOn?: string;
    readonly afterwards?: string;
}

/** Exit code of a result: 0 when done or planned, else 1. */
export function exitCode({ outcome }: Result): number {
    return outcome === "done" || outcome === "planned" ? 0 : 1;
}

/** The sentences of a failure that is not a mistake of ours; those of ours go on. */
function sentencesOf(error: unknown): readonly string[] {
    if (error instanceof OperationError) {
        return error.faults;
    }
    if (isSystemError(error)) {
        return [error.message.split("\n")[0] ?? ""];
    }
    throw error;
}

async function runSteps(
    { steps }: Operation,
    done: ReadonlySet<Step>,
    tell: (line: string) => void,
): Promise<{ readonly states: StepResult[]; readonly faults: readonly string[] }> {
    const states: StepResult[] = [];
    let faults: readonly string[] = [];
    for (const [index, step] of steps.entries()) {
        const { title } = step;
        const place = `[${index + 1}/${steps.length}]`;
        if (faults.length > 0) {
            states.push({ title, state: "not reached" });
            continue;
        }
        try {
            if (done.has(step) || (await step.isDone())) {
                states.push({ title, state: "done already" });
                continue;
            }
            tell(`${place} ${title} ...`);
            await step.run();
            states.push({ title, state: "done" });
        } catch (error) {
            faults = sentencesOf(error);
            states.push({ title, state: "failed" });
        }
    }
    return { states, faults };
}

/** The plan as text. */
export function planText({ name, stack, steps }: Operation, done: ReadonlySet<Step>): string {
    const lines = steps.map(
        (step, index) =>
            `  ${String(index + 1).padStart(2)}. ${step.title}${done.has(step) ? " (done already)" : ""}`,
    );
    return [`${name} of ${stack}:`, ...lines].join("\n");
}

/** Which steps have nothing to do now. */
async function stepsDone(steps: readonly Step[]): Promise<ReadonlySet<Step>> {
    const done = new Set<Step>();
    for (const step of steps) {
        if (await step.isDone()) {
            done.add(step);
        }
    }
    return done;
}

/** Shows the plan, asks, and runs it. */
export async function runOperation(
    operation: Operation,
    { dryRun, confirm, tell }: Manner,
): Promise<Result> {
    const { name, stack, steps, goOn, afterwards } = operation;
    const shared = { operation: name, stack };
    const done = await stepsDone(steps);
    const planned = steps.map((step): StepResult => {
        return { title: step.title, state: done.has(step) ? "done already" : "planned" };
    });
    if (operation.faults.length > 0) {
        return { ...shared, outcome: "refused", steps: planned, faults: operation.faults };
    }
    tell(planText(operation, done));
    if (dryRun) {
        return { ...shared, outcome: "planned", steps: planned, faults: [] };
    }
    if (done.size === steps.length) {
        return { ...shared, outcome: "done", steps: planned, faults: [], afterwards };
    }
    if (!(await confirm())) {
        return { ...shared, outcome: "declined", steps: planned, faults: [] };
    }
    const { states, faults } = await runSteps(operation, new Set(), tell);
    return faults.length > 0
        ? { ...shared, outcome: "failed", steps: states, faults, goOn }
        : { ...shared, outcome: "done", steps: states, faults: [], afterwards };
}
