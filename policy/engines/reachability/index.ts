/** SEC-01, the paths: what the stack needs is allowed, and what is allowed was declared. */
import { type Finding, type Judgement, notJudged, violated } from "../../kernel/criterion";
import type { Facts } from "../../kernel/facts";
import { memoize } from "../../kernel/memoize";
import { stackViewOf } from "../references/stack-view";
import { judgeAllowances } from "./allowances";
import { endName, placesOf } from "./places";
import type { Need } from "./need";
import { needsOf } from "./needs";
import { Network } from "./network";

/** The policies of a stack; those under a chart are nobody's declared flows. */
export const networkOf = memoize(
    (facts) =>
        new Network(stackViewOf(facts), placesOf(facts), ({ parent }) => {
            const owner = facts.get(parent ?? "");
            return owner?.type !== "platform:base:Chart";
        }),
);

/** The flows without which something of the stack does not work. */
export const neededFlows = memoize((facts): readonly Need[] => {
    const { view, places } = networkOf(facts);
    return needsOf(view, places);
});

const REFUSED = {
    out: "no policy lets it out",
    in: "no policy lets it in there",
    both: "no policy lets it out, and none lets it in there",
} as const;

function judgeNeed(network: Network, { from, to, port, why, fact }: Need): Finding[] {
    const refusal = network.refusal(from, to, port);
    if (refusal === undefined) {
        return [];
    }
    const flow = `${endName(from)} needs ${port.protocol} ${port.port} of ${endName(to)} (${why})`;
    return refusal === "unknown"
        ? [notJudged(fact, `${flow}; whether policies allow it is known only at the update`)]
        : [violated(fact, `${flow}, but ${REFUSED[refusal]}; declare the flow with the namespace`)];
}

/** Judges the paths of the stack. */
export function judgePaths(facts: Facts): Judgement {
    const network = networkOf(facts);
    const needs = neededFlows(facts);
    return {
        subjects: needs.length,
        findings: [
            ...needs.flatMap((need) => judgeNeed(network, need)),
            ...judgeAllowances(network),
        ],
    };
}
