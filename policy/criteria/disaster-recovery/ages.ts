/** Alerts on the age of what a CronJob did last. */
import { letsThrough, namesIn, type Watch } from "../../engines/monitoring/alerts";

/** kube-state-metrics docs/metrics/workload/cronjob-metrics.md. */
const LAST_SUCCESS = "kube_cronjob_status_last_successful_time";

const NUMBER = String.raw`(\d+(?:\.\d+)?(?:e\+?\d+)?)`;
const PRODUCT = String.raw`\(?\s*${NUMBER}(?:\s*\*\s*${NUMBER})*\s*\)?`;
/** `... > 35 * 86400`, or the same the other way round. */
const LIMITS = [
    new RegExp(String.raw`>=?\s*(?:bool\s+)?(${PRODUCT})`, "gi"),
    new RegExp(String.raw`(${PRODUCT})\s*<=?(?!=)`, "gi"),
];

function productOf(text: string): number {
    return (text.match(new RegExp(NUMBER, "gi")) ?? []).reduce(
        (product, factor) => product * Number(factor),
        1,
    );
}

/** `(time() - a) / 86400`: what is divided is compared in another unit. */
const DIVISOR = new RegExp(String.raw`/\s*(${PRODUCT})`, "gi");

/**
 * Numbers that a comparison holds something against, however they are written, in the unit of what
 * is divided before.
 */
export function limitsOf(comparison: string): number[] {
    // What stands in a string is no number.
    const bare = comparison.replace(/"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`[^`]*`/g, '""');
    const unit = [...bare.matchAll(DIVISOR)].reduce(
        (product, [, divisor = ""]) => product * productOf(divisor),
        1,
    );
    return LIMITS.flatMap((limit) =>
        [...bare.matchAll(limit)].map(([, product = ""]) => unit * productOf(product)),
    );
}

/** The parts of an expression that `and`, `or` and `unless` join. */
function partsOf(expression: string): string[] {
    return expression.split(/\b(?:and|or|unless)\b/i);
}

/** A watch over how long ago a CronJob last succeeded. */
export function watchAge(
    when: string,
    {
        namespace,
        job,
        seconds,
    }: {
        readonly namespace: string;
        readonly job: string;
        /** Longest age at which it may still be silent. */
        readonly seconds: number;
    },
): Watch {
    return {
        when,
        isAbout: ({ expression }) =>
            partsOf(expression).some((part) => {
                const names = namesIn(part);
                return (
                    names.has(LAST_SUCCESS) &&
                    names.has("time") &&
                    letsThrough(part, "cronjob", job) &&
                    letsThrough(part, "namespace", namespace) &&
                    limitsOf(part).some((limit) => limit > 0 && limit <= seconds)
                );
            }),
        wanted: `add one on time() - ${LAST_SUCCESS}{cronjob="${job}"} > ${seconds}`,
    };
}
