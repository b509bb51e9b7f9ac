/** Metrics and alerts of Sealed Secrets. Pure. */
import type { Alert } from "../base/alert";
import type { Scrape } from "../base/scrape";

/** Labels and port as in the chart sealed-secrets 2.19.1. */
export const sealedSecretsScrapes: readonly Scrape[] = [
    {
        name: "sealed-secrets",
        pods: {
            "app.kubernetes.io/name": "sealed-secrets",
            "app.kubernetes.io/instance": "sealed-secrets",
        },
        port: "metrics",
        number: 8081,
        metrics: [
            {
                source: "sealed-secrets v0.38.4: pkg/controller/metrics.go",
                names: [
                    "sealed_secrets_controller_condition_info",
                    "sealed_secrets_controller_unseal_errors_total",
                    "sealed_secrets_controller_unseal_requests_total",
                ],
            },
        ],
    },
];

/**
 * Upstream's mixin (sealed-secrets v0.38.4: contrib/prometheus-mixin/alerts) looks at the rate of
 * errors, which is over before anybody reads of it; the condition stays until it is solved.
 */
export const sealedSecretsAlerts: readonly Alert[] = [
    {
        name: "SealedSecretNotSynced",
        expression:
            "min by (exported_namespace, name) (sealed_secrets_controller_condition_info" +
            '{job="sealed-secrets", condition="Synced"}) < 0',
        for: "15m",
        severity: "warning",
        summary:
            "SealedSecret {{ $labels.exported_namespace }}/{{ $labels.name }} cannot be unsealed",
        description:
            "The Secret is missing or still has its old content. Mostly it was sealed with the key " +
            "of another cluster, or for another name or namespace.",
    },
    {
        name: "SealedSecretsControllerDown",
        expression: 'absent(up{job="sealed-secrets"} == 1)',
        for: "15m",
        severity: "warning",
        summary: "The Sealed Secrets controller does not answer",
        description:
            "Secrets that exist stay as they are. New and changed SealedSecrets are not unsealed, so " +
            "deployments that need them wait.",
    },
];
