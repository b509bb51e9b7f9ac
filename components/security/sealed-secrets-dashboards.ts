/** Sealed Secrets. Pure. */
import { answering, type Dashboard, lines, table } from "../base/dashboard";

const JOB = 'job="sealed-secrets"';

/** What is unsealed and what cannot be. */
export const sealedSecretsDashboards: readonly Dashboard[] = [
    {
        name: "sealed-secrets",
        title: "Sealed Secrets",
        purpose: "Which sealed object could not be opened.",
        rows: [
            {
                title: "Objects",
                panels: [
                    table(
                        "Cannot be unsealed",
                        `min by (exported_namespace, name) (sealed_secrets_controller_condition_info{${JOB}, condition="Synced"}) < 0`,
                    ),
                    lines(
                        "Unsealed",
                        `sum(rate(sealed_secrets_controller_unseal_requests_total{${JOB}}[$__rate_interval]))`,
                        "objects",
                        { unit: "ops" },
                    ),
                    lines(
                        "Failures by reason",
                        `sum by (reason) (rate(sealed_secrets_controller_unseal_errors_total{${JOB}}[$__rate_interval]))`,
                        "{{ reason }}",
                        { unit: "ops" },
                    ),
                    answering("sealed-secrets"),
                ],
            },
        ],
    },
];
