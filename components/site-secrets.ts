/** Whether what a stack says of renewed secrets can mean anything. Pure. */
import type { Fault } from "./base/definition";
import { repeated } from "./site-machines";
import type { SiteConfiguration } from "./site-schema";
import { eachReadable } from "./unreadable";

/** A secret that is named twice, and a renewal that has not been yet. */
export function secretGenerationFaults(
    { secretGenerations }: SiteConfiguration,
    today: string,
): Fault[] {
    const named = Array.from({ length: secretGenerations.length }, (_, index) => () => ({
        key: `secretGenerations[${index}].secret`,
        value: secretGenerations[index]?.secret,
    }));
    return [
        ...repeated(named, (first) => `each secret once: ${first} names it already`),
        ...eachReadable(secretGenerations, ({ since: found }, index) =>
            found > today
                ? [
                      {
                          key: `secretGenerations[${index}].since`,
                          found: `${found}, which is to come`,
                          allowed: `a day until today (${today}), on which it was renewed`,
                      },
                  ]
                : [],
        ),
    ];
}
