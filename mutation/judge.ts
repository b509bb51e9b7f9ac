/** Judges a stack and its mutants in this process, with the criteria of the pack. */
import { criteria } from "../policy/criteria";
import type { Criterion } from "../policy/kernel/criterion";
import { type Fact, Facts } from "../policy/kernel/facts";
import { Ledger } from "../policy/kernel/ledger";
import { factOf, type StackResource } from "../preview/recorded-stack";

/** What a mutant differs in; URNs not among the stack's are added. */
export interface Difference {
    readonly changed: readonly StackResource[];
    readonly removed: readonly string[];
}

const today = () => new Date().toISOString().slice(0, 10);

/** The violations of one criterion, each as one comparable text. */
function violations(criterion: Criterion, facts: Facts): string[] {
    const ledger = new Ledger(facts, today);
    const found =
        "judgeStack" in criterion
            ? ledger.record(criterion, "stack", criterion.judgeStack(facts))
            : facts.all().flatMap((fact) => {
                  const judgement = criterion.judgeResource(fact, facts);
                  return judgement === undefined
                      ? []
                      : ledger.record(criterion, fact.urn, judgement);
              });
    return found.map(({ urn, resource, message }) => `${urn} ${resource}: ${message}`);
}

/** A stack whose mutants are judged. */
export class MutantJudge {
    private readonly facts = new Map<string, Fact>();
    private readonly baseline = new Map<string, ReadonlySet<string>>();

    constructor(private readonly resources: readonly StackResource[]) {
        for (const resource of resources) {
            this.facts.set(resource.urn, factOf(resource));
        }
        const facts = this.collect({ changed: [], removed: [] });
        for (const criterion of criteria) {
            this.baseline.set(criterion.id, new Set(violations(criterion, facts)));
        }
    }

    /** What the stack violates before anything is changed. */
    known(): string[] {
        return [...this.baseline].flatMap(([id, found]) =>
            [...found].map((violation) => `${id} ${violation}`),
        );
    }

    /** What a resource is called by exceptions and messages. */
    keyOf(resource: StackResource): string {
        return this.facts.get(resource.urn)?.key ?? factOf(resource).key;
    }

    /**
     * The criteria that find something in the mutant that they do not find in the stack.
     *
     * @param asked default: all of the pack
     */
    caughtBy(difference: Difference, asked: readonly Criterion[] = criteria): string[] {
        const facts = this.collect(difference);
        return asked
            .filter((criterion) =>
                violations(criterion, facts).some(
                    (violation) => this.baseline.get(criterion.id)?.has(violation) !== true,
                ),
            )
            .map(({ id }) => id);
    }

    private collect({ changed, removed }: Difference): Facts {
        const gone = new Set(removed);
        const own = new Map(changed.map((resource) => [resource.urn, resource]));
        const added = changed.filter(({ urn }) => !this.facts.has(urn));
        const all = [...this.resources.map(({ urn }) => urn), ...added.map(({ urn }) => urn)];
        const facts = new Facts();
        const settled = all.filter((urn) => !gone.has(urn));
        const dependencies = new Map(
            this.resources.map((resource) => [resource.urn, resource.dependencies] as const),
        );
        for (const urn of settled) {
            const resource = own.get(urn);
            const fact = resource === undefined ? this.facts.get(urn) : factOf(resource);
            if (fact !== undefined) {
                facts.collect(fact);
            }
        }
        facts.settle(
            settled.map((urn) => ({
                urn,
                dependencies: (own.get(urn)?.dependencies ?? dependencies.get(urn) ?? []).map(
                    (dependency) => ({ urn: dependency }),
                ),
            })),
        );
        return facts;
    }
}
