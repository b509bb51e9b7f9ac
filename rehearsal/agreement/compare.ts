/** The proof's verdict on one stack beside what the real scheduler does with it. */
import type { Lost } from "../../policy/engines/scheduling/cluster";
import { type Failure, losable, prove } from "../../policy/engines/scheduling/proof";
import type { Stage } from "./arena";
import { Dice } from "./dice";
import type { JudgedStack } from "./judged-stack";
import type { Pending } from "./pod-lives";
import { isExpected, type DecisionStep } from "./steps";
import { Trial } from "./trial";

/** How it came about that pods found no place. */
export interface Witness {
    /** `whole` with all nodes; a node that is lost while its pods run, or missing from the start. */
    readonly how:
        "whole" | "gone" | "back again" | "unreachable" | "anew without it" | "anew, unreachable";
    readonly attempt: number;
    readonly pending: readonly Pending[];
}

/** A decision that the proof's rules do not explain. */
export interface Deviation extends DecisionStep {
    readonly stack: string;
    readonly seed: number | undefined;
}

/** One question, and both answers. */
export interface Comparison {
    readonly stack: string;
    readonly seed: number | undefined;
    /** The lost node; undefined for the stack with all of its nodes. */
    readonly lost: string | undefined;
    /** What the proof says does not fit; undefined where all fits. */
    readonly failure: Failure | undefined;
    /** Pods that the scheduler left pending; undefined when it always placed all. */
    readonly witness: Witness | undefined;
}

/** All that was asked about a stack. */
export interface Compared {
    readonly comparisons: readonly Comparison[];
    /** How many single decisions were compared, and those that differ. */
    readonly decisions: number;
    readonly deviations: readonly Deviation[];
}

/** How hard to look. */
export interface Effort {
    /** Fillings of the cluster in which what should fit is checked. */
    readonly checks: number;
    /** Fillings in which to look for what should not fit. */
    readonly searches: number;
}

/** Without a change for so long, in milliseconds, the scheduler is taken to be done. */
const PATIENCE = 250;
/** The same where the answers differ; longer than its longest back-off of 10 s. */
const LONG_PATIENCE = 11_000;
const HOWS = ["gone", "unreachable"] as const;

/** Judges one stack in an arena. */
class Comparing {
    private readonly trial: Trial;
    private readonly dice: Dice;
    private readonly failures = new Map<string | undefined, Failure>();
    private readonly witnesses = new Map<number | undefined, Witness>();
    private readonly steps: DecisionStep[] = [];
    private readonly losses: readonly number[];

    constructor(
        arena: Stage,
        private readonly stack: JudgedStack,
        private readonly effort: Effort,
    ) {
        this.trial = new Trial(arena, stack);
        this.dice = new Dice(stack.seed ?? 1);
        this.losses = losable(stack.nodes);
        for (const failure of prove(stack.nodes, stack.templates)) {
            this.failures.set(failure.node, failure);
        }
    }

    async run(): Promise<Compared> {
        const { checks, searches } = this.effort;
        for (let attempt = 0; attempt < Math.max(checks, searches); attempt++) {
            const open = [undefined, ...this.losses].filter((lost) => this.isOpen(lost, attempt));
            if (open.length > 0) {
                await this.attempt(attempt, open);
            }
        }
        const isWhole = this.failures.has(undefined) || this.witnesses.has(undefined);
        const questions = isWhole ? [undefined] : [undefined, ...this.losses];
        const { name: stack, seed } = this.stack;
        return {
            comparisons: questions.map((lost) => ({
                stack,
                seed,
                lost: this.nameOf(lost),
                failure: this.failures.get(this.nameOf(lost)),
                witness: this.witnesses.get(lost),
            })),
            decisions: this.steps.length,
            deviations: this.steps
                .filter((step) => !isExpected(step))
                .map((step) => ({ stack, seed, ...step })),
        };
    }

    private nameOf(lost: number | undefined): string | undefined {
        return lost === undefined ? undefined : this.stack.nodes[lost]?.name;
    }

