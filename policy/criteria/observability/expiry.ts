/** OBS-10: nothing expires unnoticed. */
import type { StackCriterion } from "../../kernel/criterion";
import type { Facts } from "../../kernel/facts";
import { traceOf } from "../../kernel/presence";
import { machineSite } from "../../kernel/site";
import { readList } from "../../kernel/tree";
import { namesIn, type Watch, watching, watchMetrics } from "../../engines/monitoring/alerts";

/**
 * A watch for what no program measures by itself: the alert's name, or a metric of its expression,
 * says what it is about.
 */
function watchWords(when: string, ...words: readonly string[]): Watch {
    return {
        when,
        isAbout: ({ name, expression }) =>
            [name, ...namesIn(expression)].some((candidate) =>
                words.every((word) => candidate.toLowerCase().includes(word)),
            ),
        wanted: `add one with ${words.join(" and ")} in its name or metric`,
    };
}

function holdsTokens(facts: Facts): boolean {
    return facts
        .ofType("platform:base:ConfiguredSecret")
        .some(({ inputs }) => readList(inputs, "keys").some((key) => /token/i.test(String(key))));
}

function watchesOf(facts: Facts): Watch[] {
    return [
        ...(traceOf(facts, "cert-manager.io") === undefined
            ? []
            : [
                  watchMetrics(
                      "a certificate is about to expire",
                      "certmanager_certificate_expiration_timestamp_seconds",
                  ),
              ]),
        watchMetrics(
            "a client certificate of Kubernetes, such as a kubeconfig's, is about to expire",
            "apiserver_client_certificate_expiration_seconds_bucket",
            "apiserver_client_certificate_expiration_seconds",
        ),
        ...(machineSite(facts) === undefined
            ? []
            : [watchWords("the talosconfig is about to expire", "talos", "expir")]),
        ...(holdsTokens(facts)
            ? [watchWords("an API token is about to expire", "token", "expir")]
            : []),
    ];
}

/** OBS-10. */
export const expiryAlerts: StackCriterion = {
    id: "OBS-10",
    name: "obs-10-expiry",
    description:
        "Checks that alerts fire before certificates, tokens and client configurations expire.",
    severity: "medium",
    remediation: "Add the alert to a PrometheusRule that Prometheus selects.",
    judgeStack: watching(watchesOf),
};
