/** The law about unknown values: nothing is met because a value is not known yet. */
import type { Criterion } from "../../policy/kernel/criterion";
import { installDeserializeOnce } from "../../policy/sdk/deserialize-once";
import { pathsOf, withValue } from "./change";
import { judge, type Resource, UNKNOWN } from "./harness";

/** For the tests of a suite, reads a resource once for all stacks that have it, as the pack does. */
export function deserializingOnce(): void {
    let uninstall: () => void = () => undefined;
    before(() => {
        uninstall = installDeserializeOnce();
    });
    after(() => {
        uninstall();
    });
}

/** The criteria that a stack does not meet. */
async function unmetBy(
    stack: readonly Resource[],
    judgedBy: readonly Criterion[],
): Promise<Criterion[]> {
    const { scorecard } = await judge(stack, { judgedBy });
    const unmet = new Set(
        scorecard.criteria.filter(({ verdict }) => verdict !== "met").map(({ id }) => id),
    );
    return judgedBy.filter(({ id }) => unmet.has(id));
}

/**
 * Puts an unknown value in the place of each value of a resource, and takes each away: whoever
 * misses a value that is gone must not be content with one that nobody knows.
 *
 * @param stackWith the stack with another resource in the place of this one
 * @returns a sentence for each criterion and path where it is otherwise
 */
export async function silencedByUnknowns(
    resource: Resource,
    stackWith: (changed: Resource) => readonly Resource[],
    judgedBy: readonly Criterion[],
): Promise<string[]> {
    const silenced: string[] = [];
    // The type of a resource tells its kind even where the inputs do not.
    const paths = pathsOf(resource.inputs).filter(
        ([first]) => first !== "apiVersion" && first !== "kind",
    );
    for (const path of paths) {
        const of = (value: unknown) => stackWith(withValue(resource, path, value));
        const without = await unmetBy(of(undefined), judgedBy);
        // Nobody misses most values, and an unknown one is judged only by those who do.
        const withUnknown = without.length > 0 ? await unmetBy(of(UNKNOWN), without) : [];
        silenced.push(
            ...without
                .filter((criterion) => !withUnknown.includes(criterion))
                .map(({ id }) => `${id} is met by an unknown ${path.join(".")}`),
        );
    }
    return silenced;
}
