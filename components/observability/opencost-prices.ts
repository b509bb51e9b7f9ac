/**
 * What an hour of a core, of a GiB of memory and of a GiB of a volume costs on this site: its power,
 * and its share of the hardware. Pure.
 *
 * OpenCost wants prices of a month in its ConfigMap and divides them by 730 itself
 * (opencost v1.120: pkg/cloud/provider/providerconfig.go, `UpdateFromMap`), to six decimals.
 */
import type { Fault } from "../base/definition";
import type { SiteConfiguration } from "../site-schema";

/** Hours of a month in the words of OpenCost: a twelfth of 365 days. */
export const HOURS_OF_MONTH = 730;

/** Prices of an hour, in the currency of the settings. */
export interface HourlyPrices {
    /** One requested core. */
    readonly coreHour: number;
    /** One requested GiB of memory. */
    readonly gibibyteHour: number;
    /** One GiB of a claimed volume, however many copies Ceph keeps. */
    readonly storageGibibyteHour: number;
}

type Priced = keyof HourlyPrices;
type Cost = NonNullable<SiteConfiguration["cost"]>;
/** What the prices of a site follow from. */
export type PricedSite = Pick<SiteConfiguration, "nodes" | "storage"> & {
    readonly cost?: Cost | undefined;
};

/**
 * What hardware of each kind costs in proportion, by which the price of the machines is divided:
 * OpenCost's own defaults for an hour (providerconfig.go, `DefaultPricing`).
 */
const PROPORTION: HourlyPrices = {
    coreHour: 0.021811,
    gibibyteHour: 0.002923,
    storageGibibyteHour: 0.00005479452,
};

const PRICED: readonly Priced[] = ["coreHour", "gibibyteHour", "storageGibibyteHour"];

/** How much of each the machines of a site have. */
function capacity({ nodes, storage }: PricedSite): HourlyPrices {
    const total = (of: (node: PricedSite["nodes"][number]) => number) =>
        nodes.reduce((sum, node) => sum + of(node), 0);
    return {
        coreHour: total(({ cores }) => cores),
        gibibyteHour: total(({ memory }) => memory / 1024),
        storageGibibyteHour:
            total(({ disks }) =>
                disks
                    .filter(({ purpose }) => purpose === "ceph")
                    .reduce((sum, { size }) => sum + size, 0),
            ) / storage.replication,
    };
}

/** The price of the hardware, divided over the cores, the memory and the disks of the machines. */
function dividedHardware(site: PricedSite): HourlyPrices {
    const has = capacity(site);
    const weight = PRICED.reduce((sum, key) => sum + has[key] * PROPORTION[key], 0);
    const hour = (site.cost?.hardware ?? 0) / HOURS_OF_MONTH;
    const price = (key: Priced) => (weight === 0 ? 0 : (hour * PROPORTION[key]) / weight);
    return {
        coreHour: price("coreHour"),
        gibibyteHour: price("gibibyteHour"),
        storageGibibyteHour: price("storageGibibyteHour"),
    };
}

/** What the power of an hour costs; disks draw theirs whether volumes are claimed or not. */
export function powerPrices(cost: Cost): HourlyPrices {
    const power = (watts: number) => (watts / 1000) * cost.kilowattHour;
    return {
        coreHour: power(cost.wattsPerCore),
        gibibyteHour: power(cost.wattsPerGibibyte),
        storageGibibyteHour: 0,
    };
}

/**
 * Power and hardware of an hour.
 *
 * @param hardware prices of the settings; default: `cost.hardware` divided over the machines
 */
export function hourlyPrices(
    site: PricedSite & { readonly cost: Cost },
    hardware: HourlyPrices = dividedHardware(site),
): HourlyPrices {
    const power = powerPrices(site.cost);
    return {
        coreHour: power.coreHour + hardware.coreHour,
        gibibyteHour: power.gibibyteHour + hardware.gibibyteHour,
        storageGibibyteHour: hardware.storageGibibyteHour,
    };
}

/** What the hardware of all machines costs in an hour, used or not. */
export function hardwareHour(site: PricedSite, hardware?: HourlyPrices): number {
    if (hardware === undefined) {
        return (site.cost?.hardware ?? 0) / HOURS_OF_MONTH;
    }
    const has = capacity(site);
    return PRICED.reduce((sum, key) => sum + has[key] * hardware[key], 0);
}

/** A price as OpenCost reads it: of a month, without the noise of floating point. */
function ofMonth(hour: number): string {
    return String(Number((hour * HOURS_OF_MONTH).toPrecision(12)));
}

/**
 * Prices of a month for OpenCost's ConfigMap. Machines of one's own have no spot market, and the
 * network is paid for whether it is used or not.
 */
export function costModel(
    prices: HourlyPrices,
    { currency }: Pick<Cost, "currency">,
): Readonly<Record<string, string>> {
    const core = ofMonth(prices.coreHour);
    const memory = ofMonth(prices.gibibyteHour);
    return {
        description: "power and hardware of this site, for a month",
        currencyCode: currency,
        CPU: core,
        spotCPU: core,
        RAM: memory,
        spotRAM: memory,
        GPU: "0",
        storage: ofMonth(prices.storageGibibyteHour),
        zoneNetworkEgress: "0",
        regionNetworkEgress: "0",
        internetNetworkEgress: "0",
    };
}

/** A price this many times away from that of the machines is a slip of the unit. */
const FARTHEST = 20;

/**
 * Prices of hardware that cannot be those of an hour: at them, what the machines have of one kind
 * would cost many times what all of them do, or all of it together hardly anything.
 */
export function priceFaults(
    site: PricedSite,
    hardware: HourlyPrices | undefined,
    key: string,
): Fault[] {
    const { cost } = site;
    if (hardware === undefined || cost === undefined || site.nodes.length === 0) {
        return [];
    }
    const isPriced = cost.hardware > 0;
    // Without a price of the machines the budget is the most that they may cost.
    const month = isPriced ? cost.hardware : cost.monthlyBudget;
    const has = capacity(site);
    const most = PRICED.filter(
        (one) => hardware[one] * has[one] * HOURS_OF_MONTH > FARTHEST * month,
    );
    const said = `cost.${isPriced ? "hardware" : "monthlyBudget"} is ${month} for a month`;
    if (most.length > 0) {
        return most.map((one) => ({
            key: `${key}.${one}`,
            found: String(hardware[one]),
            allowed: `the price of an hour: at this one the machines would cost ${Math.round(hardware[one] * has[one] * HOURS_OF_MONTH)} in a month for it alone, and ${said}; if it is the price of a month, ${Number((hardware[one] / HOURS_OF_MONTH).toPrecision(3))} is that of an hour`,
        }));
    }
    const all = hardwareHour(site, hardware) * HOURS_OF_MONTH;
    return isPriced && all < month / FARTHEST
        ? [
              {
                  key,
                  found: PRICED.map((one) => hardware[one]).join(", "),
                  allowed: `prices of an hour that together pay for the machines: at these they cost ${Number(all.toPrecision(2))} in a month, and ${said}`,
              },
          ]
        : [];
}
