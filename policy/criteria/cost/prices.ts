/** COST-01: costs are counted with the prices of this site. */
import { type Finding, notJudged, type StackCriterion, violated } from "../../kernel/criterion";
import { judgeExpectation } from "../../kernel/expectation";
import type { Fact, Facts } from "../../kernel/facts";
import { type Program, programsOf, type Variable, variableOf } from "../../kubernetes/programs";
import { holdsUnknown, read, readTree } from "../../kernel/tree";
import { HOURS_PER_MONTH } from "./budget";

const VARIABLE = "PRICING_CONFIGMAP_NAME";

/** What counts costs, and how it is told of prices. */
interface Counter {
    /** Last parts of the name of its image. */
    readonly image: string;
    /** Name of the ConfigMap with the prices. */
    map(facts: Facts, program: Program): Variable;
    /** What a program does to which nobody has said any, and what to do about it. */
    readonly unpriced: string;
    /** Key of the ConfigMap that must be `true` for the prices to count. */
    readonly turnedOn?: string;
}

const COUNTERS: readonly Counter[] = [
    {
        image: "opencost",
        map: (facts, program) => variableOf(facts, program, VARIABLE),
        unpriced:
            "it counts with the prices of a cloud; turn on customPricing with those of this site",
    },
    {
        // Kubecost's, which reads this one of its namespace (finops-agent 1.0.20: kubecost-configmap.yaml).
        image: "ibm-finops/agent",
        map: () => ({ state: "known", value: "pricing-configs" }),
        unpriced:
            "it counts with the prices of a cloud; turn on customPrices with those of this site",
        turnedOn: "customPricesEnabled",
    },
];

/** A price of the ConfigMap, and the setting from which the least that it may be follows. */
interface Price {
    readonly key: string;
    readonly watts?: string;
}

/** Prices of a month, which OpenCost divides by 730 (pkg/cloud/provider/providerconfig.go). */
const PRICES: readonly Price[] = [
    { key: "CPU", watts: "wattsPerCore" },
    { key: "RAM", watts: "wattsPerGibibyte" },
    { key: "storage" },
];

/** What the power alone costs in a month; the hardware comes on top. */
function leastOf(facts: Facts, { watts }: Price): number | "unknown" {
    const cost = read(facts.platform()?.inputs, ["cost"]);
    if (cost.state === "unknown" || holdsUnknown(cost)) {
        return "unknown";
    }
    const settings = readTree(facts.platform()?.inputs, "cost");
    const power = Number(settings[watts ?? ""] ?? 0) / 1000;
    return power * HOURS_PER_MONTH * Number(settings.kilowattHour ?? 0);
}

/** Whether the settings say that this costs nothing: disks, where the hardware does. */
function mayBeFree(facts: Facts, { watts }: Price): boolean {
    const settings = readTree(facts.platform()?.inputs, "cost");
    return watts === undefined && settings.hardware === 0;
}

function judgeMap(facts: Facts, map: Fact, { turnedOn }: Counter): Finding[] {
    const switched =
        turnedOn === undefined
            ? []
            : judgeExpectation(map, {
                  what: `data.${turnedOn}`,
                  reading: read(map.inputs, ["data", turnedOn]),
                  good: (value) => value === "true",
                  wanted: "prices of this site count where it is true",
              });
    return [
        ...switched,
        ...PRICES.flatMap((price) => {
            const least = leastOf(facts, price);
            return least === "unknown"
                ? [notJudged(map, "the prices of the settings are known only at the update")]
                : judgeExpectation(map, {
                      what: `data.${price.key}`,
                      reading: read(map.inputs, ["data", price.key]),
                      // A cent is rounded away.
                      good: (value) =>
                          (Number(value) > 0 && Number(value) >= least - 0.01) ||
                          (value === "0" && mayBeFree(facts, price)),
                      wanted:
                          least > 0
                              ? `the power alone costs ${least.toFixed(2)} a month by the settings`
                              : "set the price of a month",
                  });
        }),
    ];
}

function judgePrices(facts: Facts, program: Program, counter: Counter): Finding[] {
    const { fact } = program;
    const name = counter.map(facts, program);
    if (name.state === "unknown" || name.state === "hidden") {
        return [notJudged(fact, `the variable ${VARIABLE} is known only at the update`)];
    }
    if (name.state === "absent") {
        return [violated(fact, counter.unpriced)];
    }
    const [map] = facts
        .objects("", "ConfigMap")
        .filter(({ object }) => object.namespace === fact.object.namespace)
        .filter(({ object }) => object.name === name.value);
    return map === undefined
        ? [violated(fact, `no ConfigMap ${String(name.value)} holds its prices; declare it`)]
        : judgeMap(facts, map, counter);
}

/** COST-01. */
export const prices: StackCriterion = {
    id: "COST-01",
    name: "cost-01-site-prices",
    description:
        "Checks that OpenCost and Kubecost count with prices of this site that cover at least the power in the settings.",
    severity: "low",
    remediation:
        "Set opencost.customPricing or Kubecost's customPrices with the prices of a month, from `cost` in the settings.",
    judgeStack: (facts) => {
        const counted = COUNTERS.flatMap((counter) =>
            programsOf(facts, counter.image).map((program) => ({ counter, program })),
        );
        return {
            subjects: counted.length,
            judged: counted.map(({ program }) => program.fact),
            findings: counted.flatMap(({ counter, program }) =>
                judgePrices(facts, program, counter),
            ),
        };
    },
};
