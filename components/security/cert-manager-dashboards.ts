/** Certificates. Pure. */
import { answering, average, type Dashboard, number, rates, table } from "../base/dashboard";

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
    {
        name: "issuance",
        title: "Issuance of certificates",
        purpose: "Why a certificate is not issued: the authority, the proof or the controller.",
        rows: [
            {
                title: "Authority",
                panels: [
                    rates(
                        "Requests by status",
                        `certmanager_http_acme_client_request_count{${JOB}}`,
                        "host, status",
                    ),
                    average(
                        "Time of one",
                        "certmanager_http_acme_client_request_duration_seconds",
                        JOB,
                        "host",
                    ),
                    table(
                        "Proofs that are not done",
                        `max by (exported_namespace, domain, status) (certmanager_certificate_challenge_status{${JOB}, status!="valid"}) == 1`,
                    ),
                ],
            },
            {
                title: "Renewal",
                panels: [
                    table(
                        "Until the next renewal",
                        `sort(min ${BY_CERTIFICATE} (certmanager_certificate_renewal_timestamp_seconds{${JOB}} > 0) - time())`,
                        { unit: "s" },
                    ),
                    rates("Work", `certmanager_controller_sync_call_count{${JOB}}`, "controller"),
                    rates(
                        "Failures",
                        `certmanager_controller_sync_error_count{${JOB}}`,
                        "controller",
                    ),
                ],
            },
        ],
    },
];
