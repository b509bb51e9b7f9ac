/** Tries every mutation on several resources and notes which criteria find it. */
import type { Mutant, Mutation } from "./define";
import { MutantJudge } from "./judge";
import { mutations } from "./mutations";
import { criteria } from "../policy/criteria";
import type { Inputs, StackResource } from "../preview/recorded-stack";

/** One mutant and who found it. */
export interface Attempt {
    /** Id of the mutation. */
    readonly id: string;
    /** The resource, as exceptions name it. */
    readonly resource: string;
    readonly change: string;
    /** The criterion that is about it. */
    readonly expected: string;
    /** Those of the criteria that were asked that found it. */
    readonly caughtBy: readonly string[];
}

/** What a run found out. */
export interface Proof {
    readonly attempts: readonly Attempt[];
    /** Mutations for which the stack has no resource. */
    readonly idle: readonly Mutation[];
    /** What the stack violates by itself. */
    readonly known: readonly string[];
}

/** Some of a list: the first, the last and others at equal distances. */
function sample<T>(items: readonly T[], count: number): T[] {
    const step = Math.max((items.length - 1) / Math.max(count - 1, 1), 1);
    const positions = Array.from({ length: Math.min(count, items.length) }, (_, index) =>
        Math.round(index * step),
    );
    return positions.flatMap((position) => items[position] ?? []);
}

/** `criterion resource` of every exception in the stack: there a mutation changes nothing. */
function excepted(stack: readonly StackResource[]): ReadonlySet<string> {
    const declared = stack.flatMap(({ inputs }) =>
        Array.isArray(inputs.exceptions) ? (inputs.exceptions as Inputs[]) : [],
    );
    return new Set(
        declared.map(({ criterion, resource }) => `${String(criterion)} ${String(resource)}`),
    );
}

/** How mutations are tried. */
export interface ProofOptions {
    /** Default: all there are. */
    readonly chosen?: readonly Mutation[];
    /**
     * Who is asked about a mutant: all criteria of the pack, or the one about it, which takes a
     * tenth of the time and says as well whether it escapes. Default: all.
     */
    readonly asked?: "all" | "expected";
}

/**
 * Runs the mutations.
 *
 * @param perMutation on how many resources each is tried
 */
export function tryMutations(
    stack: readonly StackResource[],
    perMutation: number,
    { chosen = mutations, asked = "all" }: ProofOptions = {},
): Proof {
    const judge = new MutantJudge(stack);
    const exceptions = excepted(stack);
    const attempts: Attempt[] = [];
    const idle: Mutation[] = [];
    for (const mutation of chosen) {
        const { id, expected, change } = mutation;
        const judgedBy = asked === "all" ? criteria : criteria.filter((one) => one.id === expected);
        const open = mutation
            .mutants(stack)
            .filter(
                ({ resource }: Mutant) => !exceptions.has(`${expected} ${judge.keyOf(resource)}`),
            );
        if (open.length === 0) {
            idle.push(mutation);
        }
        for (const { resource, difference } of sample(open, perMutation)) {
            const caughtBy = judge.caughtBy(difference, judgedBy);
            attempts.push({ id, resource: judge.keyOf(resource), change, expected, caughtBy });
        }
    }
    return { attempts, idle, known: judge.known() };
}

/** The attempts that the criterion about them did not find. */
export function escapedAttempts({ attempts }: Pick<Proof, "attempts">): Attempt[] {
    return attempts.filter(({ expected, caughtBy }) => !caughtBy.includes(expected));
}
