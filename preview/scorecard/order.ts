/**
 * One order for everything that is told of a stack. The engine registers and judges side by side, in
 * another order in each run; what a person compares, and a truncated list, must not depend on it.
 */
import { categories } from "../../policy/kernel/criterion";
import type { Scorecard } from "../../policy/kernel/ledger";
import type { Judged } from "./judged";

/** Compares by the texts, the first one that differs. */
export function byTexts<T>(textsOf: (item: T) => readonly string[]): (one: T, other: T) => number {
    return (one, other) => {
        const others = textsOf(other);
        for (const [index, text] of textsOf(one).entries()) {
            const against = others[index] ?? "";
            if (text !== against) {
                // Not by a locale, which differs from machine to machine.
                return text < against ? -1 : 1;
            }
        }
        return 0;
    };
}

/** A copy in that order. */
export function sortedBy<T>(items: readonly T[], textsOf: (item: T) => readonly string[]): T[] {
    return [...items].sort(byTexts(textsOf));
}

/** An id with its number filled up, so that its text sorts by the number. */
function sortable(id: string): string {
    return id.replace(/\d+/, (number) => number.padStart(6, "0"));
}

/** The scorecard with its criteria in the order of their numbers, whatever file they stand in. */
export function inScorecardOrder(scorecard: Scorecard): Scorecard {
    const criteria = Object.keys(categories).flatMap((category) =>
        sortedBy(
            scorecard.criteria.filter((criterion) => criterion.category === category),
            ({ id }) => [sortable(id)],
        ).map((criterion) => ({
            ...criterion,
            findings: sortedBy(criterion.findings, ({ urn, verdict, message }) => [
                urn,
                verdict,
                message,
            ]),
            judged: [...criterion.judged].sort(),
        })),
    );
    return {
        categories: scorecard.categories,
        criteria,
        exceptions: sortedBy(
            scorecard.exceptions,
            ({ criterion, resource, declaredBy, expires }) => [
                sortable(criterion),
                resource,
                declaredBy,
                expires,
            ],
        ),
    };
}

/** Everything in its order: resources and what refers to them by URN, criteria by number. */
export function inOneOrder(judged: Judged): Judged {
    const scorecard = inScorecardOrder(judged.scorecard);
    const positions = new Map(
        scorecard.criteria.map(({ id }, index) => [id, String(index).padStart(6, "0")]),
    );
    return {
        ...judged,
        resources: sortedBy(judged.resources, ({ urn }) => [urn]),
        charts: sortedBy(judged.charts, ({ chart, name }) => [chart, name]),
        pages: sortedBy(judged.pages, ({ host, paths }) => [host, ...paths]),
        policies: sortedBy(judged.policies, ({ criterion, name }) => [
            positions.get(criterion) ?? "",
            name,
        ]),
        violations: sortedBy(judged.violations, ({ criterion, policy, urn, message }) => [
            positions.get(criterion) ?? "",
            policy,
            urn,
            message,
        ]),
        missingSecrets: [...judged.missingSecrets].sort(),
        scorecard,
    };
}
