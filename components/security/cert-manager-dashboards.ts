/** Certificates. Pure. */
import { answering, type Dashboard, number, table } from "../base/dashboard";

const JOB = 'job="cert-manager-controller"';
const BY_CERTIFICATE = "by (exported_namespace, name)";

/** Certificates with the time that they have left. */
export const certManagerDashboards: readonly Dashboard[] = [
    {
        name: "certificates",
        title: "Certificates",
        purpose: "Which certificate expires next, and which is not ready.",
        rows: [
            {
                title: "Certificates",
                panels: [
                    number(
                        "Until the next one expires",
                        `min(certmanager_certificate_expiration_timestamp_seconds{${JOB}} > 0) - time()`,
                        {
                            unit: "s",
                            thresholds: { warning: 604_800, bad: 86_400 },
                            overview: true,
                        },
                    ),
                    table(
                        "Time left",
                        `sort(min ${BY_CERTIFICATE} (certmanager_certificate_expiration_timestamp_seconds{${JOB}} > 0) - time())`,
                        { unit: "s" },
                    ),
                    table(
                        "Not ready",
                        `max ${BY_CERTIFICATE} (certmanager_certificate_ready_status{${JOB}, condition!="True"}) == 1`,
                    ),
                ],
            },
            {
                title: "Issuers and controllers",
                panels: [
                    table(
                        "Issuers that are not ready",
                        `max by (name) (certmanager_clusterissuer_ready_status{${JOB}, condition!="True"}) == 1`,
                    ),
                    answering("cert-manager-.*"),
                ],
            },
        ],
    },
];
