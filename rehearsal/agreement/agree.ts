/** Whether the N+1 proof and the real scheduler agree: on many generated stacks, and on real ones. */
import { UsageError } from "../../preview/stack-file";
import type { Progress } from "../../preview/run";
import { nowAndThen } from "../cluster";
import type { ControlPlane } from "../control-plane";
import { Kubernetes } from "../../kubernetes-client/kubernetes";
import type { RehearsedStack } from "../stack";
import { Arena } from "./arena";
import { compare, type Compared, type Comparison, type Deviation, type Effort } from "./compare";
import { atTheEdge } from "./edge";
import { generate } from "./generate";
import { type JudgedStack, toJudgedStack } from "./judged-stack";

/** What is compared. */
export interface AgreementOptions {
    /** How many stacks are generated. */
    readonly count: number;
    /** Seed of the first; the others have those after it; default: 1. */
    readonly seed?: number;
    /** Stacks of this repository, which are compared too, also on smaller nodes. */
    readonly stacks?: readonly RehearsedStack[];
    /** How hard to look; default: two fillings of the cluster for what fits, four for the rest. */
    readonly effort?: Effort;
}

/** What came of it. A question is whether a stack fits with all nodes, or without one of them. */
export interface Agreement {
    /** Seed of the first generated stack. */
    readonly seed: number;
    /** Stacks. */
    readonly cases: number;
    readonly questions: number;
    readonly bothFit: number;
    readonly neitherFits: number;
    /** The proof says that all fits, and the scheduler left pods pending: must be empty. */
    readonly falseFits: readonly Comparison[];
    /** The proof says that something does not fit, and the scheduler placed all in every attempt. */
    readonly falseAlarms: readonly Comparison[];
    /** False alarms as a share of all questions. */
    readonly rate: number;
    /** Single decisions that were compared with the proof's filters and scores. */
    readonly decisions: number;
    readonly deviations: readonly Deviation[];
}

const EFFORT: Effort = { checks: 2, searches: 4 };

/** Counts the answers. Pure. */
export function toAgreement(seed: number, compared: readonly Compared[]): Agreement {
    const all = compared.flatMap(({ comparisons }) => comparisons);
    const those = (fitsByProof: boolean, placed: boolean) =>
        all.filter(
            ({ failure, witness }) =>
                (failure === undefined) === fitsByProof && (witness === undefined) === placed,
        );
    const falseAlarms = those(false, true);
    return {
        seed,
        cases: compared.length,
        questions: all.length,
        bothFit: those(true, true).length,
        neitherFits: those(false, false).length,
        falseFits: those(true, false),
        falseAlarms,
        rate: all.length === 0 ? 0 : falseAlarms.length / all.length,
        decisions: compared.reduce((sum, { decisions }) => sum + decisions, 0),
        deviations: compared.flatMap(({ deviations }) => deviations),
    };
}

/** Whether the proof can be trusted. */
export function isTrustworthy({ falseFits, deviations }: Agreement): boolean {
    return falseFits.length === 0 && deviations.length === 0;
}

function* stacksOf({ count, seed = 1, stacks = [] }: AgreementOptions): Generator<JudgedStack> {
    for (const stack of stacks.map(toJudgedStack)) {
        yield stack;
        yield* atTheEdge(stack);
    }
    for (let index = 0; index < count; index++) {
        yield generate(seed + index);
    }
}

/**
 * Compares.
 *
 * @param control a control plane of its own, started with {@link arenaConfiguration}: all nodes and
 * pods on it are removed
 * @throws UsageError when the control plane ends by itself
 * @throws Error when it does not take what it should
 */
export async function agree(
    control: Pick<ControlPlane, "kubeconfig" | "signal">,
    options: AgreementOptions,
    progress: Progress,
): Promise<Agreement> {
    const kubernetes = await Kubernetes.connect(control.kubeconfig);
    const arena = await Arena.open(kubernetes);
    const tell = nowAndThen(progress);
    const compared: Compared[] = [];
    try {
        for (const stack of stacksOf(options)) {
            try {
                compared.push(await compare(arena, stack, options.effort ?? EFFORT));
            } catch (error) {
                const reason: unknown = control.signal.reason;
                throw reason instanceof UsageError
                    ? reason
                    : new Error(`${stack.name}: ${(error as Error).message}`, { cause: error });
            }
            const { questions, falseFits } = toAgreement(0, compared);
            tell(
                `${compared.length} stacks compared, ${questions} questions, ${falseFits.length} times the proof said "fits" in vain`,
            );
        }
    } finally {
        await arena.close();
        kubernetes.close();
    }
    return toAgreement(options.seed ?? 1, compared);
}
