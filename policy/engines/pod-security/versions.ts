/**
 * Versions of the standards. The rules change with the minor version of Kubernetes, and a namespace
 * pins one with a label.
 */

/**
 * The newest minor version whose rules are here, from k8s.io/pod-security-admission v0.36.6. 1.37
 * allows two more sysctls, which an API server of 1.36 or older refuses.
 */
export const NEWEST_MINOR = 36;

/**
 * The minor version whose rules apply. As in the API server (`api.ParseVersion` and
 * `Evaluator.EvaluatePod`), a version newer than every rule is judged with the newest rules, and
 * text that is no version counts as `latest`.
 */
export function minorOf(version: string): number {
    const minor = /^v1\.(0|[1-9][0-9]*)$/.exec(version)?.[1];
    return minor === undefined ? NEWEST_MINOR : Math.min(Number(minor), NEWEST_MINOR);
}
