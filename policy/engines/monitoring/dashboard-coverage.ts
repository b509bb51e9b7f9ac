/** Whether there are enough dashboards: as many as the profile wants, and one for each system. */
import { type Finding, notJudged, violated } from "../../kernel/criterion";
import type { Fact, Facts } from "../../kernel/facts";
import { profileOf } from "../../kernel/site";
import { holdsUnknown, isTree, readList, readTree } from "../../kernel/tree";
import { type DashboardFact, identityOf } from "./dashboards";
import type { Selector } from "./promql";

/** Fewest dashboards of a production stack (criterion OBS-02). */
const LEAST = 60;

/** How many of them there are, and how many more there may be. */
function numberOf(dashboards: readonly DashboardFact[]) {
    const readable = dashboards.filter(({ content }) => isTree(content));
    return {
        known: new Set(readable.map(identityOf)).size,
        hidden: dashboards.filter(({ content }) => content === undefined).length,
    };
}

/**
 * In production there are at least sixty.
 *
 * @param fact what shows them
 */
export function judgeNumber(
    facts: Facts,
    fact: Fact,
    dashboards: readonly DashboardFact[],
): Finding[] {
    const { known, hidden } = numberOf(dashboards);
    const profile = profileOf(facts);
    if (profile.state !== "known") {
        const message = `whether ${known} dashboards are enough, and show every system, depends on the profile, which is ${profile.state}`;
        return [notJudged(fact, message)];
    }
    if (known >= LEAST || profile.value !== "prod") {
        return [];
    }
    return known + hidden >= LEAST
        ? [notJudged(fact, `whether there are ${LEAST} different dashboards only the update knows`)]
        : [
              violated(
                  fact,
                  `it shows ${known + hidden} dashboards, and in prod there are at least ${LEAST}; add what a person asks of each system`,
              ),
          ];
}

/** Whether a matcher of a label lets a value through, as Prometheus compares. */
function lets(operator: string, wanted: string, value: string): boolean {
    if (operator === "=") {
        return wanted === value;
    }
    try {
        return operator === "=~" && new RegExp(`^(?:${wanted})$`).test(value);
    } catch {
        // A pattern of RE2 that is none of JavaScript's: it cannot be told, so it counts.
        return true;
    }
}

/** Whether a query shows something of the jobs. */
function shows(selector: Selector, exposes: Readonly<Record<string, unknown>>): boolean {
    const jobs = selector.matchers.filter(({ label }) => label === "job");
    return jobs.length === 0
        ? Object.values(exposes).some((names) =>
              readList({ names }, "names").includes(selector.metric),
          )
        : Object.keys(exposes).some((job) =>
              jobs.every(({ operator, value }) => lets(operator, value, job)),
          );
}

/**
 * In production each component that is scraped is on some dashboard. Where the profile is not known,
 * {@link judgeNumber} says that nobody can tell.
 *
 * @param selectors what all dashboards show
 * @param complete whether every dashboard could be read
 */
export function judgeSystems(
    facts: Facts,
    selectors: readonly Selector[],
    complete: boolean,
): Finding[] {
    const profile = profileOf(facts);
    if (profile.state !== "known" || profile.value !== "prod") {
        return [];
    }
    return facts
        .all()
        .filter(({ type }) => type.startsWith("platform:"))
        .filter(({ inputs }) => Object.keys(readTree(inputs, "exposes")).length > 0)
        .filter(({ inputs }) => !holdsUnknown(inputs.exposes))
        .filter(({ inputs }) => {
            const exposes = readTree(inputs, "exposes");
            return !selectors.some((selector) => shows(selector, exposes));
        })
        .map((fact) => {
            const jobs = Object.keys(readTree(fact.inputs, "exposes")).join(", ");
            return complete
                ? violated(
                      fact,
                      `it is scraped as ${jobs}, and no dashboard shows anything of that; add one for it`,
                  )
                : notJudged(fact, `whether a dashboard shows ${jobs} only the update knows`);
        });
}
