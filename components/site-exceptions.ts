/** Whether what a stack says of criteria and workloads can mean anything. Pure. */
import type { Fault } from "./base/definition";
import { criterionIds } from "./criterion-ids";
import { nearest } from "./nearest";
import { repeated } from "./site-machines";
import type { SiteConfiguration } from "./site-schema";
import { eachReadable, whereReadable } from "./unreadable";

/** Exceptions from what is no criterion. */
export function unknownCriteria({ exceptions }: SiteConfiguration): Fault[] {
    return eachReadable(exceptions, ({ criterion: found }, index) => {
        const near = nearest(found, criterionIds);
        const hint = near === undefined ? "" : `; did you mean ${near}?`;
        return criterionIds.includes(found)
            ? []
            : [
                  {
                      key: `exceptions[${index}].criterion`,
                      found,
                      allowed: `a criterion of docs/criteria.md${hint}`,
                  },
              ];
    });
}

/** An exception for longer than this is a decision, which belongs into trust/ with its reason. */
const MOST_YEARS = 2;

function yearsLater(today: string): string {
    return `${Number(today.slice(0, 4)) + MOST_YEARS}${today.slice(4)}`;
}

/** Exceptions whose last day is past, or so far off that nobody will look at them again. */
export function expiredExceptions({ exceptions }: SiteConfiguration, today: string): Fault[] {
    const last = yearsLater(today);
    return eachReadable(exceptions, ({ expires: found }, index) => {
        const key = `exceptions[${index}].expires`;
        if (found < today) {
            const allowed = `a day from today (${today}) on, or no such exception`;
            return [{ key, found: `${found}, which is past`, allowed }];
        }
        return found > last
            ? [{ key, found, allowed: `a day until ${last}, on which somebody looks at it again` }]
            : [];
    });
}

/** What is said twice: exceptions of one criterion for one object, and critical workloads. */
export function repeatedDeclarations(site: SiteConfiguration): Fault[] {
    const { exceptions, criticalWorkloads, network } = site;
    const once = (first: string) => `each once: ${first} says it already`;
    const items = (key: string, read: () => readonly string[] | undefined) =>
        whereReadable(() => {
            const list = read() ?? [];
            const each = Array.from({ length: list.length }, (_, index) => () => ({
                key: `${key}[${index}]`,
                value: list[index],
            }));
            return repeated(each, once);
        });
    const excepted = Array.from({ length: exceptions.length }, (_, index) => () => ({
        key: `exceptions[${index}]`,
        value: `${exceptions[index]?.criterion} for ${exceptions[index]?.resource}`,
    }));
    return [
        ...repeated(excepted, once),
        ...items("criticalWorkloads", () => criticalWorkloads),
        ...items("network.nameservers", () => network.nameservers),
        ...items("network.timeServers", () => network.timeServers),
        ...items("network.administrators", () => network.administrators),
    ];
}
