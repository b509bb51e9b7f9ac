/** Secrets that come from the store. Pure. */
import { answering, type Dashboard, table } from "../base/dashboard";

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
];