    /** Whether a question still needs an attempt: a witness answers it for good. */
    private isOpen(lost: number | undefined, attempt: number): boolean {
        if (this.witnesses.has(lost) || this.witnesses.has(undefined)) {
            return false;
        }
        if (lost !== undefined && this.failures.has(undefined)) {
            return false;
        }
        const isExpected = this.failures.has(this.nameOf(lost));
        return attempt < (isExpected ? this.effort.searches : this.effort.checks);
    }

    private async attempt(attempt: number, open: readonly (number | undefined)[]): Promise<void> {
        const { trial } = this;
        const order = this.order(attempt);
        if (attempt === 0) {
            this.steps.push(...(await trial.startByStep(order)));
        } else {
            await trial.start(order);
        }
        if (await this.observe(undefined, "whole", attempt)) {
            return;
        }
        const earlier = this.dice.one(this.losses);
        if (attempt % 2 === 1 && (await this.hasBadHistory(earlier, attempt, order))) {
            return;
        }
        const places = trial.places();
        for (const lost of open) {
            if (lost === undefined) {
                continue;
            }
            for (const how of HOWS) {
                if (this.witnesses.has(lost)) {
                    continue;
                }
                await trial.lose({ node: lost, how }, order);
                await this.observe(lost, how, attempt);
                await trial.restore(places);
            }
        }
        for (const lost of open) {
            if (lost !== undefined && this.isAnewToo(lost, attempt)) {
                await this.startAnew({ node: lost, how: this.dice.one(HOWS) }, attempt);
            }
        }
    }

    /** Loses a node and gives it back, so that pods are where no filling puts them. */
    private async hasBadHistory(
        lost: number,
        attempt: number,
        order: readonly number[],
    ): Promise<boolean> {
        const { trial } = this;
        await trial.lose({ node: lost, how: "gone" }, order);
        const isBad = await this.observe(lost, "gone", attempt);
        await trial.giveBack();
        return isBad || this.observe(lost, "back again", attempt);
    }

    /** What should not fit is also looked for from nothing; what should, now and then. */
    private isAnewToo(lost: number, attempt: number): boolean {
        const isExpected = this.failures.has(this.nameOf(lost));
        return !this.witnesses.has(lost) && (isExpected ? attempt > 0 : this.dice.happens(0.2));
    }

    private async startAnew(lost: Lost, attempt: number): Promise<void> {
        await this.trial.start(this.order(attempt), lost);
        const how = lost.how === "gone" ? "anew without it" : "anew, unreachable";
        await this.observe(lost.node, how, attempt);
    }

    /** Waits for the scheduler, and keeps what it leaves pending. */
    private async observe(
        lost: number | undefined,
        how: Witness["how"],
        attempt: number,
    ): Promise<boolean> {
        const isExpected = this.failures.has(this.nameOf(lost));
        const pending = await this.trial.settle(PATIENCE);
        const still =
            pending.length > 0 && !isExpected ? await this.trial.settle(LONG_PATIENCE) : pending;
        if (still.length > 0) {
            this.witnesses.set(lost, { how, attempt, pending: still });
        }
        return still.length > 0;
    }

    /** At random, as declared, large pods last, large pods first, and at random again. */
    private order(attempt: number): number[] {
        const { pods } = this.trial;
        const declared = [...pods.keys()];
        const size = (index: number) => {
            const { cpu = 0, memory = 0 } = pods[index]?.template.requests ?? {};
            return Math.max(cpu / 1000, memory / 2 ** 32);
        };
        switch (attempt) {
            case 1:
                return declared;
            case 2:
                return declared.sort((left, right) => size(left) - size(right));
            case 3:
                return declared.sort((left, right) => size(right) - size(left));
            default:
                return this.dice.shuffled(declared);
        }
    }
}

/** Lets both judge a stack: with all nodes, and without each worker. */
export function compare(arena: Stage, stack: JudgedStack, effort: Effort): Promise<Compared> {
    return new Comparing(arena, stack, effort).run();
}
