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

/** Numbers that an expression compares something with, however they are written. */
export function limitsOf(expression: string): number[] {
    // What stands in a string is no number.
    const bare = expression.replace(/"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`[^`]*`/g, '""');
    return LIMITS.flatMap((limit) =>
        [...bare.matchAll(limit)].map(([, product = ""]) => productOf(product)),
    );
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
            namesIn(expression).has(LAST_SUCCESS) &&
            letsThrough(expression, "cronjob", job) &&
            letsThrough(expression, "namespace", namespace) &&
            limitsOf(expression).some((limit) => limit > 0 && limit <= seconds),
        wanted: `add one on time() - ${LAST_SUCCESS}{cronjob="${job}"} > ${seconds}`,
    };
}
