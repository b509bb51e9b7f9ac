/** Secrets that come from the store. Pure. */
import { answering, controllerRow, type Dashboard, rates, table } from "../base/dashboard";

/** What is synced, and what is not. */
export const externalSecretsDashboards: readonly Dashboard[] = [
    {
        name: "external-secrets",
        title: "External Secrets",
        purpose: "Which Secrets are not as the store has them.",
        rows: [
            {
                title: "Secrets",
                panels: [
                    table(
                        "Not in step with the store",
                        'max by (exported_namespace, name) (externalsecret_status_condition{job="external-secrets", condition="Ready", status="False"}) == 1',
                    ),
                    table(
                        "Stores that are not ready",
                        'max by (name) (clustersecretstore_status_condition{job="external-secrets", condition="Ready", status="False"}) == 1',
                    ),
                    answering("external-secrets.*"),
                ],
            },
        ],
    },
    {
        name: "external-secrets-calls",
        title: "Calls to the secret store",
        purpose: "Whether the store answers External Secrets, and which Secret fails.",
        rows: [
            {
                title: "Calls",
                panels: [
                    rates(
                        "By status",
                        'externalsecret_provider_api_calls_count{job="external-secrets"}',
                        "provider, call, status",
                    ),
                    rates(
                        "Syncs",
                        'externalsecret_sync_calls_total{job="external-secrets"}',
                        "exported_namespace",
                    ),
                    rates(
                        "Syncs that failed",
                        'externalsecret_sync_calls_error{job="external-secrets"}',
                        "exported_namespace, name",
                    ),
                ],
            },
            controllerRow("external-secrets"),
        ],
    },
];
