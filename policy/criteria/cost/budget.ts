/** COST-04: what the stack costs in a month. */
import { plus, times, GIB } from "../../engines/scheduling/amounts";
import { clusterNodes } from "../../engines/scheduling/nodes";
import { podRequests } from "../../engines/scheduling/pod-resources";
import { type StackPods, stackPods } from "../../engines/scheduling/stack-pods";
import { type Finding, notJudged, type StackCriterion, violated } from "../../kernel/criterion";
import type { Fact, Facts } from "../../kernel/facts";
import { holdsUnknown, read, readString, readTree, type Tree } from "../../kernel/tree";

/** A twelfth of 365 days. */
export const HOURS_PER_MONTH = 730;

/** What all pods request together: cores, and memory in GiB. */
interface Requests {
    readonly cores: number;
    readonly gibibytes: number;
}

function knownPods(facts: Facts): StackPods {
    return stackPods(facts, clusterNodes(facts));
}

function requestsOf(facts: Facts): Requests | { readonly hidden: string } {
    const { sets, unknown } = knownPods(facts);
    const [first] = unknown;
    if (first !== undefined) {
        return { hidden: `${first.fact.key}: ${first.why}` };
    }
    const count = clusterNodes(facts)?.nodes.length ?? 1;
    const total = sets
        .filter(({ passing }) => !passing)
        .map(({ spec, perNode, count: replicas }) =>
            times(podRequests(spec), perNode ? count : replicas),
        )
        .reduce(plus, {});
    return { cores: (total.cpu ?? 0) / 1000, gibibytes: (total.memory ?? 0) / GIB };
}

/** Power for what is requested, and the share of the hardware. */
function monthlyCost(prices: Tree, { cores, gibibytes }: Requests): number {
    const price = (field: string) => Number(prices[field] ?? 0);
    const watts = cores * price("wattsPerCore") + gibibytes * price("wattsPerGibibyte");
    return (watts / 1000) * HOURS_PER_MONTH * price("kilowattHour") + price("hardware");
}

function currencyOf(prices: Tree): string {
    return readString(prices, "currency") ?? "";
}

/** What a stack costs in a month; undefined without prices, or where they or its pods are unknown. */
export function monthlyBill(
    facts: Facts,
): { readonly amount: number; readonly currency: string } | undefined {
    const prices = readTree(facts.platform()?.inputs, "cost");
    if (Object.keys(prices).length === 0 || holdsUnknown(prices)) {
        return undefined;
    }
    const requests = requestsOf(facts);
    return "hidden" in requests
        ? undefined
        : { amount: monthlyCost(prices, requests), currency: currencyOf(prices) };
}

function judgeCost(facts: Facts, platform: Fact, prices: Tree): Finding[] {
    const requests = requestsOf(facts);
    if ("hidden" in requests) {
        return [notJudged(platform, requests.hidden)];
    }
    const cost = monthlyCost(prices, requests);
    const budget = Number(prices.monthlyBudget);
    const currency = currencyOf(prices);
    const { cores, gibibytes } = requests;
    const what = `${cores.toFixed(1)} cores and ${gibibytes.toFixed(1)} GiB requested cost ${cost.toFixed(2)} ${currency} a month`;
    return cost <= budget
        ? []
        : [
              violated(
                  platform,
                  `${what}, and cost.monthlyBudget is ${budget.toFixed(2)}; lower the requests or raise the budget`,
              ),
          ];
}

/** COST-04. */
export const budget: StackCriterion = {
    id: "COST-04",
    name: "cost-04-monthly-budget",
    description:
        "Checks that what all requests cost in a month, at the site's prices, is within the budget.",
    severity: "low",
    remediation: "Lower the requests, switch systems off, or raise `cost.monthlyBudget`.",
    judgeStack: (facts) => {
        const platform = facts.platform();
        const reading = read(platform?.inputs, ["cost"]);
        if (platform === undefined || reading.state === "absent") {
            return { subjects: 0, findings: [] };
        }
        const hidden = reading.state === "unknown" || holdsUnknown(reading.value);
        return {
            subjects: 1,
            judged: [platform, ...knownPods(facts).sets.map(({ fact }) => fact)],
            findings: hidden
                ? [notJudged(platform, "the prices or the budget are known only at the update")]
                : judgeCost(facts, platform, readTree(platform.inputs, "cost")),
        };
    },
};
