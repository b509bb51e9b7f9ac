/** Metrics and alerts of External Secrets. Pure. */
import type { Alert } from "../base/alert";
import { controllerMetrics } from "../base/dashboard";
import type { Scrape } from "../base/scrape";

/** Labels by which the chart external-secrets 2.9.0 selects the pods of a component. */
export function externalSecretsPods(name: "external-secrets" | "external-secrets-webhook") {
    return {
        "app.kubernetes.io/name": name,
        "app.kubernetes.io/instance": "external-secrets",
    } as const;
}

/** Ports as in the chart. */
export const externalSecretsScrapes: readonly Scrape[] = [
    {
        name: "external-secrets",
        pods: externalSecretsPods("external-secrets"),
        port: "metrics",
        number: 8080,
        metrics: [
            {
                source: "controller-runtime: pkg/internal/controller/metrics/metrics.go",
                names: controllerMetrics,
            },
            {
                source: "external-secrets v2.9.0: runtime/metrics/metrics.go, pkg/controllers/externalsecret/esmetrics/esmetrics.go",
                names: [
                    "externalsecret_provider_api_calls_count",
                    "externalsecret_sync_calls_error",
                    "externalsecret_sync_calls_total",
                ],
            },
            {
                source: "external-secrets v2.9.0: pkg/controllers/externalsecret/esmetrics/esmetrics.go",
                names: ["externalsecret_status_condition"],
            },
            {
                source: "external-secrets v2.9.0: pkg/controllers/secretstore/cssmetrics/cssmetrics.go",
                names: ["clustersecretstore_status_condition"],
            },
        ],
    },
    {
        name: "external-secrets-webhook",
        pods: externalSecretsPods("external-secrets-webhook"),
        port: "metrics",
        number: 8080,
        metrics: [],
    },
];

/** The project publishes no rules; its page "Metrics" names what is worth watching. */
export const externalSecretsAlerts: readonly Alert[] = [
    {
        name: "ExternalSecretsDown",
        expression: 'absent(up{job="external-secrets"} == 1)',
        for: "10m",
        severity: "warning",
        summary: "External Secrets does not answer",
        description:
            "Secrets that exist stay as they are. What is changed in the store reaches nobody, and " +
            "new ones wait.",
    },
    {
        name: "ExternalSecretsWebhookDown",
        expression: 'absent(up{job="external-secrets-webhook"} == 1)',
        for: "10m",
        severity: "warning",
        summary: "The webhook of External Secrets does not answer",
        description: "No ExternalSecret and no store can be made or changed until it does.",
    },
    {
        name: "ExternalSecretNotSynced",
        expression:
            "max by (exported_namespace, name) (externalsecret_status_condition" +
            '{job="external-secrets",condition="Ready",status="False"}) == 1',
        for: "15m",
        severity: "warning",
        summary: "ExternalSecret {{ $labels.exported_namespace }}/{{ $labels.name }} is not synced",
        description:
            "Its Secret keeps the last value, or does not exist. What it names is not in the store, or " +
            "the store refuses it.",
    },
    {
        name: "SecretStoreNotReady",
        expression:
            "max by (name) (clustersecretstore_status_condition" +
            '{job="external-secrets",condition="Ready",status="False"}) == 1',
        for: "10m",
        severity: "critical",
        summary: "The secret store {{ $labels.name }} cannot be used",
        description:
            "External Secrets cannot sign on to it, or does not trust its certificate: no secret is " +
            "renewed.",
    },
];
