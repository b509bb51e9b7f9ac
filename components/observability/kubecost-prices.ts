/** Prices and currencies as Kubecost takes them. Pure. */
import type { Fault } from "../base/definition";
import type { SiteConfiguration } from "../site-schema";
import { costModel, type HourlyPrices } from "./opencost-prices";

/**
 * Currencies in which Kubecost's page shows amounts
 * (kubecost v3.2.1: kubecost/values.yaml, `kubecostProductConfigs.currencyCode`).
 */
const CURRENCIES: readonly string[] = [
    ...["USD", "AUD", "BRL", "CAD", "CHF", "CNY", "DKK", "EUR", "GBP"],
    ...["IDR", "INR", "JPY", "NOK", "PLN", "SEK"],
];

/** Prices of a month by the keys of `customPrices`; its agent divides them as OpenCost does. */
export type CustomPrices = Readonly<Record<string, string>>;

/** What is not a price in the ConfigMap of OpenCost. */
const NO_PRICE = new Set(["description", "currencyCode"]);

/**
 * The prices of the site as Kubecost's agent reads them: the same as OpenCost's, because its agent is
 * OpenCost's cost model (ibm-finops-agent: pkg/core/opencost/opencost.go).
 */
export function customPrices(
    prices: HourlyPrices,
    cost: NonNullable<SiteConfiguration["cost"]>,
): CustomPrices {
    const model = Object.entries(costModel(prices, cost)).filter(([key]) => !NO_PRICE.has(key));
    return Object.fromEntries([...model, ["spotGPU", "0"]]);
}

/** What the site does not say of prices, or says in a currency that the page does not know. */
export function kubecostPriceFaults({ cost }: Pick<SiteConfiguration, "cost">): Fault[] {
    if (cost === undefined) {
        return [
            {
                key: "cost",
                found: "nothing",
                allowed:
                    "prices and a budget, because systems.kubecost counts with them (or turn it off)",
            },
        ];
    }
    return CURRENCIES.includes(cost.currency)
        ? []
        : [
              {
                  key: "cost.currency",
                  found: cost.currency,
                  allowed: `a currency that systems.kubecost shows: ${CURRENCIES.join(", ")} (or turn it off)`,
              },
          ];
}
