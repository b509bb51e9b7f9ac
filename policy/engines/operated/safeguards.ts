/** What keeps the data of custom resources, as their rooms say. */
import type { Safeguard } from "../../../operators/behaviour";
import { type Finding, type Judgement, notJudged, violated } from "../../kernel/criterion";
import type { Fact, Facts } from "../../kernel/facts";
import { HIDDEN, operatedStack } from "./resources";

/** The safeguards of a resource of one kind; none where its room names none. */
export function safeguardsOf(
    facts: Facts,
    fact: Fact,
    against: Safeguard["against"],
): readonly Finding[] {
    const { resources, hidden } = operatedStack(facts);
    const known = resources.get(fact.urn);
    const isHidden = hidden.some((other) => other.fact.urn === fact.urn);
    return known === undefined
        ? isHidden
            ? [notJudged(fact, HIDDEN)]
            : []
        : (known.behaviour.safeguards?.(known.resource) ?? [])
              .filter((safeguard) => safeguard.against === against && !safeguard.isMet)
              .map(({ found, wanted }) => violated(fact, `${found}; ${wanted}`));
}

/** Judges all resources whose rooms name safeguards of one kind. */
export function judgeSafeguards(facts: Facts, against: Safeguard["against"]): Judgement {
    const { resources, hidden } = operatedStack(facts);
    const known = [...resources.values()].filter(({ resource, behaviour }) =>
        behaviour.safeguards?.(resource).some((safeguard) => safeguard.against === against),
    );
    const vague = hidden.filter(({ behaviour }) => behaviour.safeguards !== undefined);
    const judged = [...known, ...vague].map(({ fact }) => fact);
    return {
        subjects: judged.length,
        judged,
        findings: judged.flatMap((fact) => safeguardsOf(facts, fact, against)),
    };
}
